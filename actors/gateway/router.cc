#include "actors/gateway/router.h"

#include <optional>
#include <utility>

namespace rookery {
namespace {

std::string_view next_part(std::string_view& rest) {
  const auto slash = rest.find('/');
  const auto part = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  return part;
}

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parameters;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = next_part(pattern);
    const auto part = next_part(path);
    if (wanted == "*" && !part.empty()) {
      parameters.emplace_back(part);
    } else if (wanted != part) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
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
