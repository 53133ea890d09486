// Method and path to handler: the table of everything the API can do.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/gateway/http_message.h"

namespace rookery {

using Handler = std::function<asio::awaitable<Answer>(Request)>;

struct Route {
  http::verb method;
  std::string pattern;  // "/v1/phones/*/bind"; each "*" is one parameter
  std::string action;   // "KooPhone:phone:bind"; empty: for everybody, without a token
  Handler handler;
};

class Router {
 public:
  void add(http::verb method, std::string pattern, std::string action, Handler handler);

  struct Match {
    const Route* route = nullptr;
    std::vector<std::string> parameters;
    std::string allow;  // without a route: the methods this path knows; empty: unknown path
  };
  Match find(http::verb method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace rookery
