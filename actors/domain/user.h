// A user: one person of an organization who can sign in.
#pragma once

#include <cereal/types/string.hpp>
#include <cstdint>
#include <string>
#include <variant>

#include "actors/domain/decision.h"
#include "schemas/user_events.h"

namespace rookery::user {

struct Account {
  EntityId organization;
  Id128 department;
  std::string login;
  std::string password_hash;
  std::string role;
  std::uint64_t sign_ins = 0;
  std::uint64_t failed_sign_ins = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("organization", organization),
            cereal::make_nvp("department", department), cereal::make_nvp("login", login),
            cereal::make_nvp("password_hash", password_hash), cereal::make_nvp("role", role),
            cereal::make_nvp("sign_ins", sign_ins),
            cereal::make_nvp("failed_sign_ins", failed_sign_ins));
  }
};

struct Absent {
  static constexpr const char* kPhase = "absent";
  template <class Archive>
  void serialize(Archive&) {}
};
struct Active {
  static constexpr const char* kPhase = "active";
  Account account;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("account", account));
  }
};
struct Disabled {
  static constexpr const char* kPhase = "disabled";
  Account account;
  std::string reason;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("account", account), cereal::make_nvp("reason", reason));
  }
};
using State = std::variant<Absent, Active, Disabled>;

struct Register {
  static constexpr const char* kName = "User.Register";
  EntityId organization;
  Id128 department;
  std::string login;          // 1 to 64 of a-z 0-9 . _ - @
  std::string password_hash;  // Argon2id, made outside
  std::string role;           // "operator", "auditor" or "member"
};
struct ChangePassword {
  static constexpr const char* kName = "User.ChangePassword";
  std::string password_hash;
};
// The gateway checked a password; the user's stream keeps what came of it.
struct ReportSignIn {
  static constexpr const char* kName = "User.ReportSignIn";
  bool succeeded = false;
  std::string remote_address;
};
struct Disable {
  static constexpr const char* kName = "User.Disable";
  std::string reason;
};
struct Enable {
  static constexpr const char* kName = "User.Enable";
};
using Command = std::variant<Register, ChangePassword, ReportSignIn, Disable, Enable>;

Decision<Event> decide(const State& state, const Command& command);
State evolve(State state, const Event& event);

const Account* account_of(const State& state);

}  // namespace rookery::user
