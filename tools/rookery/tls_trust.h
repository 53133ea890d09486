// Which servers a client of https:// believes (RFC 9110, section 4.3.4), and what to tell a person
// about one that it does not believe.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <string>

#include "schemas/result.h"
#include "tools/rookery/server_address.h"

namespace rookery::tool {

// Trusts the authorities of this machine and, if it is named, those in `server.ca_file` (PEM); a
// certificate in that file may be the server's own. Error: the file holds none.
Result<boost::asio::ssl::context> make_tls_trust(const ServerAddress& server);

// To be called before the handshake: says whom we expect to meet.
void expect_server(SSL* tls, const std::string& host);

// Why a certificate was refused, and what it says of itself.
struct CertificateRefusal {
  int code = X509_V_OK;
  std::string names;  // that it is for; empty: none
  std::string begin;
  std::string end;
};
// From OpenSSL's verification, while it fails.
CertificateRefusal refusal_of(X509_STORE_CTX* verification);
// What to tell a person.
Error explain(const CertificateRefusal& refusal, const ServerAddress& server);

}  // namespace rookery::tool
