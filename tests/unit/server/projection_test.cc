// Read models built on several threads are those that grew event by event.
#include <array>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>
#include <type_traits>

#include "actors/projections/parallel_build.h"
#include "schemas/deployment_events.h"
#include "schemas/event_codec.h"
#include "schemas/link_events.h"
#include "schemas/organization_events.h"
#include "schemas/phone_events.h"
#include "schemas/runtime_events.h"
#include "schemas/session_events.h"
#include "schemas/user_events.h"

namespace rookery::test {
namespace {

constexpr std::uint64_t kEvents = 60'000;
constexpr std::uint32_t kEntities = 3000;  // of each kind; of sessions more end than are kept

// The nth kind of event, with nothing in it: what matters here is who is told of it, and when.
template <class... Alternatives>
EncodedEvent nth_event(std::size_t nth, std::type_identity<std::variant<Alternatives...>>) {
  using Variant = std::variant<Alternatives...>;
  const std::array<Variant, sizeof...(Alternatives)> all{Variant(Alternatives{})...};
  return encode_event(all[nth % all.size()]);
}

EncodedEvent event_of(EntityKind kind, std::size_t nth) {
  if (nth % 20 == 0) return nth_event(0, std::type_identity<runtime_event::Event>());
  switch (kind) {
    case EntityKind::kOrganization:
      return nth_event(nth, std::type_identity<organization::Event>());
    case EntityKind::kUser:
      return nth_event(nth, std::type_identity<user::Event>());
    case EntityKind::kPhone:
      return nth_event(nth, std::type_identity<phone::Event>());
    case EntityKind::kSession:
      return nth_event(nth, std::type_identity<session::Event>());
    case EntityKind::kLink:
      return nth_event(nth, std::type_identity<link::Event>());
    default:
      return nth_event(nth, std::type_identity<deployment::Event>());
  }
}

EntityId entity(EntityKind kind, std::uint32_t number) {
  std::array<std::uint8_t, 15> tail{};
  for (int i = 0; i < 4; ++i) tail[11 + i] = static_cast<std::uint8_t>(number >> (8 * i));
  return make_entity_id(kind, tail);
}

// A log of everything at random; after its end nothing of a session happens.
std::vector<Envelope> make_log() {
  std::mt19937 random(7);
  std::vector<Envelope> log;
  std::map<EntityId, std::uint64_t> versions;
  std::set<EntityId> ended;
  const auto add = [&](const EntityId& id, EncodedEvent event) {
    Envelope envelope;
    envelope.stream = id;
    envelope.version = ++versions[id];
    envelope.position = log.size() + 1;
    envelope.type = event.type;
    envelope.schema = event.schema;
    envelope.payload = std::move(event.payload);
    log.push_back(std::move(envelope));
  };
  for (std::uint64_t i = 0; i < kEvents; ++i) {
    const auto kind = static_cast<EntityKind>(1 + random() % 6);
    const EntityId id = entity(kind, static_cast<std::uint32_t>(random() % kEntities));
    auto event = event_of(kind, random());
    if (ended.contains(id)) continue;
    if (event.type == event_type::kSessionEnded) ended.insert(id);
    add(id, std::move(event));
  }
  for (std::uint32_t i = 0; i < kEndedSessionsKept + 500; ++i) {
    add(entity(EntityKind::kSession, kEntities + i),
        encode_event(session::Event(session::event::Ended{})));
  }
  return log;
}

std::string text(const OrganizationView& view) {
  return to_text(view.id) + view.name + std::to_string(view.departments.size());
}
std::string text(const UserView& view) {
  return to_text(view.id) + view.login + view.role + std::to_string(view.disabled);
}
std::string text(const PhoneView& view) {
  return to_text(view.id) + view.phase + view.host + std::to_string(view.boot) +
         view.last_stop_reason + std::to_string(view.failed);
}
std::string text(const SessionView& view) {
  return to_text(view.id) + view.phase + view.end_reason + to_bytes(view.quality) +
         to_bytes(view.totals) + std::to_string(view.lost_us);
}
std::string text(const LinkView& view) {
  return to_text(view.id) + view.phase + to_bytes(view.tally) + std::to_string(view.expires_us);
}

std::vector<std::string> shown(const ReadModels& models) {
  std::vector<std::string> lines;
  const auto add = [&](const auto& views) {
    for (const auto& view : views) lines.push_back(text(view) + std::to_string(view.version));
  };
  const auto all = [](const auto&) { return true; };
  add(models.organizations());
  add(models.users(all));
  add(models.phones(all));
  add(models.sessions(all));
  add(models.links(all));
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(projections)

BOOST_AUTO_TEST_CASE(models_built_in_parallel_are_those_that_grew_event_by_event) {
  const auto log = make_log();
  ReadModels grown;
  for (const Envelope& envelope : log) BOOST_REQUIRE(grown.apply(envelope).ok());
  const auto expected = shown(grown);
  BOOST_TEST(expected.size() > 20'000u);
  for (const unsigned threads : {1, 3, 8}) {
    ParallelBuild build(threads);
    for (const Envelope& envelope : log) BOOST_REQUIRE(build.add(envelope).ok());
    ReadModels built;
    BOOST_REQUIRE(build.finish(built).ok());
    BOOST_TEST((shown(built) == expected), threads << " threads");
  }
}

BOOST_AUTO_TEST_CASE(an_event_that_cannot_be_read_is_named_and_ends_the_building) {
  auto log = make_log();
  log[5000].type = 0x7fffffff;
  log[5000].stream = entity(EntityKind::kPhone, 1);
  ParallelBuild build(3);
  Status status = Done{};
  for (std::size_t i = 0; i < log.size() && status; ++i) status = build.add(log[i]);
  ReadModels built;
  if (status) status = build.finish(built);
  BOOST_REQUIRE(!status.ok());
  BOOST_TEST(status.error().message.find("event at position 5001") == 0u, status.error().message);
  BOOST_TEST(built.phones([](const auto&) { return true; }).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
