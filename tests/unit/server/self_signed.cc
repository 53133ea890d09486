#include "tests/unit/server/self_signed.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <string>

namespace rookery::test {
namespace {

constexpr long kDayS = 24L * 3600;

const unsigned char* octets(const char* text) {
  return reinterpret_cast<const unsigned char*>(text);
}

}  // namespace

SelfSigned::SelfSigned(const CertificateTerms& terms) {
  std::string folder = (std::filesystem::temp_directory_path() / "rookery-tls-XXXXXX").string();
  BOOST_REQUIRE(mkdtemp(folder.data()) != nullptr);
  folder_ = folder;
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), terms.begin_days * kDayS);
  X509_gmtime_adj(X509_getm_notAfter(certificate), terms.end_days * kDayS);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, octets("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, terms.names.c_str());
  BOOST_REQUIRE(names != nullptr);
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  BOOST_REQUIRE(X509_sign(certificate, key, EVP_sha256()) > 0);
  std::FILE* file = std::fopen(chain_file().c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_file().c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

SelfSigned::~SelfSigned() { std::filesystem::remove_all(folder_); }

}  // namespace rookery::test
