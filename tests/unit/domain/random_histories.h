// Runs an aggregate through long random lives and checks what must hold for every one of them.
#pragma once

#include <array>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/runtime/aggregates.h"
#include "actors/runtime/state_codec.h"
#include "schemas/event_codec.h"
#include "tests/unit/domain/choice.h"

namespace rookery {

inline constexpr std::size_t kSeeds = 400;
inline constexpr std::size_t kCommandsPerLife = 80;
inline constexpr std::size_t kStoredPayloadBytesMax = 1 << 20;

template <class State>
std::string state_bytes(const State& state) {
  return std::visit(
      [](const auto& phase) { return std::string(phase.kPhase) + '\0' + to_bytes(phase); }, state);
}

// What a test says about its aggregate.
template <class Aggregate>
struct Rules {
  typename Aggregate::Command (*propose)(Choice&);
  // Empty when the state is one that decided events may leave; else what is wrong with it.
  std::string (*complaint)(const typename Aggregate::State&);
  // Empty when the state holds together, whatever events led there: rules that only decide keeps
  // (they may change one day, and old histories must still replay) do not count.
  std::string (*fracture)(const typename Aggregate::State&);
  // Whether this command, accepted once, may have a further effect when it is given again.
  bool (*may_repeat)(const typename Aggregate::Command&);
};

template <class Aggregate>
class RandomHistories {
 public:
  using State = typename Aggregate::State;
  using Event = typename Aggregate::Event;
  using Command = typename Aggregate::Command;
  using Events = std::vector<Event>;

  explicit RandomHistories(const Rules<Aggregate>& rules) : rules_(rules) {}

  void run() {
    for (std::size_t seed = 1; seed <= kSeeds; ++seed) {
      BOOST_TEST_CONTEXT("seed " << seed) { live(seed); }
    }
    check_coverage();
    disorder();
  }

 private:
  void live(std::uint64_t seed) {
    Choice choice(seed);
    State state;
    std::vector<EncodedEvent> stored;
    for (std::size_t i = 0; i < kCommandsPerLife; ++i) {
      const Command command = rules_.propose(choice);
      const std::string before = state_bytes(state);
      const Decision<Event> decision = decide(state, command);
      BOOST_TEST_REQUIRE((state_bytes(state) == before), "decide changed the state");
      if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        BOOST_TEST_REQUIRE(!refusal->message.empty(), "a refusal says what to do");
        ++refused_[command.index()];
        continue;
      }
      const Events& events = std::get<Events>(decision);
      if (events.empty()) continue;
      ++accepted_[command.index()];
      for (const Event& event : events) {
        stored.push_back(encode_event(event));
        BOOST_TEST_REQUIRE(stored.back().payload.size() <= kStoredPayloadBytesMax);
        state = evolve(std::move(state), event);
        seen_events_.push_back(event);
      }
      ++reached_[state.index()];
      const std::string complaint = rules_.complaint(state);
      BOOST_TEST_REQUIRE(complaint.empty(), complaint);
      check_second_time(state, command);
      if (choice.one_in(8)) seen_states_.push_back(state);
    }
    BOOST_TEST_REQUIRE((state_bytes(replay(stored)) == state_bytes(state)),
                       "replay gives another state");
    check_snapshot(choice, stored, state);
  }

  void check_second_time(const State& state, const Command& command) {
    const Decision<Event> again = decide(state, command);
    const auto* events = std::get_if<Events>(&again);
    BOOST_TEST_REQUIRE((events == nullptr || events->empty() || rules_.may_repeat(command)),
                       "command " << command.index() << " has a second effect");
  }

  // A snapshot anywhere and the events after it give the same state as all events.
  static void check_snapshot(Choice& choice, const std::vector<EncodedEvent>& stored,
                             const State& state) {
    const std::size_t at = choice.below(stored.size() + 1);
    const std::vector<EncodedEvent> before(stored.begin(), stored.begin() + at);
    const std::vector<EncodedEvent> after(stored.begin() + at, stored.end());
    const auto [phase, bytes] = encode_state(replay(before));
    std::optional<State> kept;
    decode_state(phase, bytes, kept);
    BOOST_TEST_REQUIRE(kept.has_value(), "a state does not come back from its bytes: " << phase);
    BOOST_TEST_REQUIRE((state_bytes(replay(after, *kept)) == state_bytes(state)),
                       "a snapshot at event " << at << " leads to another state");
    decode_state(phase, bytes + '\0', kept);
    BOOST_TEST_REQUIRE(!kept.has_value(), "bytes left over were taken for a state");
  }

  static State replay(const std::vector<EncodedEvent>& stored, State state = {}) {
    for (const EncodedEvent& event : stored) {
      auto decoded = EventDecoder<Event>::decode(event.type, event.schema, event.payload);
      BOOST_TEST_REQUIRE(decoded.ok());
      state = evolve(std::move(state), *decoded);
    }
    return state;
  }

  // A generator that never gets anywhere proves nothing.
  void check_coverage() const {
    for (std::size_t i = 0; i < accepted_.size(); ++i) {
      BOOST_TEST(accepted_[i] > 0u, "command " << i << " was never accepted");
      BOOST_TEST(refused_[i] > 0u, "command " << i << " was never refused");
    }
    for (std::size_t i = 1; i < reached_.size(); ++i) {
      BOOST_TEST(reached_[i] > 0u, "phase " << i << " was never reached");
    }
    std::array<std::size_t, std::variant_size_v<Event>> happened{};
    for (const Event& event : seen_events_) ++happened[event.index()];
    for (std::size_t i = 0; i < happened.size(); ++i) {
      BOOST_TEST(happened[i] > 0u, "event " << i << " never happened");
    }
  }

  // Any real event after any real state: it follows and the state holds together, or evolve stops.
  void disorder() {
    Choice choice(kSeeds + 1);
    std::size_t stopped = 0;
    for (std::size_t i = 0; i < 50'000; ++i) {
      const State& state = choice.of(seen_states_);
      const Event& event = choice.of(seen_events_);
      try {
        const State next = evolve(state, event);
        const std::string fracture = rules_.fracture(next);
        const char* phase = std::visit([](const auto& now) { return now.kPhase; }, state);
        const char* name = std::visit([](const auto& e) { return e.kName; }, event);
        BOOST_TEST_REQUIRE(fracture.empty(), name << " after " << phase << ": " << fracture);
      } catch (const ImpossibleEvent&) {
        ++stopped;
      }
    }
    BOOST_TEST(stopped > 0u);
  }

  const Rules<Aggregate> rules_;
  std::array<std::size_t, std::variant_size_v<Command>> accepted_{};
  std::array<std::size_t, std::variant_size_v<Command>> refused_{};
  std::array<std::size_t, std::variant_size_v<State>> reached_{};
  std::vector<Event> seen_events_;
  std::vector<State> seen_states_;
};

}  // namespace rookery
