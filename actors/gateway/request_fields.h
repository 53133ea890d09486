// Reads what a client sent, field by field: a handler may read all it wants and check once.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "actors/gateway/http_message.h"

namespace rookery {

// After the first fault every answer is empty or the fallback, and problem() tells the fault.
class BodyFields {
 public:
  explicit BodyFields(const Json& body) : body_(body) {}

  std::string text(const std::string& name);
  std::optional<std::string> optional_text(const std::string& name);
  EntityId id(const std::string& name, EntityKind kind);
  std::optional<Id128> optional_id128(const std::string& name);
  std::uint64_t number(const std::string& name, std::uint64_t fallback, std::uint64_t max);
  bool flag(const std::string& name, bool fallback);

  // Also when a field was sent that nobody asked for: a misspelt one must not be lost.
  std::optional<Answer> problem();

 private:
  const Json* find(const std::string& name);
  void fault(const std::string& message);

  const Json& body_;
  std::set<std::string> asked_;
  std::optional<std::string> fault_;
};

class QueryFields {
 public:
  explicit QueryFields(const std::map<std::string, std::string>& query) : query_(query) {}

  std::optional<std::string> text(const std::string& name);
  std::optional<EntityId> id(const std::string& name);
  std::optional<std::uint64_t> number(const std::string& name, std::uint64_t max);
  std::optional<Answer> problem();

 private:
  const std::map<std::string, std::string>& query_;
  std::set<std::string> asked_;
  std::optional<std::string> fault_;
};

// An id from a path's part, of one kind ("abc…" of phone/abc…).
std::optional<EntityId> path_id(EntityKind kind, const std::string& part);

struct Target {
  std::string path;
  std::map<std::string, std::string> query;
};
// Nothing for broken percent escapes.
std::optional<Target> split_target(const std::string& target);

}  // namespace rookery
