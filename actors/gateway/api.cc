#include "actors/gateway/api.h"

#include <algorithm>
#include <utility>

namespace rookery {
namespace {

constexpr std::size_t kReaders = 2;
constexpr std::size_t kReadsWaitingMax = 256;
constexpr std::chrono::seconds kSeeOwnWriteMax{10};

unsigned status_of(RefusalCode code) {
  switch (code) {
    case RefusalCode::kNotFound:
      return 404;
    case RefusalCode::kConflict:
      return 409;
    case RefusalCode::kInvalid:
      return 400;
    case RefusalCode::kForbidden:
      return 403;
    case RefusalCode::kExpired:
      return 410;
  }
  return 400;
}

}  // namespace

Answer too_many_tries() {
  return problem(429, "too_many_tries", "too many tries: wait a minute, then try again");
}

Answer too_busy() {
  return problem(503, "overloaded", "the server has too much to do: try again in a moment");
}

Answer problem_of(const CommandReply& reply) {
  switch (reply.kind) {
    case ReplyKind::kRefused: {
      Answer answer = problem(status_of(reply.refusal_code), refusal_code_name(reply.refusal_code),
                              reply.message);
      answer.on_log = reply.position > 0;
      return answer;
    }
    case ReplyKind::kQuarantined:
      return problem(503, "quarantined", reply.message);
    case ReplyKind::kStoreFailed:
      return problem(503, "store_failed", reply.message);
    case ReplyKind::kOverloaded:
    case ReplyKind::kAccepted:
      break;
  }
  return too_busy();
}

std::optional<Answer> password_problem(const std::string& password) {
  if (password.size() >= kPasswordBytesMin && password.size() <= kPasswordBytesMax) return {};
  return problem(400, "invalid",
                 "a password has " + std::to_string(kPasswordBytesMin) + " to " +
                     std::to_string(kPasswordBytesMax) + " bytes: choose another");
}

Api::Api(asio::io_context& io, const ServerParts& server_parts, const GatewayKeys& keys,
         const PasswordCost& cost, std::string own_scheme, std::string shown_url)
    : parts(server_parts),
      tokens(keys.token),
      ticket_secret(keys.ticket),
      host_signer(keys.ticket),
      scheme(std::move(own_scheme)),
      public_url(std::move(shown_url)),
      gate(io, server_parts.follower.positions()),
      passwords(cost),
      io_(io),
      readers_(kReaders, kReadsWaitingMax) {}

asio::awaitable<CommandReply> Api::deliver(EntityId id, AnyCommand command, Provenance provenance) {
  return await_callback<CommandReply>(
      io_, [this, id, command = std::move(command), provenance](auto done) mutable {
        parts.directory.deliver(id, std::move(command), provenance, std::move(done));
      });
}

asio::awaitable<ActorView> Api::inspect(EntityId id) {
  return await_callback<ActorView>(
      io_, [this, id](auto done) { parts.directory.inspect(id, std::move(done)); });
}

asio::awaitable<CommandReply> Api::write_and_see(const Request& request, EntityId id,
                                                 AnyCommand command) {
  CommandReply reply = co_await deliver(id, std::move(command), provenance(request));
  if (reply.position > 0) {
    const auto deadline = std::chrono::steady_clock::now() + kSeeOwnWriteMax;
    // Durable whether or not the lists show it in time: the answer is the same.
    co_await gate.reached(parts.log.shard_of(id), reply.position, deadline);
  }
  co_return reply;
}

asio::awaitable<Answer> Api::write(const Request& request, EntityId id, AnyCommand command,
                                   unsigned status) {
  const CommandReply reply = co_await write_and_see(request, id, std::move(command));
  if (reply.kind != ReplyKind::kAccepted) co_return problem_of(reply);
  Answer answer;
  answer.status = status;
  if (status == 201) answer.body["id"] = to_text(id);
  answer.body["version"] = reply.version;
  co_return answer;
}

asio::awaitable<Answer> Api::read_aside(std::function<Answer()> read) {
  return await_callback<Answer>(io_, [this, read = std::move(read)](auto done) {
    if (!readers_.submit([read, done] { done(read()); })) done(too_busy());
  });
}

asio::awaitable<std::optional<std::string>> Api::hash_password(std::string password) {
  using Hash = std::optional<std::string>;
  return await_callback<Hash>(io_, [this, password = std::move(password)](auto done) {
    const auto some = [done](std::string hash) { done(Hash(std::move(hash))); };
    if (!passwords.hash(password, some)) done(Hash());
  });
}

asio::awaitable<std::optional<bool>> Api::verify_password(std::string password,
                                                          std::optional<std::string> hash) {
  using Verified = std::optional<bool>;
  return await_callback<Verified>(
      io_, [this, password = std::move(password), hash = std::move(hash)](auto done) {
        const auto some = [done](bool right) { done(Verified(right)); };
        if (!passwords.verify(password, hash, some)) done(Verified());
      });
}

EntityId Api::new_id(const Request& request, EntityKind kind) const {
  return named_entity_id(kind, "made by command " + to_text(request.command_id));
}

Provenance Api::provenance(const Request& request) const {
  Provenance out;
  out.principal = request.principal.user;
  out.command_id = request.command_id;
  out.correlation_id = request.command_id;
  out.wall_time_us = parts.clock.now_us();
  return out;
}

}  // namespace rookery
