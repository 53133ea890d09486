// Identifiers of everything that is stored or sent.
#pragma once

#include <array>
#include <cereal/cereal.hpp>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rookery {

// Stored as the first byte of every EntityId: these values are embedded in the log, never change.
enum class EntityKind : std::uint8_t {
  kSystem = 0,
  kOrganization = 1,
  kUser = 2,
  kPhone = 3,
  kDeployment = 4,
  kSession = 5,
  kLink = 6,
  kAccess = 7,  // what one principal asked for; no aggregate
};

// The word used in texts and addresses ("phone"); empty for a kind that does not exist.
std::string_view kind_name(EntityKind kind);
std::optional<EntityKind> parse_kind(std::string_view name);

// 16 bytes that name one entity and its event stream: the kind, then 120 bits of chance (or of a
// hash, where the name must be unique). As text: "phone/" and 24 characters of Crockford base 32
// (lower case). All zero is the system itself, written "system".
struct EntityId {
  std::array<std::uint8_t, 16> bytes{};

  EntityKind kind() const { return static_cast<EntityKind>(bytes[0]); }
  bool is_system() const { return *this == EntityId{}; }
  auto operator<=>(const EntityId&) const = default;
};

// 128 bits without structure: command ids, causation ids, ticket ids. Text: 26 characters.
struct Id128 {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Id128&) const = default;
};

EntityId make_entity_id(EntityKind kind, const std::array<std::uint8_t, 15>& tail);

std::string to_text(const EntityId& id);
// Without the kind: what stands behind the slash.
std::string id_tail(const EntityId& id);
std::string to_text(const Id128& id);

// Empty on anything but the exact text that to_text() writes.
std::optional<EntityId> parse_entity_id(std::string_view text);
std::optional<Id128> parse_id128(std::string_view text);

// In JSON an id is its text; in binary archives its 16 bytes.
template <class Archive>
std::string save_minimal(
    const Archive&, const EntityId& id) requires cereal::traits::is_text_archive<Archive>::value {
  return to_text(id);
}
template <class Archive>
std::string save_minimal(const Archive&,
                         const Id128& id) requires cereal::traits::is_text_archive<Archive>::value {
  return to_text(id);
}
template <class Archive>
void serialize(Archive& archive,
               EntityId& id) requires(!cereal::traits::is_text_archive<Archive>::value) {
  archive(cereal::binary_data(id.bytes.data(), id.bytes.size()));
}
template <class Archive>
void serialize(Archive& archive,
               Id128& id) requires(!cereal::traits::is_text_archive<Archive>::value) {
  archive(cereal::binary_data(id.bytes.data(), id.bytes.size()));
}

}  // namespace rookery

template <>
struct std::hash<rookery::EntityId> {
  std::size_t operator()(const rookery::EntityId& id) const noexcept {
    std::size_t tail = 0;
    std::memcpy(&tail, id.bytes.data() + 8, sizeof tail);
    return tail ^ (static_cast<std::size_t>(id.bytes[0]) << 56);
  }
};
template <>
struct std::hash<rookery::Id128> {
  std::size_t operator()(const rookery::Id128& id) const noexcept {
    std::size_t head = 0;
    std::memcpy(&head, id.bytes.data(), sizeof head);
    return head;
  }
};
