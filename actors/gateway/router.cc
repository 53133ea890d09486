#include "actors/gateway/router.h"

#include <optional>
#include <utility>

namespace rookery {
namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  const auto wanted = parts_of(pattern);
  const auto parts = parts_of(path);
  if (wanted.size() != parts.size()) return std::nullopt;
  std::vector<std::string> parameters;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (wanted[i] == "*" && !parts[i].empty()) {
      parameters.emplace_back(parts[i]);
    } else if (wanted[i] != parts[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

}  // namespace

void Router::add(http::verb method, std::string pattern, std::string action, Handler handler) {
  routes_.push_back({method, std::move(pattern), std::move(action), std::move(handler)});
}

Router::Match Router::find(http::verb method, std::string_view path) const {
  Match out;
  for (const Route& route : routes_) {
    auto parameters = match(route.pattern, path);
    if (!parameters) continue;
    if (route.method == method) return {&route, std::move(*parameters), {}};
    const auto name = http::to_string(route.method);
    if (!out.allow.empty()) out.allow += ", ";
    out.allow.append(name.data(), name.size());
  }
  return out;
}

}  // namespace rookery
