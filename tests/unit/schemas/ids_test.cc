#include "schemas/ids.h"

#include <boost/test/unit_test.hpp>

#include "schemas/event_codec.h"
#include "schemas/phone_events.h"

using rookery::EntityId;
using rookery::EntityKind;

BOOST_AUTO_TEST_CASE(an_id_survives_its_text) {
  std::array<std::uint8_t, 15> tail{};
  for (std::size_t i = 0; i < tail.size(); ++i) tail[i] = static_cast<std::uint8_t>(i * 17 + 3);
  const EntityId id = rookery::make_entity_id(EntityKind::kPhone, tail);
  const std::string text = rookery::to_text(id);
  BOOST_TEST(text.substr(0, 6) == "phone/");
  BOOST_TEST(text.size() == 30u);
  BOOST_TEST((rookery::parse_entity_id(text) == id));
}

BOOST_AUTO_TEST_CASE(other_texts_are_no_ids) {
  for (const char* text : {"", "phone", "phone/", "phone/0", "robot/000000000000000000000000",
                           "phone/00000000000000000000000u", "phone/0000000000000000000000000",
                           "system/000000000000000000000000"}) {
    BOOST_TEST(!rookery::parse_entity_id(text).has_value(), text);
  }
  BOOST_TEST((rookery::parse_entity_id("system") == EntityId{}));
}

BOOST_AUTO_TEST_CASE(an_event_survives_its_bytes_and_has_a_text) {
  const rookery::phone::Event event =
      rookery::phone::event::Created{{}, "mine", "process:desktop", 720, 1280};
  const auto encoded = rookery::encode_event(event);
  const auto decoded = rookery::EventDecoder<rookery::phone::Event>::decode(
      encoded.type, encoded.schema, encoded.payload);
  BOOST_REQUIRE(decoded.ok());
  BOOST_TEST(std::get<rookery::phone::event::Created>(*decoded).name == "mine");
  const auto text = rookery::describe_event(encoded.type, encoded.schema, encoded.payload);
  BOOST_REQUIRE(text.ok());
  BOOST_TEST(text->name == "Phone.Created");
  BOOST_TEST(text->json.find("\"width_px\": 720") != std::string::npos, text->json);
  BOOST_TEST(!rookery::describe_event(0xffffff, 1, "").ok());
}
