// The published bytes, which the page's own test reads too: tests/golden/link_keys.txt.
#include "actors/gateway/link_secret.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "actors/gateway/host_signer.h"
#include "actors/gateway/token.h"

namespace rookery::test {
namespace {

constexpr const char* kSession = "00000000000000000000000a";
constexpr const char* kTicket = "01s5skdhv5yryvr8t38nhdxd6g";

struct Golden {
  std::map<std::string, std::string> lines;

  Golden() {
    std::ifstream file(std::filesystem::path(ROOKERY_TESTS) / "golden" / "link_keys.txt");
    std::string name;
    while (file >> name) {
      file.ignore();
      std::getline(file, lines[name]);
    }
  }
};

template <std::size_t size>
std::string text(const std::array<std::uint8_t, size>& bytes) {
  return to_base64url(bytes.data(), bytes.size());
}

BOOST_FIXTURE_TEST_SUITE(link_secret, Golden)

BOOST_AUTO_TEST_CASE(derives_what_the_page_derives) {
  TicketSecret key{};
  key.fill(2);
  std::array<std::uint8_t, 32> host{};
  host.fill(7);
  const EntityId link = parse_entity_id("link/00000000000000000000000b").value();
  const EntityId session = parse_entity_id("session/00000000000000000000000a").value();
  const Id128 ticket = parse_id128(kTicket).value();
  const std::string secret = derive_link_secret(key, link);
  const HostSigner signer(key);
  const std::map<std::string, std::string> derived{
      {"session", kSession},
      {"ticket", kTicket},
      {"host_key", text(host)},
      {"secret", secret},
      {"proof_to_open", proof_to_open(secret)},
      {"proof_to_resume", proof_to_resume(secret, session)},
      {"media_key", text(derive_media_key(secret, session, ticket))},
      {"session_fingerprint", session_fingerprint(secret, session, host)},
      {"server", signer.commitment()},
      {"server_fingerprint", signer.fingerprint()},
      {"host_signer", signer.public_key()},
      {"host_signature", signer.sign(host)}};
  for (const auto& [name, value] : derived) {
    BOOST_TEST(lines[name] == value, name << " " << value << ", not " << lines[name]);
  }
  BOOST_TEST(lines.count("sealed_password") == 1u);
}

BOOST_AUTO_TEST_CASE(opens_only_what_was_sealed_with_its_secret) {
  const std::string secret = lines["secret"];
  BOOST_TEST(open_password(secret, lines["sealed_password"]).value_or("") == "let me in");
  const std::string sealed = seal_password(secret, "open sesame");
  BOOST_TEST(open_password(secret, sealed).value_or("") == "open sesame");
  BOOST_TEST(!open_password(lines["proof_to_open"], sealed).has_value());
  std::string changed = sealed;
  changed[50] = changed[50] == 'A' ? 'B' : 'A';
  BOOST_TEST(!open_password(secret, changed).has_value());
  for (const std::string& wrong : {std::string(), std::string("A"), std::string("!!"),
                                   sealed.substr(0, 40), std::string(4'000, 'A')}) {
    BOOST_TEST(!open_password(secret, wrong).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::test
