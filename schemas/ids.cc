#include "schemas/ids.h"

#include <utility>

namespace rookery {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

constexpr std::pair<EntityKind, std::string_view> kKinds[] = {
    {EntityKind::kSystem, "system"},   {EntityKind::kOrganization, "organization"},
    {EntityKind::kUser, "user"},       {EntityKind::kPhone, "phone"},
    {EntityKind::kSession, "session"}, {EntityKind::kDeployment, "deployment"},
    {EntityKind::kLink, "link"},       {EntityKind::kAccess, "access"},
};

std::string encode_base32(const std::uint8_t* bytes, std::size_t size) {
  std::string text;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (std::size_t i = 0; i < size; ++i) {
    buffer = (buffer << 8) | bytes[i];
    bits += 8;
    while (bits >= 5) {
      text += kAlphabet[(buffer >> (bits - 5)) & 31];
      bits -= 5;
    }
    buffer &= (1u << bits) - 1;
  }
  if (bits > 0) text += kAlphabet[(buffer << (5 - bits)) & 31];
  return text;
}

bool decode_base32(std::string_view text, std::uint8_t* bytes, std::size_t size) {
  if (text.size() != (size * 8 + 4) / 5) return false;
  std::uint32_t buffer = 0;
  int bits = 0;
  std::size_t out = 0;
  for (char c : text) {
    const auto digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return false;
    buffer = (buffer << 5) | static_cast<std::uint32_t>(digit);
    bits += 5;
    if (bits >= 8) {
      bytes[out++] = static_cast<std::uint8_t>(buffer >> (bits - 8));
      bits -= 8;
    }
    buffer &= (1u << bits) - 1;
  }
  return out == size && buffer == 0;
}

}  // namespace

std::string_view kind_name(EntityKind kind) {
  for (const auto& [value, name] : kKinds) {
    if (value == kind) return name;
  }
  return {};
}

std::optional<EntityKind> parse_kind(std::string_view name) {
  for (const auto& [value, known] : kKinds) {
    if (known == name) return value;
  }
  return std::nullopt;
}

EntityId make_entity_id(EntityKind kind, const std::array<std::uint8_t, 15>& tail) {
  EntityId id;
  id.bytes[0] = static_cast<std::uint8_t>(kind);
  std::memcpy(id.bytes.data() + 1, tail.data(), tail.size());
  return id;
}

std::string to_text(const EntityId& id) {
  if (id.is_system()) return "system";
  std::string text(kind_name(id.kind()));
  if (text.empty()) text = "kind-" + std::to_string(id.bytes[0]);
  return text + "/" + encode_base32(id.bytes.data() + 1, 15);
}

std::string id_tail(const EntityId& id) {
  const std::string text = to_text(id);
  return text.substr(text.find('/') + 1);
}

std::string to_text(const Id128& id) { return encode_base32(id.bytes.data(), id.bytes.size()); }

std::optional<EntityId> parse_entity_id(std::string_view text) {
  if (text == "system") return EntityId{};
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto kind = parse_kind(text.substr(0, slash));
  std::array<std::uint8_t, 15> tail{};
  if (!kind || *kind == EntityKind::kSystem) return std::nullopt;
  if (!decode_base32(text.substr(slash + 1), tail.data(), tail.size())) return std::nullopt;
  return make_entity_id(*kind, tail);
}

std::optional<Id128> parse_id128(std::string_view text) {
  Id128 id;
  if (!decode_base32(text, id.bytes.data(), id.bytes.size())) return std::nullopt;
  return id;
}

}  // namespace rookery
