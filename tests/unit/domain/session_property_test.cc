#include "actors/domain/text_rules.h"
#include "tests/unit/domain/random_histories.h"

using namespace rookery;

namespace {

session::Totals totals(Choice& choice) {
  return {choice.number(), choice.number(), choice.number(), choice.number()};
}

std::uint32_t figure(Choice& choice) { return static_cast<std::uint32_t>(choice.number()); }

// Of few tickets, so that reports meet the one that is out.
Id128 ticket(Choice& choice) { return Id128{{static_cast<std::uint8_t>(1 + choice.below(3))}}; }

std::optional<Id128> maybe_ticket(Choice& choice) {
  if (choice.one_in(3)) return std::nullopt;
  return ticket(choice);
}

session::Open opening(Choice& choice, std::int64_t expires_us) {
  session::Open open{{choice.entity(EntityKind::kPhone), choice.entity(EntityKind::kUser),
                      choice.entity(EntityKind::kOrganization), choice.text(), ticket(choice),
                      expires_us, choice.one_in(2)}};
  if (choice.one_in(2)) open.clipboard = ClipboardRules{choice.one_in(2), choice.one_in(2)};
  if (choice.one_in(2)) open.terms.link = choice.entity(EntityKind::kLink);
  return open;
}

session::Command propose(Choice& choice) {
  static const std::vector<std::int64_t> times = {0, 999, 1000, 1001, -1, INT64_MAX, INT64_MIN};
  switch (choice.below(10)) {
    case 0:
    case 1:
      return opening(choice, choice.of(times));
    case 2:
      return session::ReportConnected{ticket(choice), choice.text(), choice.text(),
                                      choice.of(times)};
    case 3:
      return session::ReportQuality{
          {figure(choice), figure(choice), figure(choice), figure(choice), figure(choice)}};
    case 4:
      return session::ReportTraffic{ticket(choice), totals(choice)};
    case 5:
      return session::ReportLost{maybe_ticket(choice), choice.text(), totals(choice),
                                 choice.of(times)};
    case 6:
      return session::ReportInputsRefused{ticket(choice)};
    case 7:
      return session::Resume{choice.text(), ticket(choice), choice.of(times)};
    case 8:
      return session::ReportClipboard{ticket(choice), choice.one_in(2), choice.number()};
    default:
      // Rare, or no session would live long.
      if (choice.one_in(8)) {
        return session::End{maybe_ticket(choice), choice.text(), totals(choice)};
      }
      return session::ReportTraffic{ticket(choice), totals(choice)};
  }
}

std::string complaint(const session::State& state) {
  const session::Terms* terms = session::terms_of(state);
  if (terms == nullptr) return "an event left no session";
  if (terms->phone.kind() != EntityKind::kPhone) return "no phone";
  if (terms->user.kind() != EntityKind::kUser) return "no user";
  if (!is_name(terms->host)) return "no host";
  if (const auto* connected = std::get_if<session::Connected>(&state)) {
    if (!is_reason(connected->remote_address) || !is_reason(connected->cipher)) return "unclean";
  }
  if (const auto* away = std::get_if<session::Away>(&state)) {
    if (!is_reason(away->reason)) return "unclean reason";
  }
  const auto* ended = std::get_if<session::Ended>(&state);
  return ended && !is_reason(ended->reason) ? "unclean reason" : "";
}

// Two equal measurements are two facts, and so are two equal pastes.
bool may_repeat(const session::Command& command) {
  return std::holds_alternative<session::ReportQuality>(command) ||
         std::holds_alternative<session::ReportClipboard>(command);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(session_histories)

BOOST_AUTO_TEST_CASE(every_decided_history_is_consistent) {
  RandomHistories<SessionAggregate>({propose, complaint, complaint, may_repeat}).run();
}

// Traffic totals never shrink, whatever order the host's reports arrive in.
BOOST_AUTO_TEST_CASE(totals_only_grow) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Choice choice(seed);
    session::State state =
        session::Connected{{{}, {}, {}, "host", {}, 0, true}, "", "", {}, {}, {}};
    session::Totals before;
    for (int i = 0; i < 30; ++i) {
      const auto decision = decide(state, session::ReportTraffic{{}, totals(choice)});
      for (const auto& event : std::get<std::vector<session::Event>>(decision)) {
        state = evolve(std::move(state), event);
      }
      const session::Totals& now = std::get<session::Connected>(state).totals;
      BOOST_TEST_REQUIRE(
          (now.bytes_sent >= before.bytes_sent && now.bytes_received >= before.bytes_received &&
           now.frames_sent >= before.frames_sent && now.inputs_received >= before.inputs_received));
      before = now;
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
