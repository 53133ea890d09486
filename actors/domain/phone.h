// One cloud phone: who it belongs to, who may use it, and whether its guest runs.
#pragma once

#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "actors/domain/decision.h"
#include "schemas/phone_events.h"

namespace rookery::phone {

// What every phone has from its creation on, whatever its guest does.
struct Profile {
  EntityId organization;
  std::string name;
  std::string image;
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  std::optional<EntityId> bound_user;
  std::uint64_t boots = 0;  // starts so far

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("organization", organization), cereal::make_nvp("name", name),
            cereal::make_nvp("image", image), cereal::make_nvp("width_px", width_px),
            cereal::make_nvp("height_px", height_px), cereal::make_nvp("bound_user", bound_user),
            cereal::make_nvp("boots", boots));
  }
};

struct Absent {
  static constexpr const char* kPhase = "absent";
  template <class Archive>
  void serialize(Archive&) {}
};
struct Stopped {
  static constexpr const char* kPhase = "stopped";
  Profile profile;
  std::string last_stop_reason;
  bool failed = false;  // the last guest did not start, or ended by itself
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("profile", profile),
            cereal::make_nvp("last_stop_reason", last_stop_reason),
            cereal::make_nvp("failed", failed));
  }
};
struct Starting {
  static constexpr const char* kPhase = "starting";
  Profile profile;
  std::string host;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("profile", profile), cereal::make_nvp("host", host));
  }
};
struct Running {
  static constexpr const char* kPhase = "running";
  Profile profile;
  std::string host;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("profile", profile), cereal::make_nvp("host", host));
  }
};
struct Stopping {
  static constexpr const char* kPhase = "stopping";
  Profile profile;
  std::string host;
  std::string reason;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("profile", profile), cereal::make_nvp("host", host),
            cereal::make_nvp("reason", reason));
  }
};
struct Deleted {
  static constexpr const char* kPhase = "deleted";
  Profile profile;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("profile", profile));
  }
};
using State = std::variant<Absent, Stopped, Starting, Running, Stopping, Deleted>;

struct Create {
  static constexpr const char* kName = "Phone.Create";
  EntityId organization;
  std::string name;
  std::string image;
  std::uint16_t width_px = 720;
  std::uint16_t height_px = 1280;
};
// Takes over from another phone what a stopped phone is, but neither its user nor its guest. All of
// `forked` comes from the log; only the name may be new.
struct Fork {
  static constexpr const char* kName = "Phone.Fork";
  event::Forked forked;
};
struct Bind {
  static constexpr const char* kName = "Phone.Bind";
  EntityId user;
};
struct Unbind {
  static constexpr const char* kName = "Phone.Unbind";
};
struct Start {
  static constexpr const char* kName = "Phone.Start";
  std::string host;
};
struct Stop {
  static constexpr const char* kName = "Phone.Stop";
  std::string reason;
};
// The host's word. A report of an older boot is refused as a conflict.
struct ReportStarted {
  static constexpr const char* kName = "Phone.ReportStarted";
  std::uint64_t boot = 0;
};
struct ReportStopped {
  static constexpr const char* kName = "Phone.ReportStopped";
  std::uint64_t boot = 0;
  std::string reason;
  bool failed = false;
};
struct Delete {
  static constexpr const char* kName = "Phone.Delete";
};
using Command =
    std::variant<Create, Bind, Unbind, Start, Stop, ReportStarted, ReportStopped, Delete, Fork>;

Decision<Event> decide(const State& state, const Command& command);
State evolve(State state, const Event& event);

// Nothing while the phone does not exist.
const Profile* profile_of(const State& state);

}  // namespace rookery::phone
