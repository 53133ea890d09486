#include "actors/runtime/snapshots.h"

namespace rookery {

std::uint64_t reducer_version() { return ROOKERY_REDUCER; }

}  // namespace rookery
