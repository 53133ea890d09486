// A server side on the in-memory log, with a host that is only a record of what it was told.
#pragma once

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actors/server_side.h"
#include "eventstore/memory_event_log.h"
#include "tests/unit/server/http_client.h"

namespace rookery::test {

class SetClock final : public Clock {
 public:
  std::int64_t now_us() const override { return now.load(); }
  std::atomic<std::int64_t> now{1'700'000'000'000'000};
};

// The host's in-memory twin: guests start and stop in no time, or not at all.
class TwinHost final : public host::Link {
 public:
  host::Description description() const override;
  void send(host::Command command) override;
  // Keeps what it was sent with the upgrade, and closes, but for `keeps_streams`.
  void let_in(std::unique_ptr<ByteStream> stream) override;
  std::size_t let_in_count() const;
  std::string early_bytes() const;
  std::unique_ptr<ByteStream> kept_stream();

  template <class Command>
  std::vector<Command> sent() const {
    const std::lock_guard lock(mutex_);
    std::vector<Command> out;
    for (const host::Command& command : commands_) {
      if (const auto* one = std::get_if<Command>(&command)) out.push_back(*one);
    }
    return out;
  }

  host::ReportSink reports;
  std::atomic<bool> silent{false};  // takes orders and reports nothing
  std::atomic<bool> broken{false};  // no guest starts
  std::atomic<bool> keeps_streams{false};

 private:
  mutable std::mutex mutex_;
  std::vector<host::Command> commands_;
  std::vector<std::string> let_in_;
  std::unique_ptr<ByteStream> kept_;
};

inline constexpr const char* kPassword = "correct horse";

struct TestNode {
  TestNode();
  // Backups of the log can be made where there is a folder for them.
  explicit TestNode(std::shared_ptr<EventLog> kept_log, std::filesystem::path backups = {});
  // HTTPS with these PEM files.
  TestNode(const std::string& tls_chain_file, const std::string& tls_key_file);
  // With other options than usual.
  explicit TestNode(const std::function<void(GatewayOptions&)>& change);
  ~TestNode();

  // A client that is signed in as the first operator.
  HttpClient admin();
  HttpClient as(const std::string& login);
  HttpClient nobody() { return HttpClient(server->port()); }
  // Another user of the first operator's organization; their id.
  Json add_user(const std::string& login, const std::string& role);
  Json add_phone(const std::string& name);
  // A running phone bound to `user`.
  Json add_running_phone(const std::string& name, const Json& user);
  Json organization();
  static TicketSecret ticket_secret();

  std::shared_ptr<EventLog> log;
  SetClock clock;
  TwinHost host;
  std::unique_ptr<ServerSide> server;

 private:
  TestNode(
      std::shared_ptr<EventLog> kept_log, const std::string& tls_chain_file,
      const std::string& tls_key_file, std::filesystem::path backups,
      const std::function<void(GatewayOptions&)>& change = [](GatewayOptions&) {});
};

// Waits, generously, until `done` holds.
bool eventually(const std::function<bool()>& done);

}  // namespace rookery::test
