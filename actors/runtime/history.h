// The one fold from stored events to state: the live actor, audit and projections of state use it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "actors/domain/decision.h"
#include "actors/runtime/aggregates.h"
#include "actors/runtime/entity_directory.h"
#include "eventstore/event_log.h"
#include "schemas/event_codec.h"
#include "schemas/runtime_events.h"

namespace rookery {

// State of one entity after the events seen so far.
template <class Aggregate>
struct History {
  typename Aggregate::State state;
  std::uint64_t version = 0;
  std::uint64_t epoch = 0;

  // Error: the stored event cannot be read, is out of order, or cannot follow the state. The state
  // is then worthless and must not be used.
  Status follow(const Envelope& envelope) {
    if (envelope.version != version + 1) {
      return Error{"event " + std::to_string(envelope.version) + " follows event " +
                   std::to_string(version) + ": the stream has a gap"};
    }
    if (!EventDecoder<runtime_event::Event>::knows(envelope.type)) {
      auto event = EventDecoder<typename Aggregate::Event>::decode(envelope.type, envelope.schema,
                                                                   envelope.payload);
      if (!event) return event.error();
      try {
        state = evolve(std::move(state), *event);
      } catch (const ImpossibleEvent& impossible) {
        return Error{"event " + std::to_string(envelope.version) + ": " + impossible.what()};
      }
    }
    version = envelope.version;
    epoch = envelope.epoch;
    return Done{};
  }
};

// Folds what the log holds of `id` after `history` and up to `until_version`.
template <class Aggregate>
Status follow_log(const EventLog& log, const EntityId& id, std::uint64_t until_version,
                  History<Aggregate>& history) {
  Status outcome = Done{};
  const Status read = log.read_stream(id, history.version + 1, [&](const Envelope& envelope) {
    if (envelope.version > until_version) return false;
    outcome = history.follow(envelope);
    return outcome.ok() && envelope.version < until_version;
  });
  return outcome.ok() ? read : outcome;
}

// Hex SHA-256 over the phase's name, a zero byte and the phase's canonical bytes.
std::string state_hash(const char* phase, const std::string& canonical_bytes);

template <class State>
ActorView make_view(const EntityId& id, const State& state, std::uint64_t version,
                    std::uint64_t epoch) {
  ActorView view;
  view.id = id;
  view.version = version;
  view.epoch = epoch;
  view.state = state;
  std::visit(
      [&](const auto& phase) {
        view.phase = phase.kPhase;
        view.state_json = to_json_text(phase);
        view.state_hash = state_hash(phase.kPhase, to_bytes(phase));
      },
      state);
  return view;
}

}  // namespace rookery
