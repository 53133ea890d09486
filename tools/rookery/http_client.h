// One kept-alive HTTP/1.1 connection to the server (Boost.Beast).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "schemas/result.h"
#include "tools/rookery/server_address.h"

namespace rookery::tool {

inline constexpr std::size_t kAnswerBytesMax = 64 << 20;
inline constexpr std::size_t kLineBytesMax = 4 << 20;

struct HttpRequest {
  std::string method;  // "GET"
  std::string target;  // "/v1/phones?phase=running"
  std::string token;   // bearer token; empty: none
  std::string idempotency_key;
  std::string body;  // JSON; empty: none
  std::chrono::milliseconds timeout{30'000};
};

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

// Used from one thread. A wait ends early when the person interrupts (interrupt.h).
class HttpClient {
 public:
  explicit HttpClient(ServerAddress server);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;

  // An Error means that no whole answer came; what the server did is then unknown. A request that
  // may be sent twice (GET, or with an idempotency key) is, when a kept connection proves dead.
  Result<HttpAnswer> send(const HttpRequest& request);

  // Hands out the answer's lines as they come, without their ends, until the server ends it, `line`
  // returns false, or an interrupt. A status other than 200 is answered with its body, unread by
  // `line`. The request's timeout bounds the silence between two reads.
  Result<HttpAnswer> follow(const HttpRequest& request,
                            const std::function<bool(std::string_view)>& line);

  const ServerAddress& server() const;

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace rookery::tool
