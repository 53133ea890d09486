// A certificate that only its maker trusts, for tests of TLS.
#pragma once

#include <filesystem>
#include <string>

namespace rookery::test {

struct CertificateTerms {
  std::string names = "DNS:localhost,IP:127.0.0.1";  // as OpenSSL's subjectAltName
  int begin_days = -1;                               // from now
  int end_days = 1;
};

// In a folder of its own, gone with this.
class SelfSigned {
 public:
  explicit SelfSigned(const CertificateTerms& terms = {});
  ~SelfSigned();
  SelfSigned(const SelfSigned&) = delete;
  SelfSigned& operator=(const SelfSigned&) = delete;

  std::filesystem::path chain_file() const { return folder_ / "chain.pem"; }
  std::filesystem::path key_file() const { return folder_ / "key.pem"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace rookery::test
