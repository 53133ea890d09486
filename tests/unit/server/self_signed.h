// A certificate that only its maker trusts, for tests of TLS.
#pragma once

#include <filesystem>

namespace rookery::test {

// In a folder of its own, gone with this.
class SelfSigned {
 public:
  SelfSigned();
  ~SelfSigned();
  SelfSigned(const SelfSigned&) = delete;
  SelfSigned& operator=(const SelfSigned&) = delete;

  std::filesystem::path chain_file() const { return folder_ / "chain.pem"; }
  std::filesystem::path key_file() const { return folder_ / "key.pem"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace rookery::test
