#include "tools/rookery/tls_trust.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>

#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

namespace ssl = boost::asio::ssl;

struct FreeText {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

std::string text_of(const ASN1_TIME* time) {
  const std::unique_ptr<BIO, FreeText> out(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(out.get(), time);
  char* begin = nullptr;
  const long length = BIO_get_mem_data(out.get(), &begin);
  return {begin, static_cast<std::size_t>(length)};
}

// As the certificate's list of names says; empty when it has none.
std::string names_of(X509* certificate) {
  std::string text;
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_DNS) continue;
    text += text.empty() ? "" : ", ";
    text.append(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
  }
  GENERAL_NAMES_free(names);
  return escape_text(text);
}

bool is_ip_address(const std::string& host) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

}  // namespace

Result<ssl::context> make_tls_trust(const ServerAddress& server) {
  ssl::context context(ssl::context::tls_client);
  boost::system::error_code error;
  context.set_verify_mode(ssl::verify_peer, error);
  context.set_default_verify_paths(error);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  if (!server.ca_file.empty()) {
    context.load_verify_file(server.ca_file, error);
    if (error) {
      return Error{"cannot read certificates in " + server.ca_file +
                   ": give a PEM file with --ca or ROOKERY_CA"};
    }
    // What a person names is trusted, also when somebody else has signed it.
    X509_STORE_set_flags(SSL_CTX_get_cert_store(context.native_handle()),
                         X509_V_FLAG_PARTIAL_CHAIN);
  }
  return context;
}

void expect_server(SSL* tls, const std::string& host) {
  X509_VERIFY_PARAM* expected = SSL_get0_param(tls);
  if (is_ip_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str());
    return;
  }
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  X509_VERIFY_PARAM_set1_host(expected, host.c_str(), 0);
  SSL_set_tlsext_host_name(tls, host.c_str());
}

CertificateRefusal refusal_of(X509_STORE_CTX* verification) {
  CertificateRefusal refusal;
  refusal.code = X509_STORE_CTX_get_error(verification);
  X509* certificate = X509_STORE_CTX_get_current_cert(verification);
  if (certificate == nullptr) return refusal;
  refusal.names = names_of(certificate);
  refusal.begin = text_of(X509_get0_notBefore(certificate));
  refusal.end = text_of(X509_get0_notAfter(certificate));
  return refusal;
}

Error explain(const CertificateRefusal& refusal, const ServerAddress& server) {
  const std::string whose = "the certificate of " + server.text();
  switch (refusal.code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Error{whose + " has expired (" + refusal.end + "): renew it on the server"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Error{whose + " is not valid before " + refusal.begin +
                   ": check the clocks here and there"};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return Error{whose + " is for another name" +
                   (refusal.names.empty() ? "" : " (" + refusal.names + ")") +
                   ": give the name that it is for with --server"};
    default:
      return Error{whose + " is not trusted (" + X509_verify_cert_error_string(refusal.code) +
                   "): if it is the right server, give the certificate of its authority with "
                   "--ca FILE or ROOKERY_CA"};
  }
}

}  // namespace rookery::tool
