// A client's connection as plain reads and writes, with or without TLS, so that it can leave the
// gateway as it is.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "schemas/byte_stream.h"
#include "schemas/result.h"

namespace rookery {

class SocketStream : public ByteStream {
 public:
  // True: what was left undone goes on when the socket is writable, whatever it was.
  virtual bool wants_write() const { return false; }
  // Decrypted bytes wait; the socket may never become readable for them.
  virtual bool has_pending() const { return false; }
  // The descriptor is ours from here on, and `early` was read from it already.
  virtual void adopt(std::string early) = 0;
};

// On a connected non-blocking descriptor, which it does not own yet. `tls` null: none.
std::unique_ptr<SocketStream> make_socket_stream(int socket, SSL_CTX* tls, std::string remote);

struct TlsContextCloser {
  void operator()(SSL_CTX* context) const;
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsContextCloser>;

// TLS 1.2 or newer, with this chain and key (PEM).
Result<TlsContext> make_tls_context(const std::string& chain_file, const std::string& key_file);

}  // namespace rookery
