// What one principal asked the API for: queries that were answered, and requests that were refused
// before any actor saw them. Stream "access/" and the tail of the user's id.
// Frozen: once released, a struct never changes; a new version gets a new struct and an upcaster.
#pragma once

#include <cereal/types/string.hpp>
#include <cstdint>
#include <string>
#include <variant>

#include "schemas/event_types.h"
#include "schemas/ids.h"

namespace rookery::access::event {

// The first of its kind in a minute, or all that followed it in that minute, counted.
struct QueriedV1 {
  static constexpr std::uint32_t kType = event_type::kAccessQueried;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Access.Queried";

  std::string action;         // as policies name it, such as "KooPhone:state:get"
  EntityId subject;           // whom it is about; all zero: nobody in particular, or many
  std::uint64_t count = 0;    // of such queries
  std::int64_t first_us = 0;  // microseconds since 1970-01-01 UTC
  std::int64_t last_us = 0;
  std::string remote_address;  // of the first

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("action", action), cereal::make_nvp("subject", subject),
            cereal::make_nvp("count", count), cereal::make_nvp("first_us", first_us),
            cereal::make_nvp("last_us", last_us),
            cereal::make_nvp("remote_address", remote_address));
  }
};
using Queried = QueriedV1;

// A query or a command; counted as above.
struct RefusedV1 {
  static constexpr std::uint32_t kType = event_type::kAccessRefused;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Access.Refused";

  std::string action;
  EntityId subject;
  std::string code;     // as it was answered, such as "forbidden"
  std::string message;  // of the first
  std::uint64_t count = 0;
  std::int64_t first_us = 0;
  std::int64_t last_us = 0;
  std::string remote_address;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("action", action), cereal::make_nvp("subject", subject),
            cereal::make_nvp("code", code), cereal::make_nvp("message", message),
            cereal::make_nvp("count", count), cereal::make_nvp("first_us", first_us),
            cereal::make_nvp("last_us", last_us),
            cereal::make_nvp("remote_address", remote_address));
  }
};
using Refused = RefusedV1;

}  // namespace rookery::access::event

namespace rookery::access {

using Event = std::variant<event::Queried, event::Refused>;

}  // namespace rookery::access
