// FORMAT.md's worked example, computed.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "eventstore/envelope_codec.h"
#include "eventstore/record_keys.h"
#include "tests/unit/eventstore/hex_file.h"

using namespace rookery;
using namespace rookery::testing;

namespace {

std::string line(const std::string& name, std::string_view bytes) {
  std::string text = name;
  const std::string hex = to_hex(bytes);
  for (std::size_t at = 0; at < hex.size(); at += 64) text += "\n  " + hex.substr(at, 64);
  return text + "\n";
}

std::string worked_example() {
  const std::string envelope = read_hex_file("golden/envelope_v1.hex").bytes;
  const auto event = decode_envelope(envelope);
  BOOST_REQUIRE(event.ok());
  const Shard shard = shard_of_stream(event->stream, 4);
  LeafHasher hasher;
  const LogEntry entry{event->stream, event->version, hasher.leaf(envelope)};
  const StreamHead head{event->version, event->epoch, hasher.chain(Hash256{}, entry.leaf)};
  return line("ev key", event_key(shard, event->stream, event->version).view()) +
         line("ev value", envelope) +  //
         line("log key", log_key(shard, event->position).view()) +
         line("log value", encode_log_entry(entry).view()) +
         line("head key", head_key(event->stream).view()) +
         line("head value", encode_head(head).view()) +
         line("dedup key", answer_key(event->stream, event->provenance.command_id).view());
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_format_documents_example_is_what_the_code_writes) {
  std::ifstream file(std::filesystem::path(ROOKERY_TESTS).parent_path() / "eventstore" /
                     "FORMAT.md");
  BOOST_REQUIRE(file.is_open());
  std::stringstream document;
  document << file.rdbuf();
  const std::string example = worked_example();
  BOOST_TEST(document.str().find("```\n" + example + "```") != std::string::npos,
             "FORMAT.md must show:\n"
                 << example);
}

BOOST_AUTO_TEST_CASE(small_records_survive_their_bytes_and_other_lengths_do_not_decode) {
  StreamHead head{3, 4, {}};
  head.chain.fill(9);
  const auto head_bytes = encode_head(head);
  const auto head_again = decode_head(head_bytes.view());
  BOOST_REQUIRE(head_again.has_value());
  BOOST_TEST(head_again->version == 3u);
  BOOST_TEST(head_again->epoch == 4u);
  BOOST_TEST((head_again->chain == head.chain));

  LogEntry entry{make_entity_id(EntityKind::kUser, {1, 2}), 5, {}};
  entry.leaf.fill(8);
  const auto entry_bytes = encode_log_entry(entry);
  const auto entry_again = decode_log_entry(entry_bytes.view());
  BOOST_REQUIRE(entry_again.has_value());
  BOOST_TEST((entry_again->stream == entry.stream));
  BOOST_TEST(entry_again->version == 5u);
  BOOST_TEST((entry_again->leaf == entry.leaf));

  for (std::size_t size = 0; size < entry_bytes.view().size(); ++size) {
    BOOST_TEST(!decode_log_entry(entry_bytes.view().substr(0, size)).has_value());
    if (size != 48) BOOST_TEST(!decode_head(entry_bytes.view().substr(0, size)).has_value());
  }
  BOOST_TEST(decode_log_key(log_key(7, 1u << 20).view())->shard == 7u);
  BOOST_TEST(decode_log_key(log_key(7, 1u << 20).view())->position == 1u << 20);
  BOOST_TEST(!decode_log_key("123456789").has_value());
}

BOOST_AUTO_TEST_CASE(keys_sort_as_their_numbers) {
  const auto stream = make_entity_id(EntityKind::kPhone, {5});
  for (const std::uint64_t n : {1ull, 255ull, 256ull, 65535ull, 1ull << 40}) {
    BOOST_TEST(log_key(0, n).view() < log_key(0, n + 1).view());
    BOOST_TEST(log_key(1, n).view() < log_key(256, 1).view());
    BOOST_TEST(event_key(0, stream, n).view() < event_key(0, stream, n + 1).view());
  }
}
