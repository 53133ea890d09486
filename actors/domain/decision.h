// What decide() answers: events, or a refusal. Returned, not thrown.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rookery {

enum class RefusalCode { kNotFound, kConflict, kInvalid, kForbidden, kExpired };

std::string_view refusal_code_name(RefusalCode code);

// Why a command was refused, in one line that says what to do.
struct Refusal {
  RefusalCode code;
  std::string message;
};

// No events means: already so, nothing to record.
template <class Event>
using Decision = std::variant<std::vector<Event>, Refusal>;

// evolve() met an event that cannot follow the state: the log and the code disagree. The actor
// stops with this text; it never guesses.
struct ImpossibleEvent : std::logic_error {
  using std::logic_error::logic_error;
};

// For std::visit over variants.
template <class... Ts>
struct overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;  // clang before release 17 does not find it by itself

}  // namespace rookery
