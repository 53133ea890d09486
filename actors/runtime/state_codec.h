// A state's phase by its name and canonical bytes, and back. For our own checked bytes only.
#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "schemas/event_codec.h"

namespace rookery {

template <class State>
std::pair<std::string, std::string> encode_state(const State& state) {
  return std::visit(
      [](const auto& phase) { return std::pair(std::string(phase.kPhase), to_bytes(phase)); },
      state);
}

namespace state_codec_detail {

template <class State, class Phase>
bool decode_as(std::string_view phase, const std::string& bytes, std::optional<State>& out) {
  if (phase != Phase::kPhase) return false;
  std::istringstream stream(bytes);
  try {
    cereal::PortableBinaryInputArchive archive(stream);
    Phase value;
    archive(value);
    // Bytes that do not come out again as they went in are another struct's.
    if (to_bytes(value) == bytes) out = State(std::move(value));
  } catch (const std::exception&) {
    out.reset();
  }
  return true;
}

}  // namespace state_codec_detail

// Nothing when there is no such phase or the bytes are not its own.
template <class... Phases>
void decode_state(std::string_view phase, const std::string& bytes,
                  std::optional<std::variant<Phases...>>& out) {
  out.reset();
  (state_codec_detail::decode_as<std::variant<Phases...>, Phases>(phase, bytes, out) || ...);
}

}  // namespace rookery
