// Given these events, when this command comes, then these events follow, or this refusal.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/runtime/aggregates.h"
#include "schemas/event_codec.h"

namespace rookery {

inline EntityId sample_id(EntityKind kind, std::uint8_t number) {
  return make_entity_id(kind, {number});
}

template <class Aggregate>
class Specification {
 public:
  using State = typename Aggregate::State;
  using Event = typename Aggregate::Event;
  using Command = typename Aggregate::Command;

  static Specification given(const std::vector<Event>& history) {
    Specification out;
    for (const Event& event : history) out.state_ = evolve(std::move(out.state_), event);
    return out;
  }
  static Specification given_nothing() { return given({}); }

  Specification& when(const Command& command) {
    decision_ = decide(state_, command);
    return *this;
  }

  void then(const std::vector<Event>& expected) const {
    const auto* events = std::get_if<std::vector<Event>>(&decision_);
    BOOST_TEST_REQUIRE(events != nullptr, "refused: " + message());
    BOOST_TEST(texts(*events) == texts(expected), boost::test_tools::per_element());
  }
  void then_nothing() const { then({}); }
  void then_refused(RefusalCode code) const {
    const auto* refusal = std::get_if<Refusal>(&decision_);
    BOOST_TEST_REQUIRE(refusal != nullptr, "accepted; it should be refused");
    BOOST_TEST(refusal_code_name(refusal->code) == refusal_code_name(code), refusal->message);
    BOOST_TEST(!refusal->message.empty());
  }

  const State& state() const { return state_; }

  // Whether this event can follow the given history.
  bool can_follow(const Event& event) const {
    try {
      evolve(state_, event);
      return true;
    } catch (const ImpossibleEvent&) {
      return false;
    }
  }

 private:
  static std::vector<std::string> texts(const std::vector<Event>& events) {
    std::vector<std::string> out;
    for (const Event& event : events) {
      out.push_back(std::visit(
          [](const auto& e) { return std::string(e.kName) + " " + to_json_text(e); }, event));
    }
    return out;
  }
  std::string message() const {
    const auto* refusal = std::get_if<Refusal>(&decision_);
    return refusal ? refusal->message : "";
  }

  State state_;
  Decision<Event> decision_;
};

}  // namespace rookery
