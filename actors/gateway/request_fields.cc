#include "actors/gateway/request_fields.h"

#include <charconv>

namespace rookery {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> unescape(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Answer bad_field(std::string message) { return problem(400, "invalid", std::move(message)); }

}  // namespace

const Json* BodyFields::find(const std::string& name) {
  asked_.insert(name);
  const auto found = body_.find(name);
  return found == body_.end() || found->is_null() ? nullptr : &*found;
}

void BodyFields::fault(const std::string& message) {
  if (!fault_) fault_ = message;
}

std::string BodyFields::text(const std::string& name) {
  auto value = optional_text(name);
  if (!value) fault("the field \"" + name + "\" is missing: give a text");
  return value.value_or("");
}

std::optional<std::string> BodyFields::optional_text(const std::string& name) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    fault("the field \"" + name + "\" must be a text");
    return std::nullopt;
  }
  return value->get<std::string>();
}

EntityId BodyFields::id(const std::string& name, EntityKind kind) {
  const auto parsed = parse_entity_id(text(name));
  if (parsed && parsed->kind() == kind) return *parsed;
  const std::string word(kind_name(kind));
  fault("the field \"" + name + "\" must be the id of a " + word + ", such as \"" + word + "/…\"");
  return {};
}

std::optional<Id128> BodyFields::optional_id128(const std::string& name) {
  const auto value = optional_text(name);
  if (!value || value->empty()) return std::nullopt;
  const auto parsed = parse_id128(*value);
  if (!parsed) fault("the field \"" + name + "\" must be an id of 26 characters");
  return parsed;
}

std::uint64_t BodyFields::number(const std::string& name, std::uint64_t fallback,
                                 std::uint64_t max) {
  const Json* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() > max) {
    fault("the field \"" + name + "\" must be a whole number up to " + std::to_string(max));
    return fallback;
  }
  return value->get<std::uint64_t>();
}

bool BodyFields::flag(const std::string& name, bool fallback) {
  const Json* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) {
    fault("the field \"" + name + "\" must be true or false");
    return fallback;
  }
  return value->get<bool>();
}

std::optional<Answer> BodyFields::problem() {
  if (!fault_) {
    for (const auto& [name, value] : body_.items()) {
      if (!asked_.contains(name)) fault("there is no field \"" + name + "\" here: check its name");
    }
  }
  if (!fault_) return std::nullopt;
  return bad_field(*fault_);
}

std::optional<std::string> QueryFields::text(const std::string& name) {
  asked_.insert(name);
  const auto found = query_.find(name);
  if (found == query_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::optional<EntityId> QueryFields::id(const std::string& name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  auto parsed = parse_entity_id(*value);
  if (!parsed && !fault_) {
    fault_ = "the parameter \"" + name + "\" must be an id, such as \"phone/…\"";
  }
  return parsed;
}

std::optional<std::uint64_t> QueryFields::number(const std::string& name, std::uint64_t max) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  std::uint64_t out = 0;
  const char* end = value->data() + value->size();
  const auto [rest, failure] = std::from_chars(value->data(), end, out);
  if (failure == std::errc() && rest == end && out <= max) return out;
  if (!fault_) {
    fault_ = "the parameter \"" + name + "\" must be a whole number up to " + std::to_string(max);
  }
  return std::nullopt;
}

std::optional<Answer> QueryFields::problem() {
  if (!fault_) {
    for (const auto& [name, value] : query_) {
      if (asked_.contains(name)) continue;
      fault_ = "there is no parameter \"" + name + "\" here: check its name";
      break;
    }
  }
  if (!fault_) return std::nullopt;
  return bad_field(*fault_);
}

std::optional<EntityId> path_id(EntityKind kind, const std::string& part) {
  return parse_entity_id(std::string(kind_name(kind)) + "/" + part);
}

std::optional<Target> split_target(const std::string& target) {
  const auto mark = target.find('?');
  auto path = unescape(std::string_view(target).substr(0, mark), false);
  if (!path) return std::nullopt;
  Target out{std::move(*path), {}};
  if (mark == std::string::npos) return out;
  std::string_view rest = std::string_view(target).substr(mark + 1);
  while (!rest.empty()) {
    const auto part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const auto equals = part.find('=');
    auto name = unescape(part.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                  : unescape(part.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    if (!name->empty()) out.query[*name] = *value;
  }
  return out;
}

}  // namespace rookery
