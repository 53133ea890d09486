// Events of retired versions arrive as the newest one.
#include <boost/test/unit_test.hpp>
#include <cereal/types/string.hpp>
#include <string>
#include <variant>

#include "schemas/event_codec.h"

using namespace rookery;

namespace {

constexpr std::uint32_t kRenamed = 0x7f0001;

struct RenamedV1 {
  static constexpr std::uint32_t kType = kRenamed;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Test.Renamed";
  std::string name;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("name", name));
  }
};
struct RenamedV2 {
  static constexpr std::uint32_t kType = kRenamed;
  static constexpr std::uint16_t kSchema = 2;
  static constexpr const char* kName = "Test.Renamed";
  using Previous = RenamedV1;
  static RenamedV2 upcast(RenamedV1 old) { return {std::move(old.name), "nobody"}; }
  std::string name;
  std::string by;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("name", name), cereal::make_nvp("by", by));
  }
};
struct RenamedV4 {  // 3 never left the house
  static constexpr std::uint32_t kType = kRenamed;
  static constexpr std::uint16_t kSchema = 4;
  static constexpr const char* kName = "Test.Renamed";
  using Previous = RenamedV2;
  static RenamedV4 upcast(const RenamedV2& old) { return {old.name + " by " + old.by}; }
  std::string text;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("text", text));
  }
};
using Event = std::variant<RenamedV4>;

std::string text_of(std::uint16_t schema, const std::string& payload) {
  const auto event = EventDecoder<Event>::decode(kRenamed, schema, payload);
  if (event) return std::get<RenamedV4>(*event).text;
  return event.error().message;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_version_ever_written_arrives_as_the_newest) {
  BOOST_TEST(text_of(1, to_bytes(RenamedV1{"one"})) == "one by nobody");
  BOOST_TEST(text_of(2, to_bytes(RenamedV2{"two", "me"})) == "two by me");
  BOOST_TEST(text_of(4, to_bytes(RenamedV4{"four"})) == "four");
  BOOST_TEST(encode_event(Event(RenamedV4{"four"})).schema == 4u);
}

BOOST_AUTO_TEST_CASE(a_version_that_never_was_or_broken_bytes_are_errors) {
  BOOST_TEST(text_of(3, to_bytes(RenamedV2{"two", "me"})).starts_with("unknown event type"));
  BOOST_TEST(text_of(5, "").starts_with("unknown event type"));
  const std::string bytes = to_bytes(RenamedV1{"one"});
  BOOST_TEST(text_of(1, bytes.substr(0, bytes.size() - 1)).starts_with("Test.Renamed"));
  BOOST_TEST(text_of(1, bytes + "x").starts_with("Test.Renamed"));
}
