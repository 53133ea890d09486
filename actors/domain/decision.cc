#include "actors/domain/decision.h"

namespace rookery {

std::string_view refusal_code_name(RefusalCode code) {
  switch (code) {
    case RefusalCode::kNotFound:
      return "not_found";
    case RefusalCode::kConflict:
      return "conflict";
    case RefusalCode::kInvalid:
      return "invalid";
    case RefusalCode::kForbidden:
      return "forbidden";
    case RefusalCode::kExpired:
      return "expired";
  }
  return "unknown";
}

}  // namespace rookery
