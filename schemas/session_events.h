// Events of one stream session: one connection of one viewer to one phone.
// Frozen: once released, a struct never changes; a new version gets a new struct and an upcaster.
#pragma once

#include <cereal/types/string.hpp>
#include <cstdint>
#include <string>
#include <variant>

#include "schemas/event_types.h"
#include "schemas/ids.h"

namespace rookery::session::event {

struct OpenedV1 {
  static constexpr std::uint32_t kType = event_type::kSessionOpened;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.Opened";

  EntityId phone;
  EntityId user;
  EntityId organization;
  std::string host;
  Id128 ticket;
  std::int64_t ticket_expires_us = 0;  // microseconds since 1970-01-01 UTC
  bool control = false;                // false: may watch, may not touch

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("phone", phone), cereal::make_nvp("user", user),
            cereal::make_nvp("organization", organization), cereal::make_nvp("host", host),
            cereal::make_nvp("ticket", ticket),
            cereal::make_nvp("ticket_expires_us", ticket_expires_us),
            cereal::make_nvp("control", control));
  }
};
using Opened = OpenedV1;

struct ConnectedV1 {
  static constexpr std::uint32_t kType = event_type::kSessionConnected;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.Connected";

  std::string remote_address;
  std::string cipher;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("remote_address", remote_address), cereal::make_nvp("cipher", cipher));
  }
};
using Connected = ConnectedV1;

struct QualityReportedV1 {
  static constexpr std::uint32_t kType = event_type::kSessionQualityReported;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.QualityReported";

  std::uint32_t round_trip_us = 0;
  std::uint32_t frames_per_second_milli = 0;  // frames a second times 1000
  std::uint32_t bitrate_bps = 0;              // bits a second sent to the viewer
  std::uint32_t packets_lost = 0;
  std::uint32_t glass_to_glass_us =
      0;  // guest damage to viewer feedback, one way, as the host estimates it

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("round_trip_us", round_trip_us),
            cereal::make_nvp("frames_per_second_milli", frames_per_second_milli),
            cereal::make_nvp("bitrate_bps", bitrate_bps),
            cereal::make_nvp("packets_lost", packets_lost),
            cereal::make_nvp("glass_to_glass_us", glass_to_glass_us));
  }
};
using QualityReported = QualityReportedV1;

struct TrafficReportedV1 {
  static constexpr std::uint32_t kType = event_type::kSessionTrafficReported;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.TrafficReported";

  std::uint64_t bytes_sent = 0;  // since the session began, host to viewer, on the wire
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
using TrafficReported = TrafficReportedV1;

struct EndedV1 {
  static constexpr std::uint32_t kType = event_type::kSessionEnded;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.Ended";

  std::string reason;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t inputs_received = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("reason", reason), cereal::make_nvp("bytes_sent", bytes_sent),
            cereal::make_nvp("bytes_received", bytes_received),
            cereal::make_nvp("frames_sent", frames_sent),
            cereal::make_nvp("inputs_received", inputs_received));
  }
};
using Ended = EndedV1;

// Right after Opened: the viewer came by a link, and may come back.
struct InvitedV1 {
  static constexpr std::uint32_t kType = event_type::kSessionInvited;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.Invited";

  EntityId link;
  std::int64_t ends_us = 0;  // microseconds since 1970-01-01 UTC: with the link

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("link", link), cereal::make_nvp("ends_us", ends_us));
  }
};
using Invited = InvitedV1;

// Nobody is connected any more, and nobody said goodbye.
struct LostV1 {
  static constexpr std::uint32_t kType = event_type::kSessionLost;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.Lost";

  std::string reason;
  std::int64_t lost_us = 0;      // microseconds since 1970-01-01 UTC
  std::uint64_t bytes_sent = 0;  // totals as in TrafficReported
  std::uint64_t bytes_received = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t inputs_received = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("reason", reason), cereal::make_nvp("lost_us", lost_us),
            cereal::make_nvp("bytes_sent", bytes_sent),
            cereal::make_nvp("bytes_received", bytes_received),
            cereal::make_nvp("frames_sent", frames_sent),
            cereal::make_nvp("inputs_received", inputs_received));
  }
};
using Lost = LostV1;

// The viewer is back, and has a fresh ticket; the one before opens nothing any more.
struct ResumedV1 {
  static constexpr std::uint32_t kType = event_type::kSessionResumed;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.Resumed";

  std::string host;
  Id128 ticket;
  std::int64_t ticket_expires_us = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("host", host), cereal::make_nvp("ticket", ticket),
            cereal::make_nvp("ticket_expires_us", ticket_expires_us));
  }
};
using Resumed = ResumedV1;

// A viewer who may only watch tried to touch the phone. Once for each session, however often.
struct InputsRefusedV1 {
  static constexpr std::uint32_t kType = event_type::kSessionInputsRefused;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.InputsRefused";

  std::string remote_address;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("remote_address", remote_address));
  }
};
using InputsRefused = InputsRefusedV1;

// Right after Opened (and Invited), where not the usual is meant: which way texts may pass.
struct ClipboardSetV1 {
  static constexpr std::uint32_t kType = event_type::kSessionClipboardSet;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.ClipboardSet";

  bool in = false;   // pasted into the phone
  bool out = false;  // copied out of it

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("in", in), cereal::make_nvp("out", out));
  }
};
using ClipboardSet = ClipboardSetV1;

// One text was copied or pasted. How much it was, never what.
struct ClipboardPassedV1 {
  static constexpr std::uint32_t kType = event_type::kSessionClipboardPassed;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Session.ClipboardPassed";

  std::string direction;  // "in": pasted into the phone; "out": copied out of it
  std::uint64_t bytes = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("direction", direction), cereal::make_nvp("bytes", bytes));
  }
};
using ClipboardPassed = ClipboardPassedV1;

}  // namespace rookery::session::event

namespace rookery::session {

using Event =
    std::variant<event::Opened, event::Connected, event::QualityReported, event::TrafficReported,
                 event::Ended, event::Invited, event::Lost, event::Resumed, event::InputsRefused,
                 event::ClipboardSet, event::ClipboardPassed>;

}  // namespace rookery::session
