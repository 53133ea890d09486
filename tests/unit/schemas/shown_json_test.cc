#include "schemas/shown_json.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "schemas/event_codec.h"
#include "schemas/phone_events.h"
#include "schemas/user_events.h"

using namespace rookery;

BOOST_AUTO_TEST_CASE(what_may_be_missing_is_a_value_or_null) {
  BOOST_TEST(shown_fields(R"({"a":{"nullopt":true},"b":{"nullopt":false,"data":"x"}})").dump() ==
             R"({"a":null,"b":"x"})");
  BOOST_TEST(shown_fields(R"({"a":[{"nullopt":false,"data":{"b":{"nullopt":true}}}]})").dump() ==
             R"({"a":[{"b":null}]})");
  BOOST_TEST(shown_fields(R"({"nullopt":5})").dump() == R"({"nullopt":5})");
}

BOOST_AUTO_TEST_CASE(secrets_are_covered_at_any_depth) {
  const auto shown = shown_fields(
      R"({"p":{"nullopt":false,"data":{"password_hash":"$argon2"}},"q":[{"password_hash":"x"}]})");
  BOOST_TEST(shown["p"]["password_hash"] == "(set)");
  BOOST_TEST(shown["q"][0]["password_hash"] == "(set)");
}

BOOST_AUTO_TEST_CASE(an_event_that_cannot_be_read_says_why) {
  Envelope envelope;
  envelope.type = 0xffffff;
  const auto shown = shown_event(envelope);
  BOOST_TEST(shown["type"] == "unknown");
  BOOST_TEST(shown["data"]["error"].get<std::string>().find("unknown event type") !=
             std::string::npos);
  BOOST_TEST(shown_fields("no json").dump() == "{}");
}

BOOST_AUTO_TEST_CASE(events_with_secrets_are_known) {
  const auto stored = [](const user::Event& event) {
    const EncodedEvent encoded = encode_event(event);
    Envelope envelope;
    envelope.type = encoded.type;
    envelope.schema = encoded.schema;
    envelope.payload = encoded.payload;
    return envelope;
  };
  BOOST_TEST(holds_secret(stored(user::event::Registered{})));
  BOOST_TEST(holds_secret(stored(user::event::PasswordChanged{})));
  BOOST_TEST(!holds_secret(stored(user::event::Enabled{})));
  BOOST_TEST(holds_secret(Envelope{}));  // who knows what it is
}

BOOST_AUTO_TEST_CASE(event_types_are_known_by_name_and_by_beginning) {
  BOOST_TEST(names_event_types("Phone.Created"));
  BOOST_TEST(names_event_types("Phone."));
  BOOST_TEST(names_event_types("Phone.Created,Link."));
  BOOST_TEST(!names_event_types("Phone.Created,Lonk."));
  BOOST_TEST(event_type_matches(phone::event::Created::kType, "Link.,Phone.Created"));
  BOOST_TEST(!event_type_matches(phone::event::Created::kType, "Link.,Phone.Bound"));
  BOOST_TEST(!names_event_types("Phone"));
  BOOST_TEST(!names_event_types("Phone.Cre"));
  BOOST_TEST(!names_event_types(""));
  BOOST_TEST(event_type_matches(phone::event::Created::kType, "Phone.Created"));
  BOOST_TEST(event_type_matches(phone::event::Created::kType, "Phone."));
  BOOST_TEST(!event_type_matches(phone::event::Created::kType, "User."));
  BOOST_TEST(!event_type_matches(0xffffff, "Phone."));
}
