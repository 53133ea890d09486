#include "tests/unit/domain/specification.h"

using namespace rookery;
using namespace rookery::user;
using User = Specification<UserAggregate>;

namespace {

const EntityId kHome = sample_id(EntityKind::kOrganization, 1);
const Id128 kNoDepartment{};

const Event kRegistered = event::Registered{kHome, kNoDepartment, "ann", "$argon2id$1", "member"};
const Event kDisabled = event::Disabled{"left"};

Register registration() { return {kHome, kNoDepartment, "ann", "$argon2id$1", "member"}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(a_user)

BOOST_AUTO_TEST_CASE(registers_once) {
  User::given_nothing().when(registration()).then({kRegistered});
  User::given({kRegistered}).when(registration()).then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(needs_a_plain_login) {
  for (const std::string& login :
       {std::string(), std::string("Ann"), std::string("a b"), std::string("ann\n"),
        std::string("änn"), std::string(65, 'a')}) {
    Register wrong = registration();
    wrong.login = login;
    User::given_nothing().when(wrong).then_refused(RefusalCode::kInvalid);
  }
}

BOOST_AUTO_TEST_CASE(needs_a_known_role_a_password_and_an_organization) {
  Register wrong = registration();
  wrong.role = "root";
  User::given_nothing().when(wrong).then_refused(RefusalCode::kInvalid);
  wrong = registration();
  wrong.password_hash = "";
  User::given_nothing().when(wrong).then_refused(RefusalCode::kInvalid);
  wrong = registration();
  wrong.organization = sample_id(EntityKind::kPhone, 1);
  User::given_nothing().when(wrong).then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(that_does_not_exist_is_not_found) {
  for (const Command& command : std::vector<Command>{
           ChangePassword{"$argon2id$2"}, ReportSignIn{true, ""}, Disable{""}, Enable{}}) {
    User::given_nothing().when(command).then_refused(RefusalCode::kNotFound);
  }
}

BOOST_AUTO_TEST_CASE(leaves_a_trace_of_every_sign_in_good_or_bad) {
  User::given({kRegistered})
      .when(ReportSignIn{true, "192.0.2.1"})
      .then({event::SignedIn{"192.0.2.1"}});
  User::given({kRegistered})
      .when(ReportSignIn{false, "192.0.2.1"})
      .then({event::SignInFailed{"192.0.2.1"}});
  const auto twice = User::given({kRegistered, event::SignedIn{"192.0.2.1"},
                                  event::SignedIn{"192.0.2.1"}, event::SignInFailed{"192.0.2.2"}});
  BOOST_TEST(account_of(twice.state())->sign_ins == 2u);
  BOOST_TEST(account_of(twice.state())->failed_sign_ins == 1u);
}

BOOST_AUTO_TEST_CASE(who_is_disabled_cannot_sign_in_until_enabled) {
  User::given({kRegistered}).when(Disable{"left"}).then({kDisabled});
  User::given({kRegistered, kDisabled}).when(Disable{"again"}).then_nothing();
  User::given({kRegistered, kDisabled})
      .when(ReportSignIn{true, "192.0.2.1"})
      .then_refused(RefusalCode::kForbidden);
  User::given({kRegistered, kDisabled})
      .when(ReportSignIn{false, "192.0.2.1"})
      .then({event::SignInFailed{"192.0.2.1"}});
  User::given({kRegistered, kDisabled}).when(Enable{}).then({event::Enabled{}});
  User::given({kRegistered}).when(Enable{}).then_nothing();
}

BOOST_AUTO_TEST_CASE(changes_the_password) {
  User::given({kRegistered})
      .when(ChangePassword{"$argon2id$2"})
      .then({event::PasswordChanged{"$argon2id$2"}});
  User::given({kRegistered}).when(ChangePassword{""}).then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(never_follows_an_impossible_event) {
  BOOST_TEST(!User::given_nothing().can_follow(event::SignedIn{""}));
  BOOST_TEST(!User::given_nothing().can_follow(event::PasswordChanged{"x"}));
  BOOST_TEST(!User::given({kRegistered}).can_follow(kRegistered));
  BOOST_TEST(!User::given({kRegistered}).can_follow(event::Enabled{}));
  BOOST_TEST(!User::given({kRegistered, kDisabled}).can_follow(event::SignedIn{""}));
  BOOST_TEST(!User::given({kRegistered, kDisabled}).can_follow(kDisabled));
}

BOOST_AUTO_TEST_SUITE_END()
