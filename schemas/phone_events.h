// Events of one cloud phone.
// Frozen: once released, a struct never changes; a new version gets a new struct and an upcaster.
#pragma once

#include <cereal/types/string.hpp>
#include <cstdint>
#include <string>
#include <variant>

#include "schemas/event_types.h"
#include "schemas/ids.h"

namespace rookery::phone::event {

struct CreatedV1 {
  static constexpr std::uint32_t kType = event_type::kPhoneCreated;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Phone.Created";

  EntityId organization;
  std::string name;
  std::string image;  // guest driver and image, such as "process:desktop"
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("organization", organization), cereal::make_nvp("name", name),
            cereal::make_nvp("image", image), cereal::make_nvp("width_px", width_px),
            cereal::make_nvp("height_px", height_px));
  }
};
using Created = CreatedV1;

struct BoundV1 {
  static constexpr std::uint32_t kType = event_type::kPhoneBound;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Phone.Bound";

  EntityId user;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("user", user));
  }
};
using Bound = BoundV1;

struct UnboundV1 {
  static constexpr std::uint32_t kType = event_type::kPhoneUnbound;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Phone.Unbound";

  template <class Archive>
  void serialize(Archive&) {}
};
using Unbound = UnboundV1;

struct StartRequestedV1 {
  static constexpr std::uint32_t kType = event_type::kPhoneStartRequested;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Phone.StartRequested";

  std::string host;
  std::uint64_t boot =
      0;  // counts the starts of this phone, from 1; fences reports of older starts

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("host", host), cereal::make_nvp("boot", boot));
  }
};
using StartRequested = StartRequestedV1;

struct StartedV1 {
  static constexpr std::uint32_t kType = event_type::kPhoneStarted;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Phone.Started";

  std::uint64_t boot = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("boot", boot));
  }
};
using Started = StartedV1;

struct StopRequestedV1 {
  static constexpr std::uint32_t kType = event_type::kPhoneStopRequested;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Phone.StopRequested";

  std::string reason;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("reason", reason));
  }
};
using StopRequested = StopRequestedV1;

struct StoppedV1 {
  static constexpr std::uint32_t kType = event_type::kPhoneStopped;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Phone.Stopped";

  std::uint64_t boot = 0;
  std::string reason;
  bool failed = false;  // the guest did not start, or ended by itself

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("boot", boot), cereal::make_nvp("reason", reason),
            cereal::make_nvp("failed", failed));
  }
};
using Stopped = StoppedV1;

struct DeletedV1 {
  static constexpr std::uint32_t kType = event_type::kPhoneDeleted;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Phone.Deleted";

  template <class Archive>
  void serialize(Archive&) {}
};
using Deleted = DeletedV1;

// The first event of a phone that takes over from another's past, but not its guest. What is here
// proves where it comes from: `event` stands on the log under `checkpoint`, by the path
// `inclusion`.
struct ForkedV1 {
  static constexpr std::uint32_t kType = event_type::kPhoneForked;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Phone.Forked";

  EntityId origin;
  std::uint64_t origin_version = 0;  // of the last event that both have in common
  std::uint64_t origin_position = 0;
  std::string chain;       // hex: the origin's hash chain up to there (eventstore/FORMAT.md)
  std::string leaf;        // hex: leaf hash of that event
  std::string state_hash;  // hex: of the origin's state after it (actors/runtime/history.h)
  std::string event;       // base64: its stored bytes
  std::string inclusion;   // base64: hashes of 32 bytes, RFC 6962 section 2.1.1, lowest first
  std::string checkpoint;  // signed note
  EntityId organization;   // from here on: what the fork takes over
  std::string name;
  std::string image;
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("origin", origin), cereal::make_nvp("origin_version", origin_version),
            cereal::make_nvp("origin_position", origin_position), cereal::make_nvp("chain", chain),
            cereal::make_nvp("leaf", leaf), cereal::make_nvp("state_hash", state_hash),
            cereal::make_nvp("event", event), cereal::make_nvp("inclusion", inclusion),
            cereal::make_nvp("checkpoint", checkpoint),
            cereal::make_nvp("organization", organization), cereal::make_nvp("name", name),
            cereal::make_nvp("image", image), cereal::make_nvp("width_px", width_px),
            cereal::make_nvp("height_px", height_px));
  }
};
using Forked = ForkedV1;

}  // namespace rookery::phone::event

namespace rookery::phone {

using Event = std::variant<event::Created, event::Bound, event::Unbound, event::StartRequested,
                           event::Started, event::StopRequested, event::Stopped, event::Deleted,
                           event::Forked>;

}  // namespace rookery::phone
