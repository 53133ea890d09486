#include "tests/end_to_end/kill_loop_client.h"

#include <exception>

namespace rookery::test {

KillLoopClient::KillLoopClient(int number, Json organization, Json user, ExpectedState& expected,
                               std::uint64_t seed)
    : number_(number),
      organization_(std::move(organization)),
      user_(std::move(user)),
      expected_(expected),
      chance_(seed) {}

Reply KillLoopClient::send(HttpClient& client, const KeyedCommand& command) {
  client.idempotency_key = command.key;
  return client.request(command.method, command.target, command.body.dump());
}

std::string KillLoopClient::work(std::uint16_t port, const std::string& token) {
  HttpClient client(port);
  client.token = token;
  while (true) {
    if (!cut_off_) cut_off_ = next();
    Reply reply;
    try {
      reply = send(client, *cut_off_);
    } catch (const std::exception&) {
      return {};
    }
    if (reply.status / 100 != 2) {
      return cut_off_->method + " " + cut_off_->target + ": " + reply.body.dump();
    }
    cut_off_->status = reply.status;
    cut_off_->answer = reply.body;
    expected_.acknowledged(*cut_off_);
    remember(*cut_off_);
    cut_off_.reset();
  }
}

KeyedCommand KillLoopClient::next() {
  const std::string name = std::to_string(number_) + "-" + std::to_string(commands_++);
  const std::string departments = "/v1/" + path_of(organization_) + "/departments";
  KeyedCommand command{"key " + name, "POST", "/v1/phones", Json::object(), 0, {}};
  const auto choice = chance_() % 5;
  if (choice == 1 && !unbound_phones_.empty()) {
    command.target = unbound_phones_.back() + "/bind";
    command.body = {{"user", user_}};
  } else if (choice == 2 && !stopped_phones_.empty()) {
    command.target = stopped_phones_.back() + "/start";
  } else if (choice == 3 && !departments_.empty()) {
    command.method = "PATCH";
    command.target = departments + "/" + departments_[chance_() % departments_.size()];
    command.body = {{"name", "renamed " + name}};
  } else if (choice == 4) {
    command.target = departments;
    command.body = {{"name", "department " + name}};
  } else {
    command.body = {{"organization", organization_}, {"name", "phone " + name}};
  }
  return command;
}

void KillLoopClient::remember(const KeyedCommand& command) {
  if (command.target.ends_with("/bind")) {
    unbound_phones_.pop_back();
  } else if (command.target.ends_with("/start")) {
    stopped_phones_.pop_back();
  } else if (command.target.ends_with("/departments")) {
    departments_.push_back(command.answer["id"]);
  } else if (command.target == "/v1/phones") {
    unbound_phones_.push_back("/v1/" + path_of(command.answer["id"]));
    stopped_phones_.push_back(unbound_phones_.back());
  }
}

}  // namespace rookery::test
