// An actor's past, told field by field: the same from a server and from its database.
#include "tools/rookery/audit_history.h"

#include "tests/unit/rookery_tool/audited_node.h"

using namespace rookery;
using namespace rookery::tool;

namespace {

// A phone that was made, given to ann, taken from her, given to her again and started.
struct Told : AuditedNode {
  Told() {
    ann = node.add_user("ann", "member").get<std::string>();
    phone = node.add_phone("told").get<std::string>();
    const std::string path = "/v1/" + test::path_of(phone);
    test::HttpClient admin = node.admin();
    const auto bind = [&] { admin.post(path + "/bind", {{"user", ann}}); };
    bind();
    admin.post(path + "/unbind");
    bind();
    admin.post(path + "/start");
    admin.get(path + "?wait=running");
    name = "told";
  }

  std::vector<std::vector<std::string>> places() const {
    return {{}, {"--data", folder.path().string()}};
  }
  std::string both(std::vector<std::string> words) const {
    std::vector<std::string> answers;
    for (const auto& where : places()) {
      std::vector<std::string> all = words;
      all.insert(all.end(), where.begin(), where.end());
      const Ran ran = run(all);
      BOOST_REQUIRE_MESSAGE(ran.code == 0, ran.err);
      answers.push_back(ran.out);
    }
    BOOST_TEST(answers[0] == answers[1]);
    return answers[1];
  }
  // Of one JSON object a line.
  static std::vector<tool::Json> objects(const std::string& lines) {
    std::vector<tool::Json> all;
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);) all.push_back(tool::Json::parse(line));
    return all;
  }
  static const tool::Json* find(const tool::Json& changes, const std::string& field) {
    for (const auto& change : changes) {
      if (change["field"] == field) return &change;
    }
    return nullptr;
  }

  std::string ann;
  std::string phone;
  std::string name;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_timeline_tells_what_each_event_changed, Told) {
  const auto all = objects(both({"timeline", name, "-o", "json"}));
  BOOST_REQUIRE(all.size() >= 6u);
  BOOST_TEST(all[0]["phase_before"] == "absent");
  BOOST_TEST(all[0]["phase"] == "stopped");
  BOOST_TEST((*find(all[0]["changes"], "/profile/name"))["after"] == "told");
  BOOST_TEST(all[1]["type"] == "Phone.Bound");
  BOOST_TEST(all[1]["changes"].size() == 1u);
  BOOST_TEST((*find(all[1]["changes"], "/profile/bound_user"))["after"] == ann);
  BOOST_TEST((*find(all[2]["changes"], "/profile/bound_user"))["before"] == ann);
  BOOST_TEST((*find(all[2]["changes"], "/profile/bound_user"))["after"].is_null());
  BOOST_TEST(all.back()["phase"] == "running");
  const auto part =
      objects(both({"timeline", name, "-o", "json", "--from", "version:2", "--to", "version:4"}));
  BOOST_REQUIRE(part.size() == 3u);
  for (std::size_t i = 0; i < part.size(); ++i) BOOST_TEST(to_line(part[i]) == to_line(all[i + 1]));
  const std::string readable = both({"timeline", name});
  BOOST_TEST(readable.find("/profile/bound_user: null -> \"" + ann) != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_difference_names_the_last_event_behind_each_field, Told) {
  const auto whole = objects(both({"diff", name, "-o", "json"})).at(0);
  BOOST_TEST(whole["from_version"] == 0);
  const auto* bound = find(whole["changes"], "/profile/bound_user");
  BOOST_REQUIRE(bound != nullptr);
  BOOST_TEST((*bound)["before"].is_null());
  BOOST_TEST((*bound)["after"] == ann);
  BOOST_TEST((*bound)["version"] == 4);  // the second time
  BOOST_TEST((*bound)["type"] == "Phone.Bound");
  BOOST_TEST((*bound)["principal"].get<std::string>().starts_with("user/"));
  // There and back again is no difference.
  const auto none =
      objects(both({"diff", name, "-o", "json", "--from", "version:2", "--to", "version:4"}));
  BOOST_TEST(none.at(0)["changes"].empty());
  const auto one =
      objects(both({"diff", name, "-o", "json", "--from", "version:2", "--to", "version:3"}));
  BOOST_REQUIRE(one.at(0)["changes"].size() == 1u);
  BOOST_TEST(one.at(0)["changes"][0]["type"] == "Phone.Unbound");
  BOOST_TEST(run({"diff", name, "--from", "version:3", "--to", "version:2"}).code == 2);
  BOOST_TEST(run({"diff", name, "--from", "sometime"}).code == 2);
  BOOST_TEST(run({"diff", "nobody"}).code == 1);
}

BOOST_FIXTURE_TEST_CASE(a_difference_is_what_lies_between_two_states, Told) {
  auto source = audit_database(folder.path());
  BOOST_REQUIRE(source.ok());
  const EntityId id = *(*source)->find(name);
  const std::uint64_t last = number_field(*(*source)->state_at(id, {}), "version");
  const auto flat = [&](std::uint64_t version) {
    if (version == 0) return nlohmann::json::object();
    const auto state = (*source)->state_at(id, {Moment::By::kVersion, 0, version});
    return nlohmann::json((*state)["state"]).flatten();
  };
  for (std::uint64_t from = 0; from <= last; ++from) {
    for (std::uint64_t to = from; to <= last; ++to) {
      nlohmann::json patched = flat(from);
      const auto found = difference(**source, id, from, to);
      BOOST_REQUIRE(found.ok());
      for (const auto& change : (*found)["changes"]) {
        const std::string field = change["field"];
        BOOST_TEST((patched.value(field, nlohmann::json()) == nlohmann::json(change["before"])));
        patched[field] = change["after"];
      }
      const nlohmann::json expected = flat(to);
      for (const auto& [field, value] : expected.items()) {
        BOOST_TEST((patched[field] == value), field << " from " << from << " to " << to);
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(events_are_exported_as_lines_and_as_rows, Told) {
  // Who asks the server adds events: of those before, both know the same.
  const std::uint64_t end = node.log->last_position(0);
  const auto lines = objects(both({"export", "--until", "position:" + std::to_string(end)}));
  BOOST_TEST(lines.size() == end);
  const std::string csv = both({"export", "--format", "csv", "--actor", name});
  BOOST_TEST(
      csv.starts_with("position,time,time_us,stream,version,type,schema,epoch,principal,"
                      "command_id,causation_id,correlation_id,data\r\n"));
  BOOST_TEST(csv.find(",Phone.Bound,1,1,user/") != std::string::npos, csv);
  BOOST_TEST(csv.find("\"{\"\"name\"\"") == std::string::npos);
  BOOST_TEST(csv.find("\"\"user\"\":\"\"" + ann) != std::string::npos, csv);
  BOOST_TEST(both({"export", "--type", "Phone.Bound"}).find("Phone.Created") == std::string::npos);
  BOOST_TEST(run({"export", "--format", "xml"}).code == 2);
}

BOOST_AUTO_TEST_CASE(hostile_text_stays_in_its_cell) {
  const tool::Json event{{"position", 1},
                         {"time_us", 0},
                         {"stream", "a,b"},
                         {"type", "line\r\nbreak"},
                         {"data", {{"name", "\"; DROP"}}}};
  BOOST_TEST(csv_row(event) ==
             "1,1970-01-01T00:00:00.000Z,0,\"a,b\",,\"line\r\nbreak\",,,,,,,"
             "\"{\"\"name\"\":\"\"\\\"\"; DROP\"\"}\"\r\n");
}
