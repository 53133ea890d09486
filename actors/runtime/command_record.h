// How a command's answer is kept in the log's dedup family, so that the same command id gets the
// same answer for ever.
#pragma once

#include <cstdint>
#include <string>

#include "actors/runtime/entity_directory.h"

namespace rookery {

// `event_count`: events this command wrote, so that its position can be found again.
std::string encode_command_record(const CommandReply& reply, std::uint64_t event_count);

struct CommandRecord {
  CommandReply reply;  // without position
  std::uint64_t event_count = 0;
};
Result<CommandRecord> decode_command_record(const std::string& bytes);

}  // namespace rookery
