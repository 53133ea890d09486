// The browser's way to a host: an HTTP connection that becomes a WebSocket, and leaves the gateway.
#include <openssl/evp.h>
#include <sodium.h>

#include <array>
#include <utility>

#include "actors/gateway/resources.h"

namespace rookery {
namespace {

// RFC 6455, section 1.3.
constexpr const char* kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kKeyBytes = 16;

bool is_key(const std::string& text) {
  std::array<unsigned char, kKeyBytes> key{};
  std::size_t size = 0;
  return sodium_base642bin(key.data(), key.size(), text.data(), text.size(), nullptr, &size,
                           nullptr, sodium_base64_VARIANT_ORIGINAL) == 0 &&
         size == kKeyBytes;
}

std::string accept_of(const std::string& key) {
  const std::string text = key + kGuid;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<char, sodium_base64_ENCODED_LEN(20, sodium_base64_VARIANT_ORIGINAL)> out{};
  sodium_bin2base64(out.data(), out.size(), digest.data(), size, sodium_base64_VARIANT_ORIGINAL);
  return out.data();
}

// Browsers always say where the page is from; a program may say nothing.
bool from_elsewhere(const Api& api, const WebSocketWish& wish) {
  if (wish.origin.empty() || wish.origin == api.public_url) return false;
  const auto scheme_end = wish.origin.find("://");
  return scheme_end == std::string::npos || wish.origin.substr(scheme_end + 3) != wish.host;
}

// What comes by a proxy is of whom the proxy names.
class ProxiedStream : public ByteStream {
 public:
  ProxiedStream(std::unique_ptr<ByteStream> stream, std::string client)
      : stream_(std::move(stream)), client_(std::move(client)) {}

  int fd() const override { return stream_->fd(); }
  std::ptrdiff_t read(std::span<std::uint8_t> into) override { return stream_->read(into); }
  std::ptrdiff_t write(std::span<const std::uint8_t> from) override { return stream_->write(from); }
  std::string remote() const override { return client_; }

 private:
  const std::unique_ptr<ByteStream> stream_;
  const std::string client_;  // without a port: that is between it and the proxy
};

std::unique_ptr<ByteStream> named(std::unique_ptr<ByteStream> stream, const std::string& client) {
  const std::string peer = stream->remote();
  if (peer.starts_with(client + ":") || peer.starts_with("[" + client + "]:")) return stream;
  return std::make_unique<ProxiedStream>(std::move(stream), client);
}

asio::awaitable<Answer> stream(Api& api, Request request) {
  const WebSocketWish& wish = request.websocket;
  if (!wish.asked || !is_key(wish.key)) {
    co_return problem(400, "invalid", "this address is a WebSocket: ask for an upgrade to one");
  }
  if (wish.version != "13") {
    co_return problem(426, "invalid", "this WebSocket is of version 13 (RFC 6455)");
  }
  if (from_elsewhere(api, wish)) {
    co_return problem(403, "forbidden", "a page of another server may not connect here");
  }
  host::Link* link = api.parts.hosts.any_host();
  if (link == nullptr) co_return problem(503, "no_host", "no host is connected: start one");
  Answer answer;
  answer.status = 101;
  answer.websocket_accept = accept_of(wish.key);
  answer.take_over = [link, client = request.remote_address](std::unique_ptr<ByteStream> taken) {
    link->let_in(named(std::move(taken), client));
  };
  co_return answer;
}

}  // namespace

void add_stream_routes(Router& router, Api& api) {
  router.add(http::verb::get, "/v1/stream", "",
             [&api](Request request) { return stream(api, std::move(request)); });
}

}  // namespace rookery
