// What one principal asked, and how little of the log that takes.
#include "actors/gateway/access_record.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <optional>
#include <set>

#include "schemas/event_codec.h"
#include "tests/unit/server/test_node.h"

namespace rookery::test {
namespace {

const EntityId kAnn = named_entity_id(EntityKind::kUser, "ann");

struct Recorded {
  Asked about(const std::string& phone, const std::string& refusal = "") const {
    Asked asked;
    asked.principal = kAnn;
    asked.action = "KooPhone:state:get";
    asked.subject = named_entity_id(EntityKind::kPhone, phone);
    asked.remote_address = "192.0.2.1";
    asked.refusal_code = refusal;
    asked.refusal_message = refusal.empty() ? "" : "no";
    return asked;
  }
  // In the log's order, once all are durable.
  std::vector<access::Event> events() {
    append_and_wait(*log, Append{kAnn, kAnyVersion, {}, {}, "written after them"});
    std::vector<access::Event> all;
    const auto read = log->read_log(0, 1, [&](const Envelope& event) {
      BOOST_TEST((event.provenance.principal == kAnn));
      BOOST_TEST((event.stream.kind() == EntityKind::kAccess));
      all.push_back(*EventDecoder<access::Event>::decode(event.type, event.schema, event.payload));
      return true;
    });
    BOOST_REQUIRE(read.ok());
    return all;
  }

  boost::asio::io_context io;
  std::unique_ptr<EventLog> log = make_memory_event_log(1);
  SetClock clock;
  AccessRecord record{io, *log, clock, system_random()};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(access_record)

BOOST_FIXTURE_TEST_CASE(the_first_is_told_at_once_and_the_rest_of_the_minute_as_one, Recorded) {
  for (int i = 0; i < 1000; ++i) {
    record.note(about("p1"));
    clock.now += 1000;
  }
  BOOST_TEST(events().size() == 1u);
  record.close();
  const auto all = events();
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  const auto& rest = std::get<access::event::Queried>(all[1]);
  BOOST_TEST(rest.count == 999u);
  BOOST_TEST(rest.last_us - rest.first_us == 998'000);
}

BOOST_FIXTURE_TEST_CASE(refusals_and_other_subjects_are_told_apart, Recorded) {
  record.note(about("p1"));
  record.note(about("p2"));
  record.note(about("p1", "forbidden"));
  record.close();
  const auto all = events();
  BOOST_REQUIRE_EQUAL(all.size(), 3u);
  BOOST_TEST(std::get<access::event::Refused>(all[2]).code == "forbidden");
}

BOOST_FIXTURE_TEST_CASE(who_asks_for_everybody_writes_little_and_no_question_is_lost, Recorded) {
  constexpr std::size_t kPhones = 5000;
  for (std::size_t i = 0; i < kPhones; ++i) record.note(about(std::to_string(i)));
  record.close();
  const auto all = events();
  BOOST_TEST(all.size() <= AccessRecord::kKindsPerPrincipalMax + 2);
  std::uint64_t count = 0;
  for (const access::Event& event : all) count += std::get<access::event::Queried>(event).count;
  BOOST_TEST(count == kPhones);
}

BOOST_FIXTURE_TEST_CASE(where_it_is_asked_for_each_is_durable_before_the_answer, Recorded) {
  std::optional<bool> taken;
  for (int i = 0; i < 3; ++i) {
    boost::asio::co_spawn(
        io,
        [&]() -> boost::asio::awaitable<void> {
          Asked asked = about("p1");
          taken = co_await record.note_durably(std::move(asked));
        },
        boost::asio::detached);
    io.restart();
    io.run();
    BOOST_TEST((taken == true));
    std::uint64_t there = 0;
    BOOST_REQUIRE(log->read_log(0, 1, [&](const Envelope&) { return ++there > 0; }).ok());
    BOOST_TEST(there == static_cast<std::uint64_t>(i) + 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
