// Events that the runtime itself writes into any entity's stream. No aggregate evolves on them.
#pragma once

#include <cereal/types/string.hpp>
#include <cstdint>
#include <string>
#include <variant>

#include "schemas/event_types.h"
#include "schemas/ids.h"

namespace rookery::runtime_event {

// A command was refused: who asked stands in the envelope, why stands here.
struct CommandRefusedV1 {
  static constexpr std::uint32_t kType = event_type::kCommandRefused;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "CommandRefused";

  std::string command;  // name of the command, such as "Phone.Start"
  std::string code;     // refusal code, such as "not_found"
  std::string message;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("command", command), cereal::make_nvp("code", code),
            cereal::make_nvp("message", message));
  }
};
using CommandRefused = CommandRefusedV1;

using Event = std::variant<CommandRefused>;

}  // namespace rookery::runtime_event
