// Bytes of every event struct version ever written, decoded forever. A golden file is written once,
// by `ninja -C build golden`, when its struct is new; it is never changed or deleted.
#include <boost/test/unit_test.hpp>
#include <cereal/cereal.hpp>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <type_traits>

#include "schemas/access_events.h"
#include "schemas/deployment_events.h"
#include "schemas/event_codec.h"
#include "schemas/link_events.h"
#include "schemas/organization_events.h"
#include "schemas/phone_events.h"
#include "schemas/runtime_events.h"
#include "schemas/session_events.h"
#include "schemas/user_events.h"
#include "tests/unit/eventstore/hex_file.h"

using namespace rookery;
using namespace rookery::testing;

namespace {

// Gives every field of an event struct a value that no other field has.
class Filler {
 public:
  template <class... Fields>
  void operator()(Fields&&... fields) {
    (fill(fields.value, fields.name), ...);
  }

 private:
  void fill(std::string& value, const std::string& name) { value = name + "?"; }
  void fill(bool& value, const std::string&) { value = true; }
  template <class T>
  requires std::is_integral_v<T>
  void fill(T& value, const std::string&) {
    value = static_cast<T>(0x1122334455667788 + 0x0101 * ++fields_);
  }
  void fill(EntityId& value, const std::string&) {
    value.bytes.fill(static_cast<std::uint8_t>(0x30 + ++fields_));
    value.bytes[0] = static_cast<std::uint8_t>(EntityKind::kUser);
  }
  void fill(Id128& value, const std::string&) {
    value.bytes.fill(static_cast<std::uint8_t>(0x90 + ++fields_));
  }
  template <class T>
  void fill(std::vector<T>& values, const std::string& name) {
    values.resize(2);
    for (auto& value : values) fill(value, name);
  }

  int fields_ = 0;
};

std::string golden_name(const std::string& event, unsigned schema) {
  return event + ".v" + std::to_string(schema) + ".hex";
}

template <class T>
T filled_event() {
  T filled;
  Filler filler;
  filled.serialize(filler);
  return filled;
}

// What the newest version makes of this one.
template <class Newest, class T>
Newest as_newest(T event) {
  if constexpr (std::is_same_v<Newest, T>) {
    return event;
  } else {
    return Newest::upcast(as_newest<typename Newest::Previous>(std::move(event)));
  }
}

// `T` is `Newest` or a version before it.
template <class Variant, class Newest, class T = Newest>
void check_golden() {
  const auto path = std::filesystem::path("golden/events") / golden_name(T::kName, T::kSchema);
  const T filled = filled_event<T>();
  const std::string title = std::string(T::kName) + " type " + std::to_string(T::kType) +
                            " schema " + std::to_string(T::kSchema);
  if (golden_writing_wanted()) write_new_hex_file(path, {{title}, to_bytes(filled)});

  const HexFile golden = read_hex_file(path);
  BOOST_REQUIRE(golden.comments.size() == 1u);
  BOOST_TEST(golden.comments[0] == title);
  // The struct is as it was when it was frozen: else this line is where a new version is needed.
  BOOST_TEST(to_hex(to_bytes(filled)) == to_hex(golden.bytes), title);
  const auto decoded = EventDecoder<Variant>::decode(T::kType, T::kSchema, golden.bytes);
  BOOST_REQUIRE_MESSAGE(decoded.ok(),
                        title << ": " << (decoded.ok() ? "" : decoded.error().message));
  const auto again = encode_event(*decoded);
  BOOST_TEST(again.type == T::kType);
  BOOST_TEST(again.schema == Newest::kSchema);
  BOOST_TEST(to_hex(again.payload) == to_hex(to_bytes(as_newest<Newest>(filled))), title);
  BOOST_TEST(describe_event(T::kType, T::kSchema, golden.bytes)->name == T::kName);
  if constexpr (requires { typename T::Previous; }) {
    check_golden<Variant, Newest, typename T::Previous>();
  }
}

template <class... Alternatives>
void check_all(std::type_identity<std::variant<Alternatives...>>) {
  (check_golden<std::variant<Alternatives...>, Alternatives>(), ...);
}

// "Phone.Created", 1 for each event struct in the schemas' sources, retired versions included.
std::set<std::string> golden_names_of_sources() {
  const std::regex structure("struct \\w+V([0-9]+) \\{");
  const std::regex name("kName = \"([^\"]+)\"");
  std::set<std::string> names;
  const auto folder = std::filesystem::path(ROOKERY_TESTS).parent_path() / "schemas";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().filename().string().ends_with("_events.h")) continue;
    std::ifstream file(entry.path());
    unsigned version = 0;
    std::smatch match;
    for (std::string line; std::getline(file, line);) {
      if (std::regex_search(line, match, structure)) {
        version = static_cast<unsigned>(std::stoul(match[1]));
      } else if (std::regex_search(line, match, name)) {
        BOOST_REQUIRE_MESSAGE(version > 0, entry.path() << ": a name outside a versioned struct");
        names.insert(golden_name(match[1], version));
        version = 0;
      }
    }
    BOOST_TEST(version == 0u, entry.path().string() + ": an event struct without a name");
  }
  return names;
}

}  // namespace

BOOST_AUTO_TEST_CASE(golden_events_decode_and_encode_to_the_same_bytes) {
  check_all(std::type_identity<organization::Event>());
  check_all(std::type_identity<user::Event>());
  check_all(std::type_identity<phone::Event>());
  check_all(std::type_identity<deployment::Event>());
  check_all(std::type_identity<session::Event>());
  check_all(std::type_identity<link::Event>());
  check_all(std::type_identity<access::Event>());
  check_all(std::type_identity<runtime_event::Event>());
}

BOOST_AUTO_TEST_CASE(every_event_struct_version_has_a_golden_file_and_the_other_way_round) {
  const auto expected = golden_names_of_sources();
  BOOST_TEST(expected.size() >= 35u);
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(ROOKERY_TESTS) / "golden" / "events")) {
    found.insert(entry.path().filename().string());
  }
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cut_golden_event_is_an_error) {
  const HexFile golden = read_hex_file("golden/events/Phone.Created.v1.hex");
  for (std::size_t size = 0; size < golden.bytes.size(); ++size) {
    const auto decoded =
        EventDecoder<phone::Event>::decode(0x030001, 1, golden.bytes.substr(0, size));
    BOOST_TEST(!decoded.ok(), size);
  }
}
