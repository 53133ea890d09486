// One stream session: one connection of one viewer to one phone.
#pragma once

#include <cereal/types/string.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "actors/domain/decision.h"
#include "schemas/clipboard.h"
#include "schemas/session_events.h"

namespace rookery::session {

// What a session is for. Only the host and the ticket change, when its viewer comes back.
struct Terms {
  EntityId phone;
  EntityId user;
  EntityId organization;
  std::string host;
  Id128 ticket;
  std::int64_t ticket_expires_us = 0;
  bool control = false;
  EntityId link{};           // that let the viewer in; none: the user did
  std::int64_t ends_us = 0;  // with a link: over by then
  bool inputs_refused = false;
  ClipboardRules clipboard{};

  // Who came by a link may come back.
  bool resumable() const { return link != EntityId{}; }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("phone", phone), cereal::make_nvp("user", user),
            cereal::make_nvp("organization", organization), cereal::make_nvp("host", host),
            cereal::make_nvp("ticket", ticket),
            cereal::make_nvp("ticket_expires_us", ticket_expires_us),
            cereal::make_nvp("control", control), cereal::make_nvp("link", link),
            cereal::make_nvp("ends_us", ends_us),
            cereal::make_nvp("inputs_refused", inputs_refused),
            cereal::make_nvp("clipboard", clipboard));
  }
};

struct Totals {
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t inputs_received = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("bytes_sent", bytes_sent),
            cereal::make_nvp("bytes_received", bytes_received),
            cereal::make_nvp("frames_sent", frames_sent),
            cereal::make_nvp("inputs_received", inputs_received));
  }
};

struct Quality {
  std::uint32_t round_trip_us = 0;
  std::uint32_t frames_per_second_milli = 0;
  std::uint32_t bitrate_bps = 0;
  std::uint32_t packets_lost = 0;
  std::uint32_t glass_to_glass_us = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("round_trip_us", round_trip_us),
            cereal::make_nvp("frames_per_second_milli", frames_per_second_milli),
            cereal::make_nvp("bitrate_bps", bitrate_bps),
            cereal::make_nvp("packets_lost", packets_lost),
            cereal::make_nvp("glass_to_glass_us", glass_to_glass_us));
  }
};

struct Absent {
  static constexpr const char* kPhase = "absent";
  template <class Archive>
  void serialize(Archive&) {}
};
struct Opened {  // the ticket is out, nobody came yet, or not yet back
  static constexpr const char* kPhase = "opened";
  Terms terms;
  Totals totals;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("terms", terms), cereal::make_nvp("totals", totals));
  }
};
struct Connected {
  static constexpr const char* kPhase = "connected";
  Terms terms;
  std::string remote_address;
  std::string cipher;
  Quality quality;
  Totals totals;
  Totals before;  // of the connections before this one; the host counts anew
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("terms", terms), cereal::make_nvp("remote_address", remote_address),
            cereal::make_nvp("cipher", cipher), cereal::make_nvp("quality", quality),
            cereal::make_nvp("totals", totals), cereal::make_nvp("before", before));
  }
};
struct Away {  // without a goodbye; may come back
  static constexpr const char* kPhase = "away";
  Terms terms;
  std::string reason;
  std::int64_t lost_us = 0;
  Totals totals;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("terms", terms), cereal::make_nvp("reason", reason),
            cereal::make_nvp("lost_us", lost_us), cereal::make_nvp("totals", totals));
  }
};
struct Ended {
  static constexpr const char* kPhase = "ended";
  Terms terms;
  std::string reason;
  Totals totals;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("terms", terms), cereal::make_nvp("reason", reason),
            cereal::make_nvp("totals", totals));
  }
};
using State = std::variant<Absent, Opened, Connected, Ended, Away>;

struct Open {
  static constexpr const char* kName = "Session.Open";
  Terms terms;
  std::optional<ClipboardRules> clipboard{};  // none: the usual
};
// Reports of a host name the ticket that they are about: one that was replaced says nothing new.

// Refused as expired when `now_us` is past the ticket's end, as a conflict on a second use.
struct ReportConnected {
  static constexpr const char* kName = "Session.ReportConnected";
  Id128 ticket;
  std::string remote_address;
  std::string cipher;
  std::int64_t now_us = 0;
};
struct ReportQuality {
  static constexpr const char* kName = "Session.ReportQuality";
  Quality quality;
};
struct ReportTraffic {
  static constexpr const char* kName = "Session.ReportTraffic";
  Id128 ticket;
  Totals totals;  // of this ticket's connection
};
// The viewer may only watch, but sent inputs.
struct ReportInputsRefused {
  static constexpr const char* kName = "Session.ReportInputsRefused";
  Id128 ticket;
};
// The viewer copied a text out of the phone, or pasted one into it.
struct ReportClipboard {
  static constexpr const char* kName = "Session.ReportClipboard";
  Id128 ticket;
  bool in = false;
  std::uint64_t bytes = 0;
};
// Nobody is connected any more, and nobody said goodbye. Ends a session that cannot be resumed.
struct ReportLost {
  static constexpr const char* kName = "Session.ReportLost";
  std::optional<Id128> ticket;  // none: whichever is out
  std::string reason;
  Totals totals;
  std::int64_t now_us = 0;
};
// The viewer is back and gets this ticket, whether or not the host has missed them yet.
struct Resume {
  static constexpr const char* kName = "Session.Resume";
  std::string host;
  Id128 ticket;
  std::int64_t ticket_expires_us = 0;
};
struct End {
  static constexpr const char* kName = "Session.End";
  std::optional<Id128> ticket;  // none: whichever is out
  std::string reason;
  Totals totals;  // of this ticket's connection; never less than what was reported of it before
};
using Command = std::variant<Open, ReportConnected, ReportQuality, ReportTraffic,
                             ReportInputsRefused, ReportLost, Resume, End, ReportClipboard>;

Decision<Event> decide(const State& state, const Command& command);
State evolve(State state, const Event& event);

// Nothing while the session does not exist.
const Terms* terms_of(const State& state);

}  // namespace rookery::session
