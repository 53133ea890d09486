// Events of a user: one person of an organization who can sign in.
// Frozen: once released, a struct never changes; a new version gets a new struct and an upcaster.
#pragma once

#include <cereal/types/string.hpp>
#include <cstdint>
#include <string>
#include <variant>

#include "schemas/event_types.h"
#include "schemas/ids.h"

namespace rookery::user::event {

struct RegisteredV1 {
  static constexpr std::uint32_t kType = event_type::kUserRegistered;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "User.Registered";

  EntityId organization;
  Id128 department;  // all zero: none
  std::string login;
  std::string password_hash;  // Argon2id, as crypto_pwhash_str() writes it
  std::string role;           // "operator", "auditor" or "member"

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("organization", organization),
            cereal::make_nvp("department", department), cereal::make_nvp("login", login),
            cereal::make_nvp("password_hash", password_hash), cereal::make_nvp("role", role));
  }
};
using Registered = RegisteredV1;

struct PasswordChangedV1 {
  static constexpr std::uint32_t kType = event_type::kUserPasswordChanged;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "User.PasswordChanged";

  std::string password_hash;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("password_hash", password_hash));
  }
};
using PasswordChanged = PasswordChangedV1;

struct SignedInV1 {
  static constexpr std::uint32_t kType = event_type::kUserSignedIn;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "User.SignedIn";

  std::string remote_address;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("remote_address", remote_address));
  }
};
using SignedIn = SignedInV1;

struct SignInFailedV1 {
  static constexpr std::uint32_t kType = event_type::kUserSignInFailed;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "User.SignInFailed";

  std::string remote_address;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("remote_address", remote_address));
  }
};
using SignInFailed = SignInFailedV1;

struct DisabledV1 {
  static constexpr std::uint32_t kType = event_type::kUserDisabled;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "User.Disabled";

  std::string reason;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("reason", reason));
  }
};
using Disabled = DisabledV1;

struct EnabledV1 {
  static constexpr std::uint32_t kType = event_type::kUserEnabled;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "User.Enabled";

  template <class Archive>
  void serialize(Archive&) {}
};
using Enabled = EnabledV1;

}  // namespace rookery::user::event

namespace rookery::user {

using Event = std::variant<event::Registered, event::PasswordChanged, event::SignedIn,
                           event::SignInFailed, event::Disabled, event::Enabled>;

}  // namespace rookery::user
