#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/unit/rookery_tool/small_server.h"
#include "tools/rookery/api.h"
#include "tools/rookery/find_entity.h"
#include "tools/rookery/invocation.h"

using namespace rookery;
using namespace rookery::tool;

namespace {

const std::string kPhoneA = "phone/7k3" + std::string(21, '0');
const std::string kPhoneB = "phone/7m0" + std::string(21, '0');

SmallAnswer refusal(unsigned status, const std::string& code, const std::string& message) {
  return {status, to_line({{"error", {{"code", code}, {"message", message}}}})};
}

// A little of the API, enough for the commands under test.
SmallAnswer answer(const SmallRequest& request) {
  if (request.target == "/v1/login") {
    const Json body = Json::parse(request.body);
    if (body["password"] != "right") return refusal(401, "unauthorized", "no");
    return {200, R"({"token":"t0ken","expires_us":1795183380000000,"role":"operator"})"};
  }
  if (request.token != "Bearer t0ken") return refusal(401, "unauthorized", "the token is wrong");
  if (request.target == "/v1/phones" && request.method == "GET") {
    return {200, to_line({{"items",
                           {{{"id", kPhoneA}, {"name", "my\x1b[31m phone"}, {"phase", "stopped"}},
                            {{"id", kPhoneB}, {"name", "other"}, {"phase", "running"}}}}})};
  }
  if (request.target.rfind("/v1/events/follow", 0) == 0) {
    return {200, "{\"position\":1,\"type\":\"Phone.Started\"}\n\n{\"position\":2}\n"};
  }
  if (request.target.rfind("/v1/events", 0) == 0) {
    Json items = Json::array();
    const auto at = request.target.find("from_position=");
    const std::uint64_t from = std::stoull(request.target.substr(at + 14));
    for (auto position = from; position <= 1500 && items.size() < 1000; ++position) {
      items.push_back({{"position", position}, {"type", "Phone.Started"}});
    }
    const std::uint64_t last = std::min<std::uint64_t>(from + 999, 1500);
    return {200, to_line({{"items", items}, {"last_position", last}, {"more", last < 1500}})};
  }
  if (request.target == "/v1/actors/" + kPhoneA) {
    return {200, to_line({{"id", kPhoneA}, {"version", 3}, {"state", {{"name", "n"}}}})};
  }
  if (request.target == "/v1/state/" + kPhoneA + "?at_version=2") {
    return {200, to_line({{"id", kPhoneA}, {"version", 2}})};
  }
  if (request.target == "/v1/phones/" + kPhoneA.substr(6) + "/links") {
    return {201, to_line({{"id", "link/abc"}, {"url", "http://h/p/#abc.s"}})};
  }
  if (request.target == "/v1/" + std::string("phones/") + kPhoneA.substr(6) + "/start") {
    return {200, R"({"version":4})"};
  }
  return refusal(404, "not_found", "nothing\nhere");
}

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

// A command line in a home of its own, against a small server.
struct Fixture {
  SmallServer server{answer};
  std::filesystem::path home;

  Fixture() {
    char folder[] = "/tmp/rookery_tool_test.XXXXXX";
    home = mkdtemp(folder);
    setenv("XDG_CONFIG_HOME", home.c_str(), 1);
    setenv("XDG_STATE_HOME", home.c_str(), 1);
    unsetenv("ROOKERY_SERVER");
    unsetenv("ROOKERY_TOKEN");
  }
  ~Fixture() { std::filesystem::remove_all(home); }

  Ran run(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "rookery");
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_command_line(static_cast<int>(arguments.size()), arguments.data(), out,
                                      err, add_all_commands);
    return {code, out.str(), err.str()};
  }
  Ran run_here(std::vector<const char*> arguments) {
    const std::string url = server.url();
    arguments.insert(arguments.begin(), {"--server", url.c_str(), "--token", "t0ken"});
    return run(std::move(arguments));
  }
  Ran login(const std::string& password) {
    std::istringstream typed(password + "\n");
    auto* before = std::cin.rdbuf(typed.rdbuf());
    const std::string url = server.url();
    const Ran ran = run({"--server", url.c_str(), "login", "--user", "ada", "--password-stdin"});
    std::cin.rdbuf(before);
    return ran;
  }
};

bool is_one_line(const std::string& text) {
  return !text.empty() && text.find('\n') == text.size() - 1;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(wrong_usage_is_told_in_one_line_with_code_2, Fixture) {
  const std::vector<std::vector<const char*>> wrong = {
      {},
      {"nonsense"},
      {"phone"},
      {"phone", "bind", "x"},
      {"-o", "xml", "whoami"},
      {"--server", "ftp://x", "whoami"},
      {"audit", "log", "--since", "someday"},
      {"audit", "log", "--limit", "1.5"},
      {"audit", "log", "--data", "/nonexistent"},
      {"audit", "state", "phone/x", "--at", "7"},
      {"phone", "create", "x", "--width", "0"},
      {"link", "create", "x", "--for", "tomorrow"},
      {"link", "create", "x", "--for", "0s"},
      {"link", "create", "x", "--clipboard", "some"},
      {"shell", "-c", "nonsense"},
      {"shell", "-c", "show"},
      {"shell", "-c", "state phone/x at midnight 7"},
      {"shell", "-c", "list \"open"},
  };
  for (const auto& arguments : wrong) {
    const Ran ran = run(arguments);
    BOOST_TEST(ran.code == 2, ran.err);
    BOOST_TEST(is_one_line(ran.err), ran.err);
    BOOST_TEST(ran.out.empty());
  }
}

BOOST_FIXTURE_TEST_CASE(help_is_no_error, Fixture) {
  const Ran ran = run({"phone", "start", "--help"});
  BOOST_TEST(ran.code == 0);
  BOOST_TEST(ran.out.find("--no-wait") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_server_that_is_not_there_is_a_failure, Fixture) {
  const Ran ran = run({"--server", "http://127.0.0.1:1", "whoami"});
  BOOST_TEST(ran.code == 1);
  BOOST_TEST(is_one_line(ran.err));
  BOOST_TEST(ran.err.find("--server") != std::string::npos, ran.err);
}

BOOST_FIXTURE_TEST_CASE(a_login_is_kept_for_its_server_and_its_owner_only, Fixture) {
  BOOST_TEST(login("wrong").code == 1);
  BOOST_TEST(!std::filesystem::exists(home / "rookery/login.json"));
  const Ran in = login("right");
  BOOST_TEST(in.code == 0, in.err);
  BOOST_TEST(in.out.find("t0ken") == std::string::npos);
  struct stat saved {};
  BOOST_REQUIRE(stat((home / "rookery/login.json").c_str(), &saved) == 0);
  BOOST_TEST((saved.st_mode & 0777) == 0600u);

  BOOST_TEST(run({"phone", "list"}).code == 0);
  SmallServer other([](const SmallRequest&) { return SmallAnswer{200, R"({"items":[]})"}; });
  const std::string url = other.url();
  BOOST_TEST(run({"--server", url.c_str(), "phone", "list"}).code == 0);
  BOOST_TEST(other.requests().at(0).token == "");

  BOOST_TEST(run({"logout"}).code == 0);
  const Ran out = run({"--server", server.url().c_str(), "phone", "list"});
  BOOST_TEST(out.code == 1);
  BOOST_TEST(out.err.find("rookery login") != std::string::npos, out.err);
}

BOOST_FIXTURE_TEST_CASE(lists_are_tables_or_json, Fixture) {
  const Ran table = run_here({"phone", "list"});
  BOOST_TEST(table.code == 0);
  BOOST_TEST(table.out.find("my\\x1b[31m phone") != std::string::npos, table.out);
  BOOST_TEST(table.out.find('\x1b') == std::string::npos);
  const Ran json = run_here({"phone", "list", "-o", "json"});
  BOOST_TEST(Json::parse(json.out)["items"].size() == 2u);
  BOOST_TEST(json.out.find('\x1b') == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(refusals_are_one_line_with_code_1, Fixture) {
  const Ran ran = run_here({"phone", "show", kPhoneB.c_str()});
  BOOST_TEST(ran.code == 1);
  BOOST_TEST(ran.err == "rookery: nothing\\nhere\n");
}

BOOST_FIXTURE_TEST_CASE(phones_are_found_by_id_beginning_and_name, Fixture) {
  Api api(parse_server_address(server.url()).value(), "t0ken");
  for (const char* text : {"phone/7k", "7k3", "my\x1b[31m phone"}) {
    const auto id = find_entity(api, text);
    BOOST_REQUIRE_MESSAGE(id.ok(), text);
    BOOST_TEST(to_text(*id) == kPhoneA);
  }
  BOOST_TEST(to_text(find_entity(api, "other").value()) == kPhoneB);
  BOOST_TEST(to_text(find_entity(api, kPhoneB).value()) == kPhoneB);
  const auto two = find_entity(api, "phone/7");
  BOOST_REQUIRE(!two.ok());
  BOOST_TEST(two.error().message.find("write more") != std::string::npos, two.error().message);
  BOOST_TEST(!find_entity(api, "phone/zz").ok());
  BOOST_TEST(!find_entity(api, "robot/1").ok());
  BOOST_TEST(!find_entity(api, "").ok());
}

BOOST_FIXTURE_TEST_CASE(a_link_is_printed_alone_so_that_scripts_can_take_it, Fixture) {
  const Ran ran = run_here({"link", "create", "phone/7k3", "--for", "2h", "--view-only", "--once",
                            "--clipboard", "out"});
  BOOST_TEST(ran.out == "http://h/p/#abc.s\n", ran.err);
  const Json asked = Json::parse(server.requests().back().body);
  BOOST_TEST(
      asked ==
      Json({{"control", false}, {"single_use", true}, {"lifetime_s", 7200}, {"clipboard", "out"}}));
}

BOOST_FIXTURE_TEST_CASE(the_shell_runs_commands_in_order_up_to_the_first_failure, Fixture) {
  const Ran good = run_here({"shell", "-c", "show phone/7k; state 7k at version 2; events 7k 3"});
  BOOST_TEST(good.code == 0, good.err);
  BOOST_TEST(good.out.find("state.name") != std::string::npos, good.out);
  BOOST_TEST(good.out.find("1498 ") != std::string::npos, good.out);
  BOOST_TEST(good.out.find("1497 ") == std::string::npos, good.out);
  const Ran bad = run_here({"shell", "-c", "show phone/7m; show phone/7k"});
  BOOST_TEST(bad.code == 1);
  BOOST_TEST(bad.out.empty());
}

BOOST_FIXTURE_TEST_CASE(followed_events_are_printed_as_they_come, Fixture) {
  const Ran ran = run_here({"-o", "json", "shell", "-c", "follow phone/7k type Phone."});
  BOOST_TEST(ran.out == "{\"position\":1,\"type\":\"Phone.Started\"}\n{\"position\":2}\n");
  BOOST_TEST(ran.code == 1);  // the server ended it
  BOOST_TEST(ran.err.find("ended the stream") != std::string::npos, ran.err);
  BOOST_TEST(server.requests().back().target.find("type=Phone.") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(the_audit_log_reads_on_page_by_page, Fixture) {
  const Ran all = run_here({"audit", "log", "-o", "json"});
  BOOST_TEST(all.code == 0, all.err);
  BOOST_TEST(std::count(all.out.begin(), all.out.end(), '\n') == 1500);
  const Ran some = run_here({"audit", "log", "--limit", "1001", "-o", "json"});
  BOOST_TEST(std::count(some.out.begin(), some.out.end(), '\n') == 1001);
  BOOST_TEST(run_here({"audit", "log", "--limit", "0"}).out.empty());
}

BOOST_AUTO_TEST_CASE(one_connection_is_kept_and_a_dead_one_is_replaced) {
  bool die = false;
  SmallServer server([&](const SmallRequest&) {
    SmallAnswer reply{200, "{}"};
    reply.hang_up = std::exchange(die, false);
    return reply;
  });
  Api api(parse_server_address(server.url()).value(), "");
  BOOST_TEST(api.post("/a").ok());
  BOOST_TEST(api.get("/b").ok());
  BOOST_TEST(server.connections() == 1u);
  die = true;
  BOOST_TEST(api.post("/c").ok());
  BOOST_TEST(server.connections() == 2u);
  const auto requests = server.requests();
  BOOST_REQUIRE(requests.size() == 4u);
  BOOST_TEST(requests[2].idempotency_key == requests[3].idempotency_key);
  BOOST_TEST(requests[0].idempotency_key != requests[2].idempotency_key);
}

BOOST_AUTO_TEST_CASE(answers_that_are_not_the_apis_are_told_so) {
  SmallServer server([](const SmallRequest& request) {
    return SmallAnswer{request.target == "/bad" ? 500u : 200u, "<html>\x1b[2J"};
  });
  Api api(parse_server_address(server.url()).value(), "");
  for (const char* target : {"/", "/bad"}) {
    const auto answer = api.get(target);
    BOOST_REQUIRE(!answer.ok());
    BOOST_TEST(answer.error().message.find('\x1b') == std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(the_binary_ends_with_the_same_codes, Fixture) {
  const std::string binary = std::string(ROOKERY_BIN) + "/rookery";
  const auto code_of = [&](const std::string& arguments) {
    return WEXITSTATUS(std::system((binary + " " + arguments + " >/dev/null 2>&1").c_str()));
  };
  BOOST_TEST(code_of("--help") == 0);
  BOOST_TEST(code_of("phone") == 2);
  BOOST_TEST(code_of("--server http://127.0.0.1:1 whoami") == 1);
  const std::string here = "--server " + server.url() + " --token t0ken ";
  BOOST_TEST(code_of(here + "phone list") == 0);
  const std::string full = binary + " " + here + "phone list >/dev/full 2>/dev/null";
  BOOST_TEST(WEXITSTATUS(std::system(full.c_str())) == 1);
  const std::string piped =
      "printf 'show phone/7k\\nshow nothing/1\\n' | " + binary + " " + here + "shell 2>&1";
  FILE* pipe = popen(piped.c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  std::string text;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) text += static_cast<char>(c);
  BOOST_TEST(WEXITSTATUS(pclose(pipe)) == 1);
  BOOST_TEST(text.find("line 2: ") != std::string::npos, text);
}
