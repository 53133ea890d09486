#include "actors/domain/text_rules.h"
#include "tests/unit/domain/random_histories.h"

using namespace rookery;

namespace {

user::Command propose(Choice& choice) {
  static const std::vector<std::string> logins = {"ann", "bob@example.org", "", "Ann", "a b",
                                                  "../x"};
  static const std::vector<std::string> roles = {"operator", "auditor", "member", "root", ""};
  static const std::vector<std::string> hashes = {"$argon2id$1", "$argon2id$2", "",
                                                  std::string(256, 'h'), std::string(257, 'h')};
  switch (choice.below(5)) {
    case 0:
      return user::Register{choice.entity(EntityKind::kOrganization), choice.id128(),
                            choice.of(logins), choice.of(hashes), choice.of(roles)};
    case 1:
      return user::ChangePassword{choice.of(hashes)};
    case 2:
      return user::ReportSignIn{choice.one_in(2), choice.text()};
    case 3:
      return user::Disable{choice.text()};
    default:
      return user::Enable{};
  }
}

std::string complaint(const user::State& state) {
  const user::Account* account = user::account_of(state);
  if (account == nullptr) return "an event left no user";
  if (!is_login(account->login)) return "bad login";
  if (account->password_hash.empty()) return "no password";
  if (account->organization.kind() != EntityKind::kOrganization) return "no organization";
  if (account->role != "operator" && account->role != "auditor" && account->role != "member") {
    return "no such role: " + account->role;
  }
  const auto* disabled = std::get_if<user::Disabled>(&state);
  return disabled && !is_reason(disabled->reason) ? "unclean reason" : "";
}

// Every sign-in counts, and a password may be set to the same again.
bool may_repeat(const user::Command& command) {
  return std::holds_alternative<user::ReportSignIn>(command) ||
         std::holds_alternative<user::ChangePassword>(command);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(user_histories)

BOOST_AUTO_TEST_CASE(every_decided_history_is_consistent) {
  RandomHistories<UserAggregate>({propose, complaint, complaint, may_repeat}).run();
}

BOOST_AUTO_TEST_SUITE_END()
