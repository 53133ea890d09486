#include "actors/projections/access_at.h"

#include <optional>
#include <utility>

#include "actors/gateway/policy.h"
#include "actors/runtime/history.h"

namespace rookery {
namespace {

constexpr std::size_t kPageSize = 1000;

// What shows an actor of a kind, and what changes it or shows its screen.
struct Actions {
  const char* see;
  const char* control;
};
Actions actions_of(EntityKind kind) {
  switch (kind) {
    case EntityKind::kPhone:
      return {"KooPhone:phone:get", "KooPhone:session:open"};
    case EntityKind::kSession:
      return {"KooPhone:session:get", "KooPhone:session:close"};
    case EntityKind::kLink:
      return {"KooPhone:link:get", "KooPhone:link:revoke"};
    case EntityKind::kOrganization:
      return {"KooPhone:organization:get", "KooPhone:department:create"};
    case EntityKind::kUser:
      return {"KooPhone:self:get", "KooPhone:user:setPassword"};
    default:
      return {"KooPhone:state:get", "KooPhone:actor:change"};
  }
}

Envelope without_payload(Envelope event) {
  event.payload.clear();
  return event;
}

class AccessSearch {
 public:
  AccessSearch(const EventLog& log, const EntityId& actor,
               const std::function<bool(const AccessPath&)>& visit)
      : log_(log), actor_(actor), visit_(visit), actions_(actions_of(actor.kind())) {}

  std::variant<AccessAt, NoSuchMoment, Error> run(const Moment& moment, std::int64_t now_us) {
    const auto version = version_at(log_, actor_, moment);
    if (const auto* none = std::get_if<NoSuchMoment>(&version)) return *none;
    if (const auto* broken = std::get_if<Error>(&version)) return *broken;
    AccessAt at;
    at.version = std::get<std::uint64_t>(version);
    if (auto status = settle(moment, now_us, at); !status) return status.error();
    for (const auto step : {&AccessSearch::find_owner, &AccessSearch::tell_users,
                            &AccessSearch::tell_links, &AccessSearch::tell_sessions}) {
      if (auto status = (this->*step)(); !status) return status.error();
    }
    return at;
  }

 private:
  // The moment as a position of the actor's shard and as a time.
  Status settle(const Moment& moment, std::int64_t now_us, AccessAt& at) {
    by_position_ = moment.by == Moment::By::kVersion || moment.by == Moment::By::kPosition;
    if (by_position_) {
      const bool by_version = moment.by == Moment::By::kVersion;
      const auto note = [&](const Envelope& event) {
        position_ = event.position;
        time_us_ = event.provenance.wall_time_us;
        return false;
      };
      const Status read = by_version ? log_.read_stream(actor_, at.version, note)
                                     : log_.read_log(log_.shard_of(actor_), moment.number, note);
      if (!read) return read;
    } else {
      time_us_ = moment.by == Moment::By::kTime ? moment.time_us : now_us;
    }
    at.time_us = time_us_;
    return Done{};
  }

  bool belongs(const Envelope& event) const {
    if (by_position_ && log_.shard_of(event.stream) == log_.shard_of(actor_)) {
      return event.position <= position_;
    }
    return event.provenance.wall_time_us <= time_us_;
  }

  // The state at the moment; `look` sees each event with the state after it and returns false when
  // this stream is of no interest. Nothing: it is not, or was not there yet.
  template <class Aggregate, class Look>
  Result<std::optional<typename Aggregate::State>> fold(const EntityId& id, Look&& look) {
    History<Aggregate> history;
    Status outcome = Done{};
    bool wanted = true;
    const Status read = log_.read_stream(id, 1, [&](const Envelope& event) {
      if (!belongs(event)) return false;
      outcome = history.follow(event);
      wanted = outcome.ok() && look(event, history.state);
      return wanted;
    });
    if (!outcome) return Error{to_text(id) + ": " + outcome.error().message};
    if (!read) return read.error();
    if (!wanted || history.version == 0) return std::optional<typename Aggregate::State>();
    return std::optional(std::move(history.state));
  }

  // `visit` returns a Status for each stream of a kind.
  template <class Visit>
  Status each_stream(EntityKind kind, Visit&& visit) {
    EntityId after = make_entity_id(kind, {});
    for (std::size_t size = kPageSize; size == kPageSize && !stopped_;) {
      const auto page = log_.streams(kind, after, kPageSize);
      if (!page) return page.error();
      for (const EntityId& id : *page) {
        if (stopped_) return Done{};
        if (auto status = visit(id); !status) return status;
      }
      size = page->size();
      if (size > 0) after = page->back();
    }
    return Done{};
  }

  void tell(AccessPath path) { stopped_ = stopped_ || !visit_(path); }

  // Whose the actor was, and by which event.
  Status find_owner() {
    switch (actor_.kind()) {
      case EntityKind::kUser:
        return find_first_event([&](const Envelope&) { return std::optional(actor_); }, "own");
      case EntityKind::kPhone:
        return find_bound_user(actor_);
      case EntityKind::kSession: {
        std::optional<EntityId> user;
        const auto state =
            fold<SessionAggregate>(actor_, [&](const Envelope& event, const auto& now) {
              if (event.type == event_type::kSessionOpened) {
                owner_event_ = event;
                user = session::terms_of(now)->user;
              }
              return true;
            });
        owner_ = user;
        owned_ = "own";
        return state ? Status(Done{}) : Status(state.error());
      }
      case EntityKind::kLink: {
        const auto state =
            fold<LinkAggregate>(actor_, [](const auto&, const auto&) { return true; });
        if (!state) return state.error();
        const auto* terms = *state ? link::terms_of(**state) : nullptr;
        return terms == nullptr ? Status(Done{}) : find_bound_user(terms->phone);
      }
      default:
        return Done{};
    }
  }

  template <class Owner>
  Status find_first_event(Owner&& owner, const char* owned) {
    owned_ = owned;
    return log_.read_stream(actor_, 1, [&](const Envelope& event) {
      if (event.type == event_type::kCommandRefused) return true;
      owner_event_ = event;
      owner_ = owner(event);
      return false;
    });
  }

  Status find_bound_user(const EntityId& phone) {
    owned_ = "binding";
    const auto state = fold<PhoneAggregate>(phone, [&](const Envelope& event, const auto& now) {
      const phone::Profile* profile = phone::profile_of(now);
      if (event.type == event_type::kPhoneBound) owner_event_ = event;
      owner_ = profile == nullptr ? std::nullopt : profile->bound_user;
      return true;
    });
    return state ? Status(Done{}) : Status(state.error());
  }

  Status tell_users() {
    return each_stream(EntityKind::kUser, [&](const EntityId& id) -> Status {
      Envelope since;
      const auto state = fold<UserAggregate>(id, [&](const Envelope& event, const auto&) {
        if (event.type == event_type::kUserRegistered || event.type == event_type::kUserEnabled) {
          since = without_payload(event);
        }
        return true;
      });
      if (!state) return state.error();
      const auto* active = *state ? std::get_if<user::Active>(&**state) : nullptr;
      if (active != nullptr) tell_user(id, active->account, since);
      return Done{};
    });
  }

  void tell_user(const EntityId& id, const user::Account& account, const Envelope& since) {
    const Principal principal{id, account.organization, account.role};
    const auto may = [&](const char* action, bool as_owner) {
      const Resource resource{actor_, as_owner ? owner_ : std::nullopt};
      return authorize(principal, action, resource) == Verdict::kAllowed;
    };
    AccessPath path{id, account.login, false, {}, account.role, since};
    if (may(actions_.see, false) || may("KooPhone:state:get", false)) {
      path.control = may(actions_.control, false);
      path.through = "role";
      tell(path);
    }
    if (owner_ != id || path.control) return;
    path.control = may(actions_.control, true);
    if (!path.control && !may(actions_.see, true)) return;
    path.through = owned_;
    path.event = without_payload(owner_event_);
    tell(path);
  }

  Status tell_links() {
    if (actor_.kind() != EntityKind::kPhone) return Done{};
    return each_stream(EntityKind::kLink, [&](const EntityId& id) -> Status {
      Envelope made;
      const auto state = fold<LinkAggregate>(id, [&](const Envelope& event, const auto& now) {
        if (event.type == event_type::kLinkCreated) made = without_payload(event);
        const link::Terms* terms = link::terms_of(now);
        return terms == nullptr || terms->phone == actor_;
      });
      if (!state) return state.error();
      const auto* open = *state ? std::get_if<link::Open>(&**state) : nullptr;
      if (open != nullptr && open->terms.expires_us > time_us_) {
        tell({id, {}, open->terms.control, "link", "made by " + to_text(open->terms.maker), made});
      }
      return Done{};
    });
  }

  Status tell_sessions() {
    if (actor_.kind() != EntityKind::kPhone) return Done{};
    return each_stream(EntityKind::kSession, [&](const EntityId& id) -> Status {
      Envelope opened;
      std::string address;
      const auto state = fold<SessionAggregate>(id, [&](const Envelope& event, const auto& now) {
        if (event.type == event_type::kSessionOpened) opened = without_payload(event);
        if (const auto* connected = std::get_if<session::Connected>(&now)) {
          address = connected->remote_address;
        }
        const session::Terms* terms = session::terms_of(now);
        return terms == nullptr || terms->phone == actor_;
      });
      if (!state) return state.error();
      if (!*state || !is_open(**state)) return Done{};
      const session::Terms& terms = *session::terms_of(**state);
      const std::string from = address.empty() ? "" : " from " + address;
      tell({terms.resumable() ? terms.link : terms.user,
            {},
            terms.control,
            "session",
            to_text(id) + from,
            opened});
      return Done{};
    });
  }

  // Somebody is connected, or could be with what they hold.
  bool is_open(const session::State& state) const {
    if (std::holds_alternative<session::Connected>(state)) return true;
    const session::Terms* terms = session::terms_of(state);
    if (terms == nullptr || std::holds_alternative<session::Ended>(state)) return false;
    if (terms->resumable()) return terms->ends_us > time_us_;
    return std::holds_alternative<session::Opened>(state) && terms->ticket_expires_us > time_us_;
  }

  const EventLog& log_;
  const EntityId actor_;
  const std::function<bool(const AccessPath&)>& visit_;
  const Actions actions_;
  bool stopped_ = false;
  bool by_position_ = false;
  std::uint64_t position_ = 0;
  std::int64_t time_us_ = 0;
  std::optional<EntityId> owner_;
  std::string owned_;
  Envelope owner_event_;
};

}  // namespace

std::variant<AccessAt, NoSuchMoment, Error> each_access(
    const EventLog& log, const EntityId& actor, const Moment& moment, std::int64_t now_us,
    const std::function<bool(const AccessPath&)>& visit) {
  return AccessSearch(log, actor, visit).run(moment, now_us);
}

}  // namespace rookery
