// A blocking HTTP client as small as tests need it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace rookery::test {

using Json = nlohmann::json;

struct Reply {
  unsigned status = 0;
  Json body;
  std::string allow;
  std::string content_type;
  std::string error_code() const;
};

// One connection, kept alive between requests, opened again when the server closed it.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);
  HttpClient(HttpClient&&) noexcept;
  ~HttpClient();

  std::string token;
  std::string idempotency_key;  // sent with the next request only

  Reply get(const std::string& target) { return request("GET", target, ""); }
  Reply post(const std::string& target, const Json& body = Json::object()) {
    return request("POST", target, body.dump());
  }
  Reply patch(const std::string& target, const Json& body) {
    return request("PATCH", target, body.dump());
  }
  Reply remove(const std::string& target) { return request("DELETE", target, ""); }
  Reply request(const std::string& method, const std::string& target, const std::string& body);

  // Reads a stream's lines until `wanted` says false or the stream ends.
  void read_lines(const std::string& target, const std::function<bool(const std::string&)>& wanted);
  // Sends these very bytes on a connection of their own; everything the server says until it
  // closes.
  std::string send_raw(const std::string& bytes);

 private:
  struct Socket;
  void connect();

  std::uint16_t port_;
  std::unique_ptr<Socket> socket_;
};

// "phone/abc" to "phones/abc".
std::string path_of(const Json& id);

}  // namespace rookery::test
