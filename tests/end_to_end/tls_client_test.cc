// The command line and a rookeryd with certificates of its own making.
#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <sstream>

#include "tests/end_to_end/rookeryd_process.h"
#include "tests/unit/server/self_signed.h"
#include "tools/rookery/invocation.h"

namespace rookery::test {
namespace {

namespace fs = std::filesystem;

// A folder for the data and for what the command line saves, gone with this.
struct Place {
  Place() {
    std::string name = (fs::temp_directory_path() / "rookery-https-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    folder = name;
    setenv("XDG_CONFIG_HOME", folder.c_str(), 1);
    unsetenv("ROOKERY_SERVER");
    unsetenv("ROOKERY_CA");
    unsetenv("ROOKERY_TOKEN");
  }
  ~Place() { fs::remove_all(folder); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  fs::path folder;
};

struct Said {
  int exit_code = 0;
  std::string out;
  std::string err;
};

Said run(std::vector<std::string> words) {
  words.insert(words.begin(), "rookery");
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const int code = tool::run_command_line(static_cast<int>(arguments.size()), arguments.data(), out,
                                          err, tool::add_all_commands);
  return {code, out.str(), err.str()};
}

bool says(const Said& said, const std::string& words) {
  BOOST_TEST_CONTEXT(said.err) BOOST_TEST(said.exit_code == tool::kExitFailed);
  return said.err.find(words) != std::string::npos;
}

// On a port of its own, with this certificate.
struct Server {
  explicit Server(const SelfSigned& certificate)
      : process(place.folder / "data",
                {"--no-guests", "--tls-cert", certificate.chain_file().string(), "--tls-key",
                 certificate.key_file().string()}),
        port(process.wait_until_ready()) {
    BOOST_REQUIRE(port != 0);
  }
  std::string url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(port);
  }

  Place place;
  RookerydProcess process;
  std::uint16_t port;
};

BOOST_AUTO_TEST_SUITE(tls_client)

// Without a token the answer is a refusal by the server: its words came through.
BOOST_AUTO_TEST_CASE(trusts_a_certificate_that_it_was_given) {
  const SelfSigned certificate;
  const Server server(certificate);
  const std::string ca = certificate.chain_file().string();
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    BOOST_TEST(says(run({"whoami", "--server", server.url(host)}), "is not trusted"));
    BOOST_TEST(says(run({"whoami", "--server", server.url(host)}), "--ca FILE"));
    const Said trusted = run({"whoami", "--server", server.url(host), "--ca", ca});
    BOOST_TEST(says(trusted, "rookery login"), trusted.err);
  }
  setenv("ROOKERY_CA", ca.c_str(), 1);
  const Said by_environment = run({"whoami", "--server", server.url("localhost")});
  unsetenv("ROOKERY_CA");
  BOOST_TEST(says(by_environment, "rookery login"), by_environment.err);
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_a_certificate) {
  const SelfSigned other({"DNS:phones.example"});
  const Server renamed(other);
  BOOST_TEST(says(
      run({"whoami", "--server", renamed.url("localhost"), "--ca", other.chain_file().string()}),
      "is for another name (phones.example)"));
  const SelfSigned old({"DNS:localhost", -2, -1});
  const Server expired(old);
  BOOST_TEST(
      says(run({"whoami", "--server", expired.url("localhost"), "--ca", old.chain_file().string()}),
           "has expired"));
  BOOST_TEST(says(run({"whoami", "--server", expired.url("localhost"), "--ca", "/nowhere.pem"}),
                  "cannot read certificates in /nowhere.pem"));
  // The other way round: no TLS where it is expected, and where it is not.
  const std::string plain = "http://localhost:" + std::to_string(expired.port);
  BOOST_TEST(run({"whoami", "--server", plain}).exit_code == tool::kExitFailed);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::test
