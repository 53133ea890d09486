// E3: gives any aggregate life: load, decide, append, evolve, reply, passivate. The only loop.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/runtime/actor_engine.h"
#include "actors/runtime/command_record.h"
#include "actors/runtime/history.h"
#include "actors/runtime/snapshots.h"

namespace rookery {

template <class Aggregate>
class EntityActor {
 public:
  using State = typename Aggregate::State;
  using Event = typename Aggregate::Event;
  using Command = typename Aggregate::Command;

  // What CAF calls the actor in its own diagnostics.
  static constexpr const char* name = "entity";

  caf::behavior start(caf::event_based_actor* self, const EntityId& id, ActorKeeper& keeper) {
    self_ = self;
    id_ = id;
    keeper_ = &keeper;
    return {
        [this](const DeliverCommand& message) {
          waiting_.push_back(message.pending);
          advance();
        },
        [this](const InspectState& message) {
          questions_.push_back(message.reply);
          advance();
        },
        [this](RecoverNow) {
          load();
          advance();
        },
        [this](const AppendAnswered& message) {
          finish(*message.result);
          advance();
        },
        [this](PassivateIfIdle) { leave(); },
    };
  }

 private:
  // A command whose events are on their way to disk.
  struct InFlight {
    std::shared_ptr<PendingCommand> pending;
    std::vector<Event> events;
    CommandReply reply;
    std::uint64_t event_count = 0;
  };

  void advance() {
    if (!loaded_ && !may_load()) return;
    // Readers of the log may see an append before its answer comes here: who asks then must not be
    // told of the state before it.
    if (in_flight_) return;
    for (const auto& reply : std::exchange(questions_, {})) {
      (*reply)(view());
      keeper_->answered(id_);
    }
    while (!in_flight_ && !waiting_.empty()) {
      auto pending = std::move(waiting_.front());
      waiting_.pop_front();
      take(std::move(pending));
    }
  }

  void take(std::shared_ptr<PendingCommand> pending) {
    if (poison_) return quarantine_reply(*pending);
    auto known = keeper_->log().command_result(id_, pending->provenance.command_id);
    if (!known) return reply_with(*pending, ReplyKind::kStoreFailed, known.error().message);
    if (*known) return repeat(*pending, **known);
    const auto* command = std::get_if<Command>(&pending->command);
    if (command == nullptr) {
      CommandReply reply{ReplyKind::kRefused,
                         history_.version,
                         0,
                         RefusalCode::kInvalid,
                         "this command is for another kind of entity than " + to_text(id_),
                         false};
      return answer(*pending, std::move(reply));
    }
    auto decision = decide(history_.state, *command);
    InFlight flight;
    flight.pending = std::move(pending);
    if (auto* refusal = std::get_if<Refusal>(&decision)) {
      refuse(std::move(flight), *command, *refusal);
    } else {
      accept(std::move(flight), std::move(std::get<std::vector<Event>>(decision)));
    }
  }

  void accept(InFlight flight, std::vector<Event> events) {
    std::vector<EncodedEvent> encoded;
    encoded.reserve(events.size());
    for (const Event& event : events) encoded.push_back(encode_event(event));
    flight.events = std::move(events);
    append(std::move(flight), std::move(encoded));
  }

  // A refusal is a fact too: who asked for what, and why not.
  void refuse(InFlight flight, const Command& command, const Refusal& refusal) {
    flight.reply.kind = ReplyKind::kRefused;
    flight.reply.refusal_code = refusal.code;
    flight.reply.message = refusal.message;
    const char* command_name =
        std::visit([](const auto& alternative) { return alternative.kName; }, command);
    const runtime_event::Event event = runtime_event::CommandRefused{
        command_name, std::string(refusal_code_name(refusal.code)), refusal.message};
    append(std::move(flight), {encode_event(event)});
  }

  void append(InFlight flight, std::vector<EncodedEvent> encoded) {
    flight.event_count = encoded.size();
    flight.reply.version = history_.version + encoded.size();
    Append request;
    request.stream = id_;
    request.expected_version = history_.version;
    request.provenance = flight.pending->provenance;
    request.events = std::move(encoded);
    request.command_result = encode_command_record(flight.reply, flight.event_count);
    in_flight_ = std::move(flight);
    // The actor stays alive until its append is answered: it cannot retire while in flight.
    keeper_->log().append(std::move(request), [actor = caf::actor(self_)](AppendResult result) {
      caf::anon_send(actor, AppendAnswered{std::make_shared<AppendResult>(std::move(result))});
    });
  }

  void finish(AppendResult& result) {
    InFlight flight = std::move(*in_flight_);
    in_flight_.reset();
    if (const auto* appended = std::get_if<Appended>(&result)) {
      try {
        for (const Event& event : flight.events) {
          history_.state = evolve(std::move(history_.state), event);
        }
      } catch (const ImpossibleEvent& impossible) {
        poison_ = impossible.what();  // decided, stored and still impossible: decide() has a fault
      }
      history_.version = flight.reply.version;
      history_.epoch = appended->epoch;
      if (appended->count > 0) {
        flight.reply.position = appended->first_position + appended->count - 1;
      }
      answer(*flight.pending, std::move(flight.reply));
      keep_snapshot(keeper_->snapshot_every());
    } else if (std::holds_alternative<VersionConflict>(result)) {
      // Another writer was faster: what we know is old. Read again, decide again.
      loaded_ = false;
      waiting_.push_front(std::move(flight.pending));
    } else if (const auto* refused = std::get_if<AppendRefused>(&result)) {
      CommandReply reply{ReplyKind::kRefused,   history_.version, 0,
                         RefusalCode::kInvalid, refused->message, false};
      answer(*flight.pending, std::move(reply));
    } else if (std::holds_alternative<AppendOverload>(result)) {
      reply_with(*flight.pending, ReplyKind::kOverloaded,
                 "the store has too much to write: try again later");
    } else {
      loaded_ = false;
      reply_with(*flight.pending, ReplyKind::kStoreFailed, std::get<StoreFailed>(result).message);
    }
  }

  void repeat(PendingCommand& pending, const std::string& stored) {
    auto record = decode_command_record(stored);
    if (!record) return reply_with(pending, ReplyKind::kStoreFailed, record.error().message);
    CommandReply reply = std::move(record->reply);
    reply.repeated = true;
    if (record->event_count > 0) {
      const Status read =
          keeper_->log().read_stream(id_, reply.version, [&](const Envelope& envelope) {
            reply.position = envelope.position;
            return false;
          });
      if (!read) return reply_with(pending, ReplyKind::kStoreFailed, read.error().message);
    }
    answer(pending, std::move(reply));
  }

  // False: RecoverNow will come. Histories are read a few at a time, so that many actors that wake
  // at once do not take all threads from those that are awake.
  bool may_load() {
    if (asked_) return false;
    asked_ = true;
    const bool now = keeper_->begin_recovery(
        [actor = caf::actor(self_)] { caf::anon_send(actor, RecoverNow{}); });
    if (now) load();
    return now;
  }

  // Runs on a CAF worker: a short read, mostly from memory; never a write.
  void load() {
    poison_.reset();
    auto recovered = recover_history<Aggregate>(keeper_->log(), id_);
    snapshot_version_ = recovered.snapshot_version;
    history_ = std::move(recovered.history);
    if (!recovered.status) poison_ = recovered.status.error().message;
    loaded_ = true;
    asked_ = false;
    keeper_->end_recovery();
    keep_snapshot(keeper_->snapshot_every());
  }

  void keep_snapshot(std::uint64_t after_events) {
    if (poison_ || keeper_->snapshot_every() == 0) return;
    if (history_.version - snapshot_version_ < after_events) return;
    snapshot_version_ = history_.version;
    keeper_->offer(make_snapshot(id_, history_));
  }

  void leave() {
    if (in_flight_ || !waiting_.empty() || !questions_.empty() || !keeper_->retire(id_)) return;
    // What little came since the last one is read as fast from the events.
    if (loaded_) keep_snapshot(std::max<std::uint64_t>(keeper_->snapshot_every() / 4, 1));
    self_->quit();
  }

  ActorView view() const {
    ActorView out = make_view(id_, history_.state, history_.version, history_.epoch);
    if (poison_) {
      out.phase = "quarantined";
      out.state_json = to_json_text(Quarantine{*poison_});
      out.state_hash.clear();
    }
    const std::size_t waiting = keeper_->waiting(id_);
    out.mailbox = waiting > 0 ? waiting - 1 : 0;  // without the question being answered
    return out;
  }

  struct Quarantine {
    std::string error;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(cereal::make_nvp("error", error));
    }
  };

  void quarantine_reply(PendingCommand& pending) {
    reply_with(pending, ReplyKind::kQuarantined,
               "the history of " + to_text(id_) + " cannot be replayed (" + *poison_ +
                   "): an operator must look at it");
  }

  void reply_with(PendingCommand& pending, ReplyKind kind, std::string message) {
    CommandReply reply;
    reply.kind = kind;
    reply.version = history_.version;
    reply.message = std::move(message);
    answer(pending, std::move(reply));
  }

  void answer(PendingCommand& pending, CommandReply reply) {
    pending.reply(std::move(reply));
    keeper_->answered(id_);
  }

  caf::event_based_actor* self_ = nullptr;
  EntityId id_;
  ActorKeeper* keeper_ = nullptr;
  bool loaded_ = false;
  bool asked_ = false;  // for the turn to load
  std::uint64_t snapshot_version_ = 0;
  std::optional<std::string> poison_;
  History<Aggregate> history_;
  std::deque<std::shared_ptr<PendingCommand>> waiting_;
  std::vector<std::shared_ptr<std::function<void(ActorView)>>> questions_;
  std::optional<InFlight> in_flight_;
};

}  // namespace rookery
