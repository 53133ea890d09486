// Who could, who asked, who was refused, and a past that is taken over: what auditors ask of
// people.
#include <set>

#include "tests/unit/rookery_tool/audited_node.h"

using namespace rookery;
using namespace rookery::tool;

namespace {

struct People : AuditedNode {
  People() {
    const test::Json made = node.add_user("ann", "member");
    node.add_user("aud", "auditor");
    ann = made.get<std::string>();
    phone = node.add_running_phone("pocket1", made).get<std::string>();
    settle();
  }
  // All events are signed for, so that none of this is still on its way.
  void settle() { add_phone("settled"); }

  std::vector<tool::Json> rows(std::vector<std::string> words) const {
    words.insert(words.begin(), {"-o", "json", "audit"});
    const Ran ran = run_words(std::move(words));
    BOOST_REQUIRE_MESSAGE(ran.code == 0, ran.err);
    std::vector<tool::Json> all;
    std::istringstream in(ran.out);
    for (std::string line; std::getline(in, line);) all.push_back(tool::Json::parse(line));
    return all;
  }
  // "LOGIN or WHO can through"
  std::set<std::string> who(const std::string& at, bool offline) const {
    std::vector<std::string> words{"who", phone, "--at", at};
    if (offline) words.insert(words.end(), {"--data", folder.path().string()});
    std::set<std::string> found;
    const tool::Json answer = rows(words).at(0);
    for (const auto& item : answer["items"]) {
      const std::string login = text_field(item, "login");
      const std::string who = text_field(item, "who");
      found.insert((login.empty() ? who.substr(0, who.find('/')) : login) + " " +
                   text_field(item, "can") + " " + text_field(item, "through") + " " +
                   text_field(item, "type"));
    }
    return found;
  }
  std::string now() const { return "position:" + std::to_string(node.log->last_position(0)); }
  std::uint64_t last(const std::string& type) const {
    std::uint64_t found = 0;
    const auto read = node.log->read_log(0, 1, [&](const Envelope& event) {
      if (event_type_matches(event.type, type)) found = event.position;
      return true;
    });
    BOOST_REQUIRE(read.ok());
    return found;
  }

  std::string ann;
  std::string phone;
};

const std::set<std::string> kAlways = {"root control role User.Registered",
                                       "aud see role User.Registered"};

std::set<std::string> with(std::set<std::string> more) {
  more.insert(kAlways.begin(), kAlways.end());
  return more;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(who_could_is_told_with_what_gave_it, People) {
  test::HttpClient admin = node.admin();
  const std::string path = "/v1/" + test::path_of(phone);
  const std::string bound = now();
  BOOST_REQUIRE(node.as("ann").post(path + "/sessions").status < 300);
  settle();
  const std::string open = now();
  const auto link = admin.post(path + "/links", {{"control", false}, {"lifetime_s", 60}});
  BOOST_REQUIRE_EQUAL(link.status, 201u);
  settle();
  const std::string linked = now();
  node.clock.now += 61'000'000;
  BOOST_REQUIRE(admin.post(path + "/unbind").status == 200u);
  settle();
  const std::string after = now();
  const std::string created = "position:" + std::to_string(last("Phone.Bound") - 1);
  const std::string binding = "ann control binding Phone.Bound";
  for (const bool offline : {false, true}) {
    BOOST_TEST(who(created, offline) == kAlways, boost::test_tools::per_element());
    BOOST_TEST(who(bound, offline) == with({binding}), boost::test_tools::per_element());
    BOOST_TEST(who(open, offline) == with({binding, "user control session Session.Opened"}),
               boost::test_tools::per_element());
    BOOST_TEST(who(linked, offline) == with({binding, "user control session Session.Opened",
                                             "link see link Link.Created"}),
               boost::test_tools::per_element());
    BOOST_TEST(who(after, offline) == kAlways, boost::test_tools::per_element());
  }
  const Ran table = run({"who", phone, "--at", linked});
  BOOST_TEST(table.out.find("THROUGH") != std::string::npos, table.out + table.err);
  BOOST_TEST(run({"who", phone, "--at", "position:1"}).code == 1);
}

BOOST_FIXTURE_TEST_CASE(who_is_disabled_could_no_longer, People) {
  const std::string before = now();
  BOOST_REQUIRE(node.admin().post("/v1/" + test::path_of(ann) + "/disable").status == 200u);
  settle();
  BOOST_TEST(who(before, true).contains("ann control binding Phone.Bound"));
  BOOST_TEST(who(now(), true) == kAlways, boost::test_tools::per_element());
  BOOST_REQUIRE(node.admin().post("/v1/" + test::path_of(ann) + "/enable").status == 200u);
  settle();
  BOOST_TEST(who(now(), true).contains("ann control binding Phone.Bound"));
}

BOOST_FIXTURE_TEST_CASE(queries_and_refusals_are_on_the_log_with_their_reason, People) {
  test::HttpClient auditor = node.as("aud");
  test::HttpClient member = node.as("ann");
  for (int i = 0; i < 5; ++i) auditor.get("/v1/state/" + phone);
  BOOST_TEST(member.get("/v1/" + test::path_of(phone)).status == 200u);  // her own
  BOOST_TEST(member.post("/v1/" + test::path_of(phone) + "/start").status == 403u);
  BOOST_TEST(member.get("/v1/events").status == 403u);
  // By the actor itself: there once, not twice.
  BOOST_TEST(node.admin().remove("/v1/" + test::path_of(phone)).status == 409u);
  node.clock.now += 61'000'000;  // a minute is over: what was counted is written
  BOOST_REQUIRE(test::eventually([&] {
    std::uint64_t told = 0;
    for (const auto& row : rows({"log", "--queries", "--principal", "aud"})) {
      if (row["data"]["subject"] == phone) told += row["data"]["count"].get<std::uint64_t>();
    }
    return told == 5;
  }));
  const auto queries = rows({"log", "--queries", "--principal", "aud"});
  BOOST_REQUIRE_EQUAL(queries.size(), 2u);  // five queries, two events
  BOOST_TEST(queries[1]["data"]["action"] == "KooPhone:state:get");
  BOOST_TEST(queries[1]["data"]["count"] == 4);
  BOOST_TEST(rows({"log", "--queries", "--principal", "ann"}).empty());
  std::set<std::string> refused;
  for (const auto& row : rows({"log", "--refusals"})) {
    refused.insert(row["type"].get<std::string>() + " " + text_field(row["data"], "action") +
                   text_field(row["data"], "command") + " " + text_field(row["data"], "code"));
    BOOST_TEST(row["data"]["message"] != "");
    BOOST_TEST(row["principal"] != "system");
  }
  const std::set<std::string> expected{"Access.Refused KooPhone:phone:start forbidden",
                                       "Access.Refused KooPhone:event:list forbidden",
                                       "CommandRefused Phone.Delete conflict"};
  BOOST_TEST(refused == expected, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(an_organization_is_looked_at_as_a_whole, People) {
  test::HttpClient admin = node.admin();
  const auto other = admin.post("/v1/organizations", {{"name", "Elsewhere"}});
  BOOST_REQUIRE_EQUAL(other.status, 201u);
  const std::string before = now();
  const auto strange =
      admin.post("/v1/phones", {{"organization", other.body["id"]}, {"name", "strange"}});
  BOOST_REQUIRE_EQUAL(strange.status, 201u);
  settle();
  const std::string id = strange.body["id"];
  for (const auto& where : {std::vector<std::string>{}, {"--data", folder.path().string()}}) {
    const auto all = [&](std::vector<std::string> words) {
      words.insert(words.end(), where.begin(), where.end());
      return rows(words);
    };
    const auto then = all({"state", "--org", "Elsewhere", "--at", before});
    BOOST_REQUIRE_EQUAL(then.size(), 1u);
    BOOST_TEST(then[0]["id"] == other.body["id"].get<std::string>());
    const auto now_there = all({"state", "--org", "Elsewhere", "--at", now()});
    BOOST_REQUIRE_EQUAL(now_there.size(), 2u);
    BOOST_TEST(now_there[1]["id"] == id);
    for (const char* command : {"log", "export"}) {
      const auto events = all({command, "--org", "Elsewhere"});
      BOOST_REQUIRE_EQUAL(events.size(), 2u);
      BOOST_TEST(events[1]["stream"] == id);
      BOOST_TEST(all({command, "--org", "Elsewhere", "--until", before}).size() == 1u);
      BOOST_TEST(all({command, "--org", "Elsewhere", "--since", before}).size() >= 1u);
    }
    const auto changed = all({"diff", "--org", "Elsewhere", "--from", before});
    BOOST_REQUIRE_EQUAL(changed.size(), 1u);
    BOOST_TEST(changed[0]["actor"] == id);
    BOOST_TEST(all({"timeline", "--org", "Elsewhere"}).size() == 2u);
    BOOST_TEST(all({"timeline", "--org", "Elsewhere", "--from", before}).size() == 1u);
  }
  BOOST_TEST(run({"state", "--at", "1m"}).code == 2);
  BOOST_TEST(run({"state", phone, "--org", "Elsewhere", "--at", "1m"}).code == 2);
}

BOOST_FIXTURE_TEST_CASE(a_fork_takes_over_the_past_and_can_prove_it, People) {
  const std::string at = std::to_string(last("Phone.Bound"));
  const Ran made = run_words({"fork", phone, "--at", at, "--name", "what if"});
  BOOST_REQUIRE_MESSAGE(made.code == 0, made.err);
  const std::string fork = made.out.substr(0, made.out.find('\n'));
  settle();
  const auto state =
      rows({"state", fork, "--at", "position:" + std::to_string(last("Phone.Forked"))});
  BOOST_TEST(state.at(0)["phase"] == "stopped");
  BOOST_TEST(state[0]["state"]["profile"]["name"] == "what if");
  BOOST_TEST(state[0]["state"]["profile"]["bound_user"].is_null());
  for (const auto& start : node.host.sent<host::StartGuest>()) {
    BOOST_TEST((to_text(start.phone) != fork));  // nothing boots by itself
  }
  // It lives on its own: the origin does not notice.
  BOOST_TEST(node.admin().post("/v1/" + test::path_of(fork) + "/start").status == 200u);
  BOOST_TEST(rows({"log", "--actor", phone}).size() == 4u);
  settle();

  const Ran proof = run({"prove", std::to_string(last("Phone.Forked"))});
  write("proof", proof.out);
  const Ran checked = run({"check", file("proof"), "--key", key});
  BOOST_TEST(checked.out.find("forked from " + phone) != std::string::npos,
             checked.out + checked.err);
  write("fork", run({"bundle", "--actor", fork}).out);
  write("origin", run({"bundle", "--actor", phone, "--to", "position:" + at}).out);
  write("longer", run({"bundle", "--actor", phone}).out);
  const auto against = [&](const std::string& origin) {
    return run({"check", file("fork"), "--key", key, "--origin", file(origin)});
  };
  for (const char* origin : {"origin", "longer"}) {
    const Ran whole = against(origin);
    BOOST_TEST(whole.code == 0, whole.err);
    BOOST_TEST(whole.out.find("is what that came to") != std::string::npos, whole.out);
  }
  write("shorter", run({"bundle", "--actor", phone, "--to", "version:1"}).out);
  BOOST_TEST(against("shorter").code == 1);
  write("another", run({"bundle", "--actor", fork}).out);
  BOOST_TEST(against("another").code == 1);
  BOOST_TEST(run({"check", file("origin"), "--key", key, "--origin", file("fork")}).code == 1);
  // Its own history replays from nothing but the log.
  BOOST_TEST(run({"replay", "--until", "1m", "--data", folder.path().string()}).code == 0);
  BOOST_TEST(run_words({"fork", fork, "--at", std::to_string(node.log->last_position(0))}).code ==
             0);
}

BOOST_FIXTURE_TEST_CASE(only_operators_fork_and_only_phones, People) {
  const std::string at = std::to_string(last("Phone.Bound"));
  const std::string path = "/v1/" + test::path_of(phone) + "/fork";
  BOOST_TEST(node.as("ann").post(path, {{"position", 5}}).status == 403u);
  BOOST_TEST(node.as("aud").post(path, {{"position", 5}}).status == 403u);
  BOOST_TEST(node.admin().post(path, {{"position", 1}}).status == 404u);  // it was not yet
  BOOST_TEST(node.admin().post(path, {{"position", 0}}).status == 400u);
  BOOST_TEST(node.admin().post(path, {{"position", 99'999}}).status == 404u);
  const Ran user = run_words({"fork", ann, "--at", at});
  BOOST_TEST(user.code == 1);
  BOOST_TEST(user.err.find("one person") != std::string::npos, user.err);
  BOOST_TEST(run_words({"fork", phone, "--at", "0"}).code == 2);
}

BOOST_FIXTURE_TEST_CASE(anomalies_end_with_a_code_of_their_own, People) {
  const Ran clean = run({"anomalies"});
  BOOST_TEST(clean.code == 0, clean.out + clean.err);
  test::HttpClient member = node.as("ann");
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(member.post("/v1/" + test::path_of(phone) + "/start").status == 403u);
    node.clock.now += 61'000'000;
  }
  write("rules.toml", "[refusal_burst]\ncount = 3\nwithin_s = 600\n");
  for (const auto& where : {std::vector<std::string>{}, {"--data", folder.path().string()}}) {
    std::vector<std::string> words{"anomalies", "--rules", file("rules.toml")};
    words.insert(words.end(), where.begin(), where.end());
    BOOST_TEST(test::eventually([&] { return run(words).code == 3; }));
    const Ran found = run(words);
    BOOST_TEST(found.out.find("refusal_burst") != std::string::npos, found.out);
    BOOST_TEST(found.out.find(ann) != std::string::npos, found.out);
  }
  write("rules.toml", "[refusal_burts]\n");
  BOOST_TEST(run({"anomalies", "--rules", file("rules.toml")}).code == 2);
  write("rules.toml", run({"anomalies", "--print-rules"}).out);
  BOOST_TEST(run({"anomalies", "--rules", file("rules.toml")}).code == 0);
}
