// Events to payload bytes and back, by type id. For our own checked log only: bytes from outside
// go through bounded_decode.h.
#pragma once

#include <cereal/archives/json.hpp>
#include <cereal/archives/portable_binary.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "schemas/result.h"

namespace rookery {

// An event ready to be stored: its type id, the version of its struct, its bytes.
struct EncodedEvent {
  std::uint32_t type = 0;
  std::uint16_t schema = 0;
  std::string payload;
};

// Canonical bytes of any serializable value: equal values give equal bytes.
template <class T>
std::string to_bytes(const T& value) {
  std::ostringstream stream;
  cereal::PortableBinaryOutputArchive archive(
      stream, cereal::PortableBinaryOutputArchive::Options::LittleEndian());
  archive(value);
  return std::move(stream).str();
}

// One JSON object with the struct's own fields, ids as text.
template <class T>
std::string to_json_text(const T& value) {
  std::ostringstream stream;
  {
    cereal::JSONOutputArchive archive(stream, cereal::JSONOutputArchive::Options::NoIndent());
    const_cast<T&>(value).serialize(archive);  // NOLINT: writing archives only read
  }
  // cereal breaks lines even without indent; inside JSON strings a line break is always escaped.
  std::string text = std::move(stream).str();
  std::erase(text, '\n');
  return text;
}

template <class... Alternatives>
EncodedEvent encode_event(const std::variant<Alternatives...>& event) {
  return std::visit(
      [](const auto& alternative) {
        using T = std::decay_t<decltype(alternative)>;
        return EncodedEvent{T::kType, T::kSchema, to_bytes(alternative)};
      },
      event);
}

namespace codec_detail {

Error unreadable_event(const char* name, const char* why);
Error unknown_event(std::uint32_t type, std::uint16_t schema);

template <class T>
Result<T> decode_struct(const std::string& payload) {
  std::istringstream stream(payload);
  try {
    cereal::PortableBinaryInputArchive archive(stream);
    T event;
    archive(event);
    if (stream.peek() == std::istringstream::traits_type::eof()) return event;
    return unreadable_event(T::kName, "payload has bytes left over");
  } catch (const std::exception& failure) {
    return unreadable_event(T::kName, failure.what());
  }
}

// Of any version that T or those before it were; nothing when none of them was that.
template <class T>
std::optional<Result<T>> decode_version(std::uint16_t schema, const std::string& payload) {
  if (schema == T::kSchema) return decode_struct<T>(payload);
  if constexpr (requires { typename T::Previous; }) {
    static_assert(T::Previous::kType == T::kType && T::Previous::kSchema < T::kSchema);
    auto older = decode_version<typename T::Previous>(schema, payload);
    if (!older) return std::nullopt;
    if (!*older) return Result<T>(older->error());
    return Result<T>(T::upcast(std::move(**older)));
  }
  return std::nullopt;
}

template <class Variant, class T>
bool decode_as(std::uint32_t type, std::uint16_t schema, const std::string& payload,
               std::optional<Result<Variant>>& out) {
  if (type != T::kType) return false;
  auto event = decode_version<T>(schema, payload);
  if (!event) return false;
  if (*event) {
    out = Variant(std::move(**event));
  } else {
    out = event->error();
  }
  return true;
}

}  // namespace codec_detail

// Variant is a std::variant of event structs, of each the newest version. One that took over from
// an older version says `using Previous = CreatedV1;` and has `static CreatedV2 upcast(CreatedV1)`,
// a pure function: events stored long ago arrive as the newest. An unknown type or schema is an
// Error, never skipped.
template <class Variant>
struct EventDecoder;

template <class... Alternatives>
struct EventDecoder<std::variant<Alternatives...>> {
  using Variant = std::variant<Alternatives...>;

  static bool knows(std::uint32_t type) { return ((type == Alternatives::kType) || ...); }

  static void add_names(std::map<std::uint32_t, std::string_view>& names) {
    (names.emplace(Alternatives::kType, Alternatives::kName), ...);
  }

  static Result<Variant> decode(std::uint32_t type, std::uint16_t schema,
                                const std::string& payload) {
    std::optional<Result<Variant>> out;
    (codec_detail::decode_as<Variant, Alternatives>(type, schema, payload, out) || ...);
    if (out) return std::move(*out);
    return codec_detail::unknown_event(type, schema);
  }
};

// What a person sees of an event.
struct EventText {
  std::string name;  // "Phone.Created"
  std::string json;  // the fields, one JSON object
};

// Names of all event types this build knows, of all aggregates and the runtime, in type order.
const std::map<std::uint32_t, std::string_view>& event_type_names();
// Whole names, or the beginning of some when it ends with a dot, with commas between:
// "Phone.Created", "Phone.,User.Disabled".
bool names_event_types(std::string_view list);
bool event_type_matches(std::uint32_t type, std::string_view list);

// Any event of any aggregate, or of the runtime. Defined in event_codec.cc.
Result<EventText> describe_event(std::uint32_t type, std::uint16_t schema,
                                 const std::string& payload);

}  // namespace rookery
