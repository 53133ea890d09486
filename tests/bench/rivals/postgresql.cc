// PostgreSQL: one table, (stream, version) unique, a transaction an event, synchronous commit.
// https://www.postgresql.org/docs/15/protocol-message-formats.html
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/bench/rivals/rival.h"
#include "tests/bench/rivals/socket_writers.h"
#include "tests/bench/store_load.h"

namespace rookery::bench {
namespace {

template <typename Integer>
std::string big_endian(Integer value) {
  std::string out(sizeof value, '\0');
  for (std::size_t i = 0; i < sizeof value; ++i) {
    out[sizeof value - 1 - i] = static_cast<char>(value >> (8 * i));
  }
  return out;
}

std::string message(char type, const std::string& body) {
  return type + big_endian<std::uint32_t>(static_cast<std::uint32_t>(body.size() + 4)) + body;
}

std::string text(const std::string& word) { return word + '\0'; }

std::string parameter(const std::string& bytes) {
  return big_endian<std::uint32_t>(static_cast<std::uint32_t>(bytes.size())) + bytes;
}

[[noreturn]] void refuse(std::string_view error) {
  std::string words(error.substr(5));
  std::replace(words.begin(), words.end(), '\0', ' ');
  die("postgresql: " + words);
}

// Up to the server's word that it is ready for the next query.
std::size_t ready_at(std::string_view received) {
  std::size_t at = 0;
  while (received.size() - at >= 5) {
    std::size_t size = 1;
    for (std::size_t i = 1, value = 0; i <= 4; ++i) {
      value = value << 8 | static_cast<unsigned char>(received[at + i]);
      size = 1 + value;
    }
    if (received.size() - at < size) return 0;
    if (received[at] == 'E') refuse(received.substr(at, size));
    at += size;
    if (received[at - size] == 'Z') return at;
  }
  return 0;
}

void query(const Connection& connection, const std::string& sql) {
  connection.send(message('Q', text(sql)));
  connection.receive(ready_at);
}

class PostgresqlDialect final : public Dialect {
 public:
  void open(const Connection& connection, std::size_t writer) override {
    const std::string startup = big_endian<std::uint32_t>(0x00030000) + text("user") +
                                text("bench") + text("database") + text("postgres") + '\0';
    connection.send(big_endian<std::uint32_t>(static_cast<std::uint32_t>(startup.size() + 4)) +
                    startup);
    connection.receive(ready_at);
    if (writer == 0) {
      query(connection,
            "create table events (stream bytea, version bigint, event bytea, answer bytea, "
            "primary key (stream, version))");
    }
    connection.send(message('P', text("") + text("insert into events values ($1, $2, $3, $4)") +
                                     big_endian<std::uint16_t>(0)) +
                    message('S', ""));
    connection.receive(ready_at);
  }
  std::string request(std::size_t writer, std::uint64_t version) override {
    const EntityId id = writer_stream(writer);
    const std::string stream(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
    const std::string binary = big_endian<std::uint16_t>(1) + big_endian<std::uint16_t>(1);
    return message('B', text("") + text("") + binary + big_endian<std::uint16_t>(4) +
                            parameter(stream) + parameter(big_endian(version)) +
                            parameter(event_bytes()) + parameter(answer_bytes()) +
                            big_endian<std::uint16_t>(0)) +
           message('E', text("") + big_endian<std::uint32_t>(0)) + message('S', "");
  }
  std::size_t answer(std::size_t, std::string_view received) override { return ready_at(received); }
};

// It listens a moment before it lets anybody in.
void wait_until_ready(const ServerProcess& server, const std::filesystem::path& output) {
  std::string log;
  while (log.find("ready to accept connections") == std::string::npos) {
    server.require_running();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::ifstream file(output);
    log.assign(std::istreambuf_iterator<char>(file), {});
  }
}

}  // namespace

std::unique_ptr<Rival> start_postgresql(const std::filesystem::path& folder, std::size_t writers) {
  std::vector<std::string> initdbs;
  for (int version = 18; version >= 13; --version) {
    initdbs.push_back("/usr/lib/postgresql/" + std::to_string(version) + "/bin/initdb");
  }
  const auto initdb = find_program(initdbs);
  if (!initdb) return nullptr;
  const std::string user = user_for("postgres", folder);
  const std::string data = (folder / "data").string();
  run_command({*initdb, "-D", data, "-U", "bench", "--auth=trust", "--no-instructions"}, user,
              folder.parent_path() / "postgresql-initdb");
  const std::filesystem::path output = folder.parent_path() / "postgresql-output";
  const auto server_program = std::filesystem::path(*initdb).parent_path() / "postgres";
  auto server = std::make_unique<ServerProcess>(
      std::vector<std::string>{server_program.string(), "-D", data, "-k", folder.string(), "-c",
                               "listen_addresses=", "-c", "port=5432", "-c",
                               "max_connections=" + std::to_string(writers + 8), "-c",
                               "shared_buffers=256MB", "-c", "max_wal_size=4GB", "-c", "fsync=on",
                               "-c", "synchronous_commit=on"},
      user, output);
  wait_until_ready(*server, output);
  const UnixSocket address{(folder / ".s.PGSQL.5432").string()};
  return std::make_unique<SocketRival>("postgresql", true, std::move(server), address,
                                       std::make_unique<PostgresqlDialect>(), writers);
}

}  // namespace rookery::bench
