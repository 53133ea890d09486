#include "tools/rookery/shell.h"

#include <deque>
#include <ostream>

#include "tools/rookery/audit_source.h"
#include "tools/rookery/interrupt.h"
#include "tools/rookery/phone_actions.h"
#include "tools/rookery/print.h"
#include "tools/rookery/table.h"
#include "tools/rookery/time_text.h"
#include "tools/rookery/words.h"

namespace rookery::tool {
namespace {

constexpr std::size_t kEventsShown = 20;
constexpr std::size_t kActorsPage = 500;

}  // namespace

const std::vector<Shell::Command>& Shell::commands() {
  static const std::vector<Command> all = {
      {"help", "help", "this list", &Shell::help},
      {"list", "list KIND", "all actors of a kind", &Shell::list},
      {"show", "show KIND/ID", "state, version, epoch, mailbox, last events", &Shell::show},
      {"events", "events KIND/ID [COUNT|all]", "its last events (20)", &Shell::events},
      {"follow", "follow [KIND/ID] [type PREFIX]", "events as they happen, until Ctrl-C",
       &Shell::follow},
      {"state", "state KIND/ID at version N|position N|time T", "its state in the past",
       &Shell::state},
      {"phone", "phone start|stop ID", "start or stop a phone and wait for it", &Shell::phone},
      {"whoami", "whoami", "who the token belongs to", &Shell::whoami},
      {"exit", "exit", "leave (also Ctrl-D)", &Shell::leave},
      {"quit", "quit", "leave", &Shell::leave},
  };
  return all;
}

Outcome Shell::run(const std::string& line) {
  const auto split = split_commands(line);
  if (!split) return usage_failure(split.error().message);
  for (const auto& words : *split) {
    Outcome outcome = run_command(words);
    context_.out.flush();
    if (left_ || std::holds_alternative<Failure>(outcome)) return outcome;
  }
  return Done{};
}

Outcome Shell::run_command(const Words& words) {
  for (const auto& command : commands()) {
    if (words.front() == command.name) return (this->*command.run)(words);
  }
  return usage_failure("no command '" + escape_text(words.front()) + "': type help for the list");
}

Outcome Shell::usage_of(const std::string& name) const {
  for (const auto& command : commands()) {
    if (name == command.name) return usage_failure(std::string("write: ") + command.usage);
  }
  return usage_failure("type help for the commands");
}

Outcome Shell::help(const Words&) {
  Table table({"COMMAND", "WHAT IT SHOWS OR DOES"});
  for (const auto& command : commands()) table.add({command.usage, command.description});
  context_.out << table.text() << "KIND is one of " << kind_words()
               << ". An id may be cut short; a phone may be named. Separate commands with ;\n";
  return Done{};
}

Outcome Shell::list(const Words& words) {
  if (words.size() != 2) return usage_of("list");
  const auto kind = parse_kind(words[1]);
  if (!kind || *kind == EntityKind::kSystem) {
    return usage_failure("no kind '" + escape_text(words[1]) + "': write one of " + kind_words());
  }
  // Names are a courtesy: who may not see the list still gets the actors.
  std::map<std::string, std::string> names;
  if (const auto listed = list_entities(api_, *kind)) {
    for (const auto& entity : *listed) names[entity.id] = entity.name;
  }
  Json all = Json::array();
  std::string after;
  for (;;) {
    const auto page = api_.get(
        "/v1/actors" +
        query_text({{"kind", words[1]}, {"limit", std::to_string(kActorsPage)}, {"after", after}}));
    if (!page) return Failure(page.error());
    const Json items = page->value("items", Json::array());
    for (Json item : items) {
      item["name"] = names[text_field(item, "id")];
      all.push_back(std::move(item));
    }
    if (items.empty() || text_field(items.back(), "id") == after) break;
    after = text_field(items.back(), "id");
  }
  print_items(context_, {{"items", all}}, {{"ID", "id"}, {"ACTIVE", "active"}, {"NAME", "name"}});
  return Done{};
}

void Shell::print_actor(const Json& actor) {
  if (context_.settings.json) {
    print_record(context_, actor);
    return;
  }
  Json head = actor;
  head.erase("last_events");
  head.erase("state");
  print_record(context_, head);
  if (actor.contains("state") && actor["state"].is_object()) {
    Json state = Json::object();
    for (const auto& [name, value] : actor["state"].items()) state["state." + name] = value;
    print_record(context_, state);
  }
  for (const auto& event : actor.value("last_events", Json::array())) {
    context_.out << event_line(event) << "\n";
  }
}

Outcome Shell::show(const Words& words) {
  if (words.size() != 2) return usage_of("show");
  const auto id = find_entity(api_, words[1]);
  if (!id) return Failure(id.error());
  const auto answer = api_.get("/v1/actors/" + to_text(*id));
  if (!answer) return Failure(answer.error());
  print_actor(*answer);
  return Done{};
}

Outcome Shell::events(const Words& words) {
  if (words.size() < 2 || words.size() > 3) return usage_of("events");
  std::size_t count = kEventsShown;
  if (words.size() == 3) {
    const auto number = parse_number(words[2]);
    if (!number && words[2] != "all") return usage_of("events");
    count = number ? *number : 0;
    if (number && count == 0) return Done{};
  }
  const auto id = find_entity(api_, words[1]);
  if (!id) return Failure(id.error());
  EventFilter filter;
  filter.actor = *id;
  std::deque<Json> last;
  const auto source = audit_server(Api(api_.server(), api_.token()));
  const auto status = source->read_events(filter, [&](const Json& event) {
    if (count == 0) {
      print_event(context_, event);
      return context_.out.good();
    }
    last.push_back(event);
    if (last.size() > count) last.pop_front();
    return true;
  });
  for (const auto& event : last) print_event(context_, event);
  return outcome_of(status);
}

Outcome Shell::follow(const Words& words) {
  std::string actor;
  std::string type;
  std::size_t at = 1;
  if (at < words.size() && words[at] != "type") {
    const auto id = find_entity(api_, words[at++]);
    if (!id) return Failure(id.error());
    actor = to_text(*id);
  }
  if (at + 1 < words.size() && words[at] == "type") {
    type = words[at + 1];
    at += 2;
  }
  if (at != words.size()) return usage_of("follow");
  const auto status = api_.follow(
      "/v1/events/follow" + query_text({{"actor", actor}, {"type", type}}), [&](const Json& event) {
        print_event(context_, event);
        context_.out.flush();
        return context_.out.good();
      });
  if (interrupted()) return Done{};
  if (!status) return Failure(status.error());
  return Failure(Error{"the server ended the stream of events: follow again"});
}

Outcome Shell::state(const Words& words) {
  if (words.size() != 5 || words[2] != "at") return usage_of("state");
  if (words[3] != "version" && words[3] != "position" && words[3] != "time") {
    return usage_of("state");
  }
  const auto moment = parse_moment(words[3] + ":" + words[4], wall_clock_us());
  if (!moment) return usage_failure(moment.error().message);
  const auto id = find_entity(api_, words[1]);
  if (!id) return Failure(id.error());
  const auto answer = api_.get("/v1/state/" + to_text(*id) + moment_query(*moment));
  if (!answer) return Failure(answer.error());
  print_actor(*answer);
  return Done{};
}

Outcome Shell::phone(const Words& words) {
  if (words.size() != 3 || (words[1] != "start" && words[1] != "stop")) return usage_of("phone");
  const auto id = find_entity(api_, EntityKind::kPhone, words[2]);
  if (!id) return Failure(id.error());
  const auto to = words[1] == "start" ? PhoneSwitch::kStart : PhoneSwitch::kStop;
  const auto answer = switch_phone(api_, *id, to, true, kSwitchTimeout);
  if (!answer) return Failure(answer.error());
  print_done(context_, *answer, to_text(*id) + " is " + escape_text(text_field(*answer, "phase")));
  return Done{};
}

Outcome Shell::whoami(const Words&) {
  const auto answer = api_.get("/v1/me");
  if (!answer) return Failure(answer.error());
  print_record(context_, *answer);
  return Done{};
}

Outcome Shell::leave(const Words&) {
  left_ = true;
  return Done{};
}

}  // namespace rookery::tool
