#include "tests/unit/server/test_node.h"

#include <sodium.h>

#include <chrono>
#include <thread>

namespace rookery::test {

host::Description TwinHost::description() const {
  host::Description out{"twin", "127.0.0.1:4700", {}};
  out.public_key.fill(7);
  return out;
}

void TwinHost::send(host::Command command) {
  {
    const std::lock_guard lock(mutex_);
    commands_.push_back(command);
  }
  if (silent) return;
  if (const auto* start = std::get_if<host::StartGuest>(&command)) {
    if (broken) {
      reports(host::GuestStopped{start->phone, start->boot, true, "no screen"});
    } else {
      reports(host::GuestStarted{start->phone, start->boot});
    }
  } else if (const auto* stop = std::get_if<host::StopGuest>(&command)) {
    reports(host::GuestStopped{stop->phone, stop->boot, false, "stopped"});
  }
}

void TwinHost::let_in(std::unique_ptr<ByteStream> stream) {
  if (keeps_streams) {
    const std::lock_guard lock(mutex_);
    kept_ = std::move(stream);
    return;
  }
  std::string early(64, 0);
  const auto size = stream->read({reinterpret_cast<std::uint8_t*>(early.data()), early.size()});
  early.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::lock_guard lock(mutex_);
  let_in_.push_back(std::move(early));
}

std::unique_ptr<ByteStream> TwinHost::kept_stream() {
  const std::lock_guard lock(mutex_);
  return std::move(kept_);
}

std::size_t TwinHost::let_in_count() const {
  const std::lock_guard lock(mutex_);
  return let_in_.size();
}

std::string TwinHost::early_bytes() const {
  const std::lock_guard lock(mutex_);
  return let_in_.empty() ? "" : let_in_.back();
}

TestNode::TestNode() : TestNode(make_memory_event_log()) {}

TestNode::TestNode(std::shared_ptr<EventLog> kept_log, std::filesystem::path backups)
    : TestNode(std::move(kept_log), "", "", std::move(backups)) {}

TestNode::TestNode(const std::string& tls_chain_file, const std::string& tls_key_file)
    : TestNode(make_memory_event_log(), tls_chain_file, tls_key_file, {}) {}

TestNode::TestNode(const std::function<void(GatewayOptions&)>& change)
    : TestNode(make_memory_event_log(), "", "", {}, change) {}

TestNode::TestNode(std::shared_ptr<EventLog> kept_log, const std::string& tls_chain_file,
                   const std::string& tls_key_file, std::filesystem::path backups,
                   const std::function<void(GatewayOptions&)>& change)
    : log(std::move(kept_log)) {
  ServerOptions options;
  options.first_admin = "root";
  options.first_admin_password = kPassword;
  options.gateway.password_cost = {1, 8192};
  options.gateway.keys.token.fill(1);
  options.gateway.keys.ticket = ticket_secret();
  options.gateway.request_ms_max = 500;
  options.gateway.backups = std::move(backups);
  options.gateway.tls_chain_file = tls_chain_file;
  options.gateway.tls_key_file = tls_key_file;
  options.gateway.page = {{"index.html", "<p>the page</p>", "as gzip", "as br"},
                          {"assets/page-0123456789ab.js", "1;", "", ""}};
  change(options.gateway);
  auto made = make_server_side(*log, clock, system_random(), options);
  BOOST_REQUIRE_MESSAGE(made.ok(), "the server side loads");
  server = std::move(*made);
  host.reports = server->reports();
  BOOST_REQUIRE(server->serve(host).ok());
}

TestNode::~TestNode() { server->close(false, 10'000); }

HttpClient TestNode::admin() { return as("root"); }

HttpClient TestNode::as(const std::string& login) {
  HttpClient client(server->port());
  const Reply reply = client.post("/v1/login", {{"login", login}, {"password", kPassword}});
  BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body.dump());
  client.token = reply.body["token"];
  return client;
}

TicketSecret TestNode::ticket_secret() {
  TicketSecret secret{};
  secret.fill(2);
  return secret;
}

Json TestNode::organization() { return admin().get("/v1/me").body["organization"]; }

Json TestNode::add_user(const std::string& login, const std::string& role) {
  const Reply reply = admin().post("/v1/users", {{"organization", organization()},
                                                 {"login", login},
                                                 {"password", kPassword},
                                                 {"role", role}});
  BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body.dump());
  return reply.body["id"];
}

Json TestNode::add_phone(const std::string& name) {
  const Reply reply =
      admin().post("/v1/phones", {{"organization", organization()}, {"name", name}});
  BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body.dump());
  return reply.body["id"];
}

Json TestNode::add_running_phone(const std::string& name, const Json& user) {
  const Json phone = add_phone(name);
  HttpClient client = admin();
  const std::string path = "/v1/" + path_of(phone);
  BOOST_REQUIRE_EQUAL(client.post(path + "/bind", {{"user", user}}).status, 200);
  BOOST_REQUIRE_EQUAL(client.post(path + "/start").status, 200);
  BOOST_REQUIRE_EQUAL(client.get(path + "?wait=running").body["phase"], "running");
  return phone;
}

bool eventually(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace rookery::test
