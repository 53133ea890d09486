#include "actors/gateway/socket_stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

namespace rookery {
namespace {

std::ptrdiff_t moved(ssize_t count) {
  if (count > 0) return count;
  const bool later = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  return later ? 0 : ByteStream::kEnded;
}

class PlainStream : public SocketStream {
 public:
  PlainStream(int socket, std::string remote) : socket_(socket), remote_(std::move(remote)) {}
  ~PlainStream() override {
    if (adopted_) close(socket_);
  }
  PlainStream(const PlainStream&) = delete;
  PlainStream& operator=(const PlainStream&) = delete;

  int fd() const override { return socket_; }
  std::string remote() const override { return remote_; }
  void adopt(std::string early) override {
    adopted_ = true;
    early_ = std::move(early);
  }

  std::ptrdiff_t read(std::span<std::uint8_t> into) override {
    if (early_.empty()) return read_socket(into);
    const std::size_t count = std::min(early_.size(), into.size());
    std::copy_n(early_.begin(), count, into.begin());
    early_.erase(0, count);
    return static_cast<std::ptrdiff_t>(count);
  }
  std::ptrdiff_t write(std::span<const std::uint8_t> from) override {
    return moved(send(socket_, from.data(), from.size(), MSG_NOSIGNAL));
  }

 protected:
  virtual std::ptrdiff_t read_socket(std::span<std::uint8_t> into) {
    return moved(recv(socket_, into.data(), into.size(), 0));
  }

 private:
  const int socket_;
  const std::string remote_;
  std::string early_;
  bool adopted_ = false;
};

// The handshake is done by the first read. SIGPIPE must be handled: OpenSSL writes with write(2).
class TlsStream final : public PlainStream {
 public:
  TlsStream(int socket, SSL* tls, std::string remote)
      : PlainStream(socket, std::move(remote)), tls_(tls) {}
  ~TlsStream() override {
    if (!failed_) SSL_shutdown(tls_);
    SSL_free(tls_);
  }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  bool wants_write() const override { return wants_write_; }
  bool has_pending() const override { return SSL_pending(tls_) > 0; }

  std::ptrdiff_t write(std::span<const std::uint8_t> from) override {
    std::size_t count = 0;
    ERR_clear_error();
    const int done = SSL_write_ex(tls_, from.data(), from.size(), &count);
    return outcome(done, count);
  }

 protected:
  std::ptrdiff_t read_socket(std::span<std::uint8_t> into) override {
    std::size_t count = 0;
    ERR_clear_error();
    const int done = SSL_read_ex(tls_, into.data(), into.size(), &count);
    return outcome(done, count);
  }

 private:
  std::ptrdiff_t outcome(int done, std::size_t count) {
    wants_write_ = false;
    if (done == 1) return static_cast<std::ptrdiff_t>(count);
    const int why = SSL_get_error(tls_, done);
    wants_write_ = why == SSL_ERROR_WANT_WRITE;
    if (wants_write_ || why == SSL_ERROR_WANT_READ) return 0;
    failed_ = why != SSL_ERROR_ZERO_RETURN;
    return kEnded;
  }

  SSL* const tls_;
  bool wants_write_ = false;
  bool failed_ = false;
};

std::string last_tls_error() {
  const char* reason = ERR_reason_error_string(ERR_get_error());
  return reason == nullptr ? "unknown error" : reason;
}

}  // namespace

void TlsContextCloser::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

std::unique_ptr<SocketStream> make_socket_stream(int socket, SSL_CTX* tls, std::string remote) {
  if (tls == nullptr) return std::make_unique<PlainStream>(socket, std::move(remote));
  SSL* const connection = SSL_new(tls);
  if (connection == nullptr) throw std::bad_alloc();
  SSL_set_fd(connection, socket);
  SSL_set_accept_state(connection);
  return std::make_unique<TlsStream>(socket, connection, std::move(remote));
}

Result<TlsContext> make_tls_context(const std::string& chain_file, const std::string& key_file) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (context == nullptr) return Error{"OpenSSL does not start: " + last_tls_error()};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // A write goes on from wherever its bytes are by then, and may be done in parts.
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  if (SSL_CTX_use_certificate_chain_file(context.get(), chain_file.c_str()) != 1) {
    return Error{"cannot read the certificates in " + chain_file + ": " + last_tls_error()};
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Error{"cannot read the key in " + key_file + ": " + last_tls_error()};
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    return Error{key_file + " is not the key of the certificate in " + chain_file};
  }
  return context;
}

}  // namespace rookery
