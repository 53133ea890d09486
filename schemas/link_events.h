// Events of one link: who holds its secret may open stream sessions of one phone.
// Frozen: once released, a struct never changes; a new version gets a new struct and an upcaster.
#pragma once

#include <cereal/types/string.hpp>
#include <cstdint>
#include <string>
#include <variant>

#include "schemas/event_types.h"
#include "schemas/ids.h"

namespace rookery::link::event {

struct CreatedV1 {
  static constexpr std::uint32_t kType = event_type::kLinkCreated;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Link.Created";

  EntityId phone;
  EntityId organization;
  EntityId maker;               // the user in whose name it lets people in
  bool control = false;         // false: may watch, may not touch
  bool single_use = false;      // lets one session in, ever
  std::int64_t expires_us = 0;  // microseconds since 1970-01-01 UTC
  std::string secret_hash;      // BLAKE2b-256, base64url; the secret itself is stored nowhere
  std::string password_hash;    // Argon2id; empty: none is asked for

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("phone", phone), cereal::make_nvp("organization", organization),
            cereal::make_nvp("maker", maker), cereal::make_nvp("control", control),
            cereal::make_nvp("single_use", single_use), cereal::make_nvp("expires_us", expires_us),
            cereal::make_nvp("secret_hash", secret_hash),
            cereal::make_nvp("password_hash", password_hash));
  }
};
using Created = CreatedV1;

// Let somebody in.
struct UsedV1 {
  static constexpr std::uint32_t kType = event_type::kLinkUsed;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Link.Used";

  EntityId session;
  std::string remote_address;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("session", session),
            cereal::make_nvp("remote_address", remote_address));
  }
};
using Used = UsedV1;

// Somebody did not hold what it asks for.
struct TryFailedV1 {
  static constexpr std::uint32_t kType = event_type::kLinkTryFailed;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Link.TryFailed";

  bool password = false;  // the secret was right, the password was not
  std::string remote_address;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("password", password),
            cereal::make_nvp("remote_address", remote_address));
  }
};
using TryFailed = TryFailedV1;

struct RevokedV1 {
  static constexpr std::uint32_t kType = event_type::kLinkRevoked;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Link.Revoked";

  std::string reason;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("reason", reason));
  }
};
using Revoked = RevokedV1;

// Right after Created, where not the usual is meant: which way its viewers' texts may pass.
struct ClipboardSetV1 {
  static constexpr std::uint32_t kType = event_type::kLinkClipboardSet;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Link.ClipboardSet";

  bool in = false;   // pasted into the phone
  bool out = false;  // copied out of it

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("in", in), cereal::make_nvp("out", out));
  }
};
using ClipboardSet = ClipboardSetV1;

}  // namespace rookery::link::event

namespace rookery::link {

using Event = std::variant<event::Created, event::Used, event::TryFailed, event::Revoked,
                           event::ClipboardSet>;

}  // namespace rookery::link
