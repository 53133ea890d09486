// A link: who holds its secret may open stream sessions of one phone, without an account.
//
// It is an actor of its own, beside the five that people see: whether a single use is the first
// must be decided in one place, and many sessions may come of one link. What a viewer does belongs
// to the stream session that the link let in: opening, coming back, end. A phone's own history
// stays free of both.
#pragma once

#include <cereal/types/string.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "actors/domain/decision.h"
#include "schemas/clipboard.h"
#include "schemas/link_events.h"

namespace rookery::link {

inline constexpr std::int64_t kLifetimeUsMax = std::int64_t{366} * 24 * 3600 * 1'000'000;

// Fixed when it is made. Fields as in event::CreatedV1.
struct Terms {
  EntityId phone;
  EntityId organization;
  EntityId maker;
  bool control = false;
  bool single_use = false;
  std::int64_t expires_us = 0;
  std::string secret_hash;
  std::string password_hash;
  ClipboardRules clipboard{};  // of its viewers

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("phone", phone), cereal::make_nvp("organization", organization),
            cereal::make_nvp("maker", maker), cereal::make_nvp("control", control),
            cereal::make_nvp("single_use", single_use), cereal::make_nvp("expires_us", expires_us),
            cereal::make_nvp("secret_hash", secret_hash),
            cereal::make_nvp("password_hash", password_hash),
            cereal::make_nvp("clipboard", clipboard));
  }
};

struct Tally {
  std::uint64_t uses = 0;
  std::uint64_t failed_tries = 0;
  EntityId last_session;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("uses", uses), cereal::make_nvp("failed_tries", failed_tries),
            cereal::make_nvp("last_session", last_session));
  }
};

struct Absent {
  static constexpr const char* kPhase = "absent";
  template <class Archive>
  void serialize(Archive&) {}
};
struct Open {  // until it expires
  static constexpr const char* kPhase = "open";
  Terms terms;
  Tally tally;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("terms", terms), cereal::make_nvp("tally", tally));
  }
};
struct Used {  // its single use
  static constexpr const char* kPhase = "used";
  Terms terms;
  Tally tally;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("terms", terms), cereal::make_nvp("tally", tally));
  }
};
struct Revoked {
  static constexpr const char* kPhase = "revoked";
  Terms terms;
  Tally tally;
  std::string reason;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("terms", terms), cereal::make_nvp("tally", tally),
            cereal::make_nvp("reason", reason));
  }
};
using State = std::variant<Absent, Open, Used, Revoked>;

struct Create {
  static constexpr const char* kName = "Link.Create";
  Terms terms;
  std::int64_t now_us = 0;
  std::optional<ClipboardRules> clipboard{};  // none: the usual
};
// Refused as expired when its time is over, as a conflict when its single use is, and as forbidden
// when it was revoked. For the same session again: nothing new.
struct Use {
  static constexpr const char* kName = "Link.Use";
  EntityId session;
  std::string remote_address;
  std::int64_t now_us = 0;
};
struct ReportFailedTry {
  static constexpr const char* kName = "Link.ReportFailedTry";
  bool password = false;
  std::string remote_address;
};
struct Revoke {
  static constexpr const char* kName = "Link.Revoke";
  std::string reason;
};
using Command = std::variant<Create, Use, ReportFailedTry, Revoke>;

Decision<Event> decide(const State& state, const Command& command);
State evolve(State state, const Event& event);

// Nothing while the link does not exist.
const Terms* terms_of(const State& state);

}  // namespace rookery::link
