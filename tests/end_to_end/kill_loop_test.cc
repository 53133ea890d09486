// kill -9 at any moment loses nothing that was acknowledged, and does nothing twice.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "tests/end_to_end/kill_loop_client.h"
#include "tests/end_to_end/rookeryd_process.h"

namespace rookery::test {
namespace {

constexpr int kKills = 200;
constexpr int kClients = 3;
constexpr int kLifeMsMax = 60;        // a server lives up to so long before it is killed
constexpr std::size_t kRetries = 10;  // acknowledged commands sent again after each restart
constexpr int kKillsInStartUpOneIn = 8;

struct Loop {
  Loop() {
    std::filesystem::create_directories(folder);
    ::setenv("ROOKERY_ADMIN_PASSWORD", "correct horse", 1);
    BOOST_TEST_MESSAGE("seed " << seed);
  }
  ~Loop() { std::filesystem::remove_all(folder); }

  std::unique_ptr<RookerydProcess> start() {
    return std::make_unique<RookerydProcess>(
        folder / "data",
        std::vector<std::string>{"--no-guests", "--weak-passwords", "--first-admin", "root"});
  }

  HttpClient client(std::uint16_t port) const {
    HttpClient out(port);
    out.token = token;
    return out;
  }

  // A token, an organization for every client, and people who work there, before the killing.
  void prepare() {
    const auto process = start();
    const std::uint16_t port = process->wait_until_ready();
    BOOST_REQUIRE(port != 0);
    HttpClient root(port);
    const Json login = {{"login", "root"}, {"password", "correct horse"}};
    token = root.post("/v1/login", login).body["token"];
    root.token = token;
    for (int i = 0; i < kClients; ++i) {
      const Json organization =
          root.post("/v1/organizations", {{"name", "client " + std::to_string(i)}}).body["id"];
      const Json user = root.post("/v1/users", {{"organization", organization},
                                                {"login", "user" + std::to_string(i)},
                                                {"password", "correct horse"},
                                                {"role", "member"}})
                            .body["id"];
      organizations.push_back(organization);
      clients.push_back(
          std::make_unique<KillLoopClient>(i, organization, user, expected, chance()));
    }
    BOOST_REQUIRE_EQUAL(process->stop(), 0);
  }

  // What a rename that was cut off asks for: it may have happened or not.
  std::string cut_off_name(const std::string& department) const {
    for (const auto& client : clients) {
      const auto& command = client->cut_off();
      if (command && command->target.ends_with("/" + department)) return command->body["name"];
    }
    return {};
  }
  void check_everything_is_there(std::uint16_t port);
  void check_retries(std::uint16_t port, std::size_t count);
  void check_one_effect_each(std::uint16_t port);
  void work_until_killed(RookerydProcess& process, std::uint16_t port);

  const std::uint64_t seed = std::random_device()();
  std::mt19937_64 chance{seed};
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("kill-loop-" + std::to_string(seed));
  ExpectedState expected{make_file()};
  std::string token;
  std::vector<Json> organizations;
  std::vector<std::unique_ptr<KillLoopClient>> clients;

 private:
  std::filesystem::path make_file() const {
    std::filesystem::create_directories(folder);
    return folder / "expected.jsonl";
  }
};

void Loop::check_everything_is_there(std::uint16_t port) {
  HttpClient root = client(port);
  std::map<std::string, Json> phones;
  const Json listed = root.get("/v1/phones").body["items"];
  for (const Json& phone : listed) phones[phone["id"]] = phone;
  std::map<std::string, std::string> departments;
  for (const Json& organization : organizations) {
    const Json shown = root.get("/v1/" + path_of(organization)).body;
    for (const Json& department : shown["departments"]) {
      departments[department["id"]] = department["name"];
    }
  }
  std::map<std::string, std::string> names;  // the last acknowledged name of each department
  for (const KeyedCommand& command : expected.read()) {
    if (command.target == "/v1/phones") {
      const std::string id = command.answer["id"];
      BOOST_REQUIRE_MESSAGE(phones.contains(id), id << " is lost");
      BOOST_REQUIRE(phones[id]["name"] == command.body["name"]);
    } else if (command.target.ends_with("/bind")) {
      const std::string path = command.target.substr(0, command.target.rfind('/'));
      const std::string id = "phone/" + path.substr(path.rfind('/') + 1);
      BOOST_REQUIRE_MESSAGE(phones[id]["bound_user"] == command.body["user"], id << " unbound");
    } else if (command.target.ends_with("/departments")) {
      names[command.answer["id"]] = command.body["name"];
    } else if (command.method == "PATCH") {
      names[command.target.substr(command.target.rfind('/') + 1)] = command.body["name"];
    }
  }
  for (const auto& [id, name] : names) {
    BOOST_REQUIRE_MESSAGE(departments.contains(id), "department " << id << " is lost");
    const bool same = departments[id] == name || departments[id] == cut_off_name(id);
    BOOST_REQUIRE_MESSAGE(same, departments[id] << " instead of " << name);
  }
}

void Loop::check_retries(std::uint16_t port, std::size_t count) {
  HttpClient root = client(port);
  const std::vector<KeyedCommand> commands = expected.read();
  for (std::size_t i = 0; i < count && !commands.empty(); ++i) {
    // Mostly the latest: those are what a crash might have spoilt.
    const std::size_t back = i < count / 2 ? i : chance();
    const KeyedCommand& command = commands[commands.size() - 1 - back % commands.size()];
    const Reply reply = KillLoopClient::send(root, command);
    BOOST_REQUIRE_EQUAL(reply.status, command.status);
    BOOST_REQUIRE_MESSAGE(reply.body == command.answer, command.key << ": " << reply.body.dump()
                                                                    << " after "
                                                                    << command.answer.dump());
  }
}

void Loop::check_one_effect_each(std::uint16_t port) {
  HttpClient root = client(port);
  std::set<std::string> seen;
  std::uint64_t from = 1;
  while (true) {
    const Json page = root.get("/v1/events?limit=5000&from_position=" + std::to_string(from)).body;
    if (page["items"].empty()) break;
    for (const Json& event : page["items"]) {
      BOOST_REQUIRE_EQUAL(event["position"].get<std::uint64_t>(), from);
      ++from;
      const std::string effect =
          event["stream"].get<std::string>() + " " + event["command_id"].get<std::string>();
      BOOST_REQUIRE_MESSAGE(seen.insert(effect).second, "done twice: " << event.dump());
    }
  }
  BOOST_TEST_MESSAGE(from - 1 << " events, " << expected.read().size() << " acknowledged commands");
}

void Loop::work_until_killed(RookerydProcess& process, std::uint16_t port) {
  std::vector<std::future<std::string>> working;
  for (const auto& client : clients) {
    working.push_back(std::async(std::launch::async, [&] { return client->work(port, token); }));
  }
  std::this_thread::sleep_for(std::chrono::microseconds(chance() % (kLifeMsMax * 1000)));
  process.kill_hard();
  for (auto& work : working) {
    const std::string wrong = work.get();
    BOOST_REQUIRE_MESSAGE(wrong.empty(), wrong);
  }
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(no_kill_loses_an_acknowledged_command, Loop) {
  prepare();
  for (int kill = 0; kill < kKills; ++kill) {
    const auto process = start();
    if (chance() % kKillsInStartUpOneIn == 0) {
      std::this_thread::sleep_for(std::chrono::microseconds(chance() % 30'000));
      continue;  // killed by its end of life, somewhere in its start-up
    }
    const std::uint16_t port = process->wait_until_ready();
    BOOST_REQUIRE_MESSAGE(port != 0, "rookeryd did not come up after kill " << kill);
    check_everything_is_there(port);
    check_retries(port, kRetries);
    work_until_killed(*process, port);
  }
  const auto process = start();
  const std::uint16_t port = process->wait_until_ready();
  BOOST_REQUIRE(port != 0);
  check_everything_is_there(port);
  check_retries(port, 500);
  check_one_effect_each(port);
  BOOST_TEST(expected.read().size() > static_cast<std::size_t>(kKills));
  BOOST_TEST(process->stop() == 0);
}

}  // namespace rookery::test
