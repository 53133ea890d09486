// The HTTP API as the commands use it: JSON out, or one line that says what to do.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "schemas/result.h"
#include "tools/rookery/http_client.h"
#include "tools/rookery/json.h"

namespace rookery::tool {

// Used from one thread.
class Api {
 public:
  Api(ServerAddress server, std::string token);

  Result<Json> get(const std::string& target, std::chrono::milliseconds timeout = kTimeout);
  // Each write carries a fresh idempotency key: it takes effect once even when it is sent again.
  Result<Json> post(const std::string& target, const Json& body = Json::object());
  Result<Json> patch(const std::string& target, const Json& body);
  Result<Json> remove(const std::string& target);
  // One JSON value a line, until `visit` returns false, an interrupt, or the server ends.
  Status follow(const std::string& target, const std::function<bool(const Json&)>& visit);

  // HTTP status of the last answer; 0 when none came.
  unsigned last_status() const { return last_status_; }
  const ServerAddress& server() const { return client_.server(); }
  const std::string& token() const { return token_; }

  static constexpr std::chrono::milliseconds kTimeout{30'000};

 private:
  Result<Json> send(HttpRequest request);
  Error refusal(const HttpAnswer& answer) const;

  HttpClient client_;
  std::string token_;
  unsigned last_status_ = 0;
};

}  // namespace rookery::tool
