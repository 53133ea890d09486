#include "actors/domain/phone.h"

#include <optional>
#include <utility>
#include <vector>

#include "actors/domain/text_rules.h"

namespace rookery::phone {
namespace {

using Events = std::vector<Event>;

constexpr std::uint16_t kSidePxMin = 64;
constexpr std::uint16_t kSidePxMax = 4096;

Refusal absent() { return {RefusalCode::kNotFound, "there is no such phone: create it first"}; }

Refusal wrong_phase(const State& state, const char* wanted) {
  const char* phase = std::visit([](const auto& now) { return now.kPhase; }, state);
  return {RefusalCode::kConflict,
          std::string("the phone is ") + phase + "; this needs it " + wanted};
}

// What a phone is born with, by whichever way. Nothing: all is well.
template <class Birth>
std::optional<Refusal> refuse_birth(const State& state, const Birth& command) {
  if (!std::holds_alternative<Absent>(state)) {
    return Refusal{RefusalCode::kConflict, "this phone exists already"};
  }
  if (!is_name(command.name)) {
    return Refusal{RefusalCode::kInvalid, "name a phone with 1 to 128 bytes of plain text"};
  }
  if (command.organization.kind() != EntityKind::kOrganization) {
    return Refusal{RefusalCode::kInvalid, "a phone belongs to an organization: give its id"};
  }
  if (!is_name(command.image)) {
    return Refusal{RefusalCode::kInvalid, "give an image, such as process:desktop"};
  }
  for (const std::uint16_t side : {command.width_px, command.height_px}) {
    if (side < kSidePxMin || side > kSidePxMax || side % 2 != 0) {
      return Refusal{RefusalCode::kInvalid, "a screen side has 64 to 4096 pixels, an even number"};
    }
  }
  return std::nullopt;
}

Decision<Event> on(const State& state, const Create& command) {
  if (auto refusal = refuse_birth(state, command)) return std::move(*refusal);
  return Events{event::Created{command.organization, command.name, command.image, command.width_px,
                               command.height_px}};
}

Decision<Event> on(const State& state, const Fork& command) {
  const event::Forked& forked = command.forked;
  if (auto refusal = refuse_birth(state, forked)) return std::move(*refusal);
  if (forked.origin.kind() != EntityKind::kPhone || forked.origin_version == 0 ||
      forked.origin_position == 0) {
    return Refusal{RefusalCode::kInvalid, "a fork comes from an event of another phone: give both"};
  }
  return Events{forked};
}

Decision<Event> on(const State& state, const Bind& command) {
  const Profile* profile = profile_of(state);
  if (profile == nullptr || std::holds_alternative<Deleted>(state)) return absent();
  if (command.user.kind() != EntityKind::kUser) {
    return Refusal{RefusalCode::kInvalid, "a phone is bound to a user: give the user's id"};
  }
  if (profile->bound_user == command.user) return Events{};
  if (profile->bound_user) {
    return Refusal{RefusalCode::kConflict,
                   "the phone is bound to " + to_text(*profile->bound_user) + ": unbind it first"};
  }
  return Events{event::Bound{command.user}};
}

Decision<Event> on(const State& state, const Unbind&) {
  const Profile* profile = profile_of(state);
  if (profile == nullptr || std::holds_alternative<Deleted>(state)) return absent();
  if (!profile->bound_user) return Events{};
  return Events{event::Unbound{}};
}

Decision<Event> on(const State& state, const Start& command) {
  if (std::holds_alternative<Absent>(state) || std::holds_alternative<Deleted>(state)) {
    return absent();
  }
  if (std::holds_alternative<Starting>(state) || std::holds_alternative<Running>(state)) {
    return Events{};
  }
  const auto* stopped = std::get_if<Stopped>(&state);
  if (stopped == nullptr) return wrong_phase(state, "stopped");
  if (!is_name(command.host)) {
    return Refusal{RefusalCode::kInvalid, "a phone starts on a host: give the host's name"};
  }
  return Events{event::StartRequested{command.host, stopped->profile.boots + 1}};
}

Decision<Event> on(const State& state, const Stop& command) {
  if (std::holds_alternative<Absent>(state) || std::holds_alternative<Deleted>(state)) {
    return absent();
  }
  if (!is_reason(command.reason)) {
    return Refusal{RefusalCode::kInvalid, "a reason is at most 512 bytes of plain text"};
  }
  if (std::holds_alternative<Stopped>(state) || std::holds_alternative<Stopping>(state)) {
    return Events{};
  }
  return Events{event::StopRequested{command.reason}};
}

Decision<Event> on(const State& state, const ReportStarted& command) {
  const Profile* profile = profile_of(state);
  if (profile == nullptr) return absent();
  if (command.boot != profile->boots) {
    return Refusal{RefusalCode::kConflict, "report of boot " + std::to_string(command.boot) +
                                               "; the phone is at boot " +
                                               std::to_string(profile->boots)};
  }
  if (std::holds_alternative<Running>(state)) return Events{};
  if (!std::holds_alternative<Starting>(state)) return wrong_phase(state, "starting");
  return Events{event::Started{command.boot}};
}

Decision<Event> on(const State& state, const ReportStopped& command) {
  const Profile* profile = profile_of(state);
  if (profile == nullptr) return absent();
  if (command.boot != profile->boots) {
    return Refusal{RefusalCode::kConflict, "report of boot " + std::to_string(command.boot) +
                                               "; the phone is at boot " +
                                               std::to_string(profile->boots)};
  }
  if (std::holds_alternative<Stopped>(state)) return Events{};
  if (std::holds_alternative<Deleted>(state)) return wrong_phase(state, "starting or running");
  return Events{event::Stopped{command.boot, to_reason(command.reason), command.failed}};
}

Decision<Event> on(const State& state, const Delete&) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (std::holds_alternative<Deleted>(state)) return Events{};
  if (!std::holds_alternative<Stopped>(state)) return wrong_phase(state, "stopped");
  return Events{event::Deleted{}};
}

[[noreturn]] void impossible(const State& state, const char* name) {
  const char* phase = std::visit([](const auto& now) { return now.kPhase; }, state);
  throw ImpossibleEvent(std::string(name) + " cannot happen to a phone that is " + phase);
}

State after(State state, const event::Created& created) {
  if (!std::holds_alternative<Absent>(state)) impossible(state, created.kName);
  Stopped stopped;
  stopped.profile = {created.organization,
                     created.name,
                     created.image,
                     created.width_px,
                     created.height_px,
                     std::nullopt,
                     0};
  return stopped;
}

State after(State state, const event::Forked& forked) {
  if (!std::holds_alternative<Absent>(state)) impossible(state, forked.kName);
  Stopped stopped;
  stopped.profile.organization = forked.organization;
  stopped.profile.name = forked.name;
  stopped.profile.image = forked.image;
  stopped.profile.width_px = forked.width_px;
  stopped.profile.height_px = forked.height_px;
  stopped.last_stop_reason = "forked from " + to_text(forked.origin) + " at position " +
                             std::to_string(forked.origin_position);
  return stopped;
}

Profile& living_profile(State& state, const char* name) {
  return std::visit(
      [&](auto& now) -> Profile& {
        using Phase = std::decay_t<decltype(now)>;
        if constexpr (std::is_same_v<Phase, Absent> || std::is_same_v<Phase, Deleted>) {
          impossible(state, name);
        } else {
          return now.profile;
        }
      },
      state);
}

State after(State state, const event::Bound& bound) {
  Profile& profile = living_profile(state, bound.kName);
  if (profile.bound_user) impossible(state, bound.kName);
  profile.bound_user = bound.user;
  return state;
}

State after(State state, const event::Unbound& unbound) {
  Profile& profile = living_profile(state, unbound.kName);
  if (!profile.bound_user) impossible(state, unbound.kName);
  profile.bound_user.reset();
  return state;
}

State after(State state, const event::StartRequested& requested) {
  auto* stopped = std::get_if<Stopped>(&state);
  if (stopped == nullptr || requested.boot != stopped->profile.boots + 1) {
    impossible(state, requested.kName);
  }
  stopped->profile.boots = requested.boot;
  return Starting{std::move(stopped->profile), requested.host};
}

State after(State state, const event::Started& started) {
  auto* starting = std::get_if<Starting>(&state);
  if (starting == nullptr || started.boot != starting->profile.boots) {
    impossible(state, started.kName);
  }
  return Running{std::move(starting->profile), std::move(starting->host)};
}

State after(State state, const event::StopRequested& requested) {
  if (auto* starting = std::get_if<Starting>(&state)) {
    return Stopping{std::move(starting->profile), std::move(starting->host), requested.reason};
  }
  if (auto* running = std::get_if<Running>(&state)) {
    return Stopping{std::move(running->profile), std::move(running->host), requested.reason};
  }
  impossible(state, requested.kName);
}

State after(State state, const event::Stopped& stopped) {
  if (std::holds_alternative<Stopped>(state)) impossible(state, stopped.kName);
  Profile& profile = living_profile(state, stopped.kName);
  if (profile.boots != stopped.boot) impossible(state, stopped.kName);
  return Stopped{std::move(profile), stopped.reason, stopped.failed};
}

State after(State state, const event::Deleted& deleted) {
  auto* stopped = std::get_if<Stopped>(&state);
  if (stopped == nullptr) impossible(state, deleted.kName);
  return Deleted{std::move(stopped->profile)};
}

}  // namespace

const Profile* profile_of(const State& state) {
  return std::visit(overloaded{[](const Absent&) -> const Profile* { return nullptr; },
                               [](const auto& now) { return &now.profile; }},
                    state);
}

Decision<Event> decide(const State& state, const Command& command) {
  return std::visit([&](const auto& alternative) { return on(state, alternative); }, command);
}

State evolve(State state, const Event& event) {
  return std::visit([&](const auto& alternative) { return after(std::move(state), alternative); },
                    event);
}

}  // namespace rookery::phone
