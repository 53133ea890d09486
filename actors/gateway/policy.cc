#include "actors/gateway/policy.h"

#include <cctype>

namespace rookery {
namespace {

enum class Scope { kAll, kOwn };

struct Rule {
  std::string_view role;
  std::string_view action;
  Scope scope;
};

// Nothing is allowed that no rule names.
constexpr Rule kRules[] = {
    {"operator", "KooPhone:*", Scope::kAll},
    {"auditor", "KooPhone:*get*", Scope::kAll},
    {"auditor", "KooPhone:*list*", Scope::kAll},
    {"auditor", "KooPhone:user:setPassword", Scope::kOwn},
    {"member", "KooPhone:phone:list", Scope::kOwn},
    {"member", "KooPhone:phone:get", Scope::kOwn},
    {"member", "KooPhone:session:open", Scope::kOwn},
    {"member", "KooPhone:session:list", Scope::kOwn},
    {"member", "KooPhone:session:get", Scope::kOwn},
    {"member", "KooPhone:session:close", Scope::kOwn},
    {"member", "KooPhone:link:create", Scope::kOwn},
    {"member", "KooPhone:link:list", Scope::kOwn},
    {"member", "KooPhone:link:get", Scope::kOwn},
    {"member", "KooPhone:link:revoke", Scope::kOwn},
    {"member", "KooPhone:user:setPassword", Scope::kOwn},
    {"member", "KooPhone:self:get", Scope::kOwn},
};

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

}  // namespace

bool matches_action(std::string_view pattern, std::string_view action) {
  std::size_t p = 0;
  std::size_t a = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (a < action.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = a;
    } else if (p < pattern.size() && lower(pattern[p]) == lower(action[a])) {
      ++p;
      ++a;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      a = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Verdict authorize(const Principal& principal, std::string_view action) {
  for (const Rule& rule : kRules) {
    if (rule.role == principal.role && matches_action(rule.action, action)) {
      return Verdict::kAllowed;
    }
  }
  return Verdict::kDenied;
}

Verdict authorize(const Principal& principal, std::string_view action, const Resource& resource) {
  Verdict verdict = Verdict::kDenied;
  for (const Rule& rule : kRules) {
    if (rule.role != principal.role || !matches_action(rule.action, action)) continue;
    if (rule.scope == Scope::kAll || resource.owner == principal.user) return Verdict::kAllowed;
    verdict = Verdict::kHidden;
  }
  return verdict;
}

}  // namespace rookery
