// A request as handlers see it, and what they answer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/verb.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/gateway/policy.h"
#include "schemas/byte_stream.h"
#include "schemas/envelope.h"

namespace rookery {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Json = nlohmann::json;

// What a request says that would rather be a WebSocket (RFC 6455).
struct WebSocketWish {
  bool asked = false;
  std::string key;
  std::string version;
  std::string host;
  std::string origin;
};

// As it came from the socket; nothing checked but HTTP itself.
struct RawRequest {
  http::verb method = http::verb::unknown;
  std::string target;
  std::string authorization;
  std::string idempotency_key;
  std::string body;
  std::string remote_address;
  std::string forwarded_for;  // as it was sent: anybody may send one
  std::string accept_encoding;
  std::string if_none_match;
  WebSocketWish websocket;
};

// Routed, authenticated, allowed in principle, and its body is one JSON object.
struct Request {
  http::verb method = http::verb::unknown;
  std::vector<std::string> parameters;  // the path's variable parts, in order
  std::map<std::string, std::string> query;
  Json body = Json::object();
  std::string remote_address;
  Principal principal;
  std::string action;
  Id128 command_id;  // from the Idempotency-Key, or by chance
  WebSocketWish websocket;
  // Would the same token still be let in? For answers that go on and on.
  std::function<bool()> still_admitted;
};

// Where a handler writes an answer that goes on and on.
class LineWriter {
 public:
  virtual ~LineWriter() = default;
  // False: the client is gone, or does not read.
  virtual asio::awaitable<bool> write(std::string lines) = 0;
};

// A body that is no JSON; its bytes live as long as the process.
struct RawBody {
  std::vector<std::pair<std::string, std::string>> fields;  // of the header
  std::string_view bytes;
  bool head_only = false;  // say how long it is, and no more
};

struct Answer {
  unsigned status = 200;
  Json body = Json::object();
  std::string allow;           // with 405
  bool on_log = false;         // a refusal that an actor put on the log itself
  std::optional<RawBody> raw;  // set: this instead of the body
  std::function<asio::awaitable<void>(LineWriter&)> stream;  // set: lines instead of a body
  // With 101: the connection is a WebSocket from here on, and somebody else's.
  std::string websocket_accept;
  std::function<void(std::unique_ptr<ByteStream>)> take_over;
};

using Respond = std::function<asio::awaitable<Answer>(RawRequest)>;

// `message` is one line that says what to do.
Answer problem(unsigned status, std::string_view code, std::string message);

// The one answer to everything that is not there, or not theirs to know of.
Answer not_found(std::string_view what);

}  // namespace rookery
