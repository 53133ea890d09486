// What all handlers share: the parts of the server, and the ways to ask them without blocking.
#pragma once

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "actors/gateway/await_callback.h"
#include "actors/gateway/gateway.h"
#include "actors/gateway/host_signer.h"
#include "actors/gateway/http_message.h"
#include "actors/gateway/position_gate.h"
#include "actors/gateway/router.h"
#include "actors/gateway/token.h"
#include "actors/gateway/try_limit.h"

namespace rookery {

// Belongs to the io context's one thread.
class Api {
 public:
  static constexpr std::int64_t kTriesSpanUs = 60'000'000;

  Api(boost::asio::io_context& io, const ServerParts& parts, const GatewayKeys& keys,
      const PasswordCost& cost, std::string scheme, std::string public_url);

  const ServerParts parts;
  const TokenSealer tokens;
  const TicketSecret ticket_secret;
  const HostSigner host_signer;
  const std::string scheme;      // of this server's own addresses
  const std::string public_url;  // instead of them; empty: none
  PositionGate gate;
  Passwords passwords;
  // Of people who have not proved who they are. By address, everything that fails; by link, or by
  // account and address, what failed of it; by session, how often its viewer came back.
  TryLimit tries_from{60, kTriesSpanUs};
  TryLimit failed_tries{10, kTriesSpanUs};
  TryLimit resumes{60, kTriesSpanUs};

  asio::awaitable<CommandReply> deliver(EntityId id, AnyCommand command, Provenance provenance);
  asio::awaitable<ActorView> inspect(EntityId id);
  // Delivers in the request's name, waits until the lists show it, and answers with the version
  // (and with 201 the id), or with what went wrong.
  asio::awaitable<Answer> write(const Request& request, EntityId id, AnyCommand command,
                                unsigned status = 200);
  // The same in two steps, for those who answer in their own words.
  asio::awaitable<CommandReply> write_and_see(const Request& request, EntityId id,
                                              AnyCommand command);
  // Runs what reads much on a thread that may wait for the disk.
  asio::awaitable<Answer> read_aside(std::function<Answer()> read);
  // Nothing: too many passwords are being worked on.
  asio::awaitable<std::optional<std::string>> hash_password(std::string password);
  asio::awaitable<std::optional<bool>> verify_password(std::string password,
                                                       std::optional<std::string> hash);

  // The id of what this request makes: the same request again makes the same.
  EntityId new_id(const Request& request, EntityKind kind) const;
  Provenance provenance(const Request& request) const;

 private:
  boost::asio::io_context& io_;
  WorkPool readers_;
};

// The answer to a reply that is not kAccepted.
Answer problem_of(const CommandReply& reply);
Answer too_busy();
Answer too_many_tries();
// Nothing: the password may be set.
std::optional<Answer> password_problem(const std::string& password);

// Any aggregate's command as the directory takes it.
template <class Command>
AnyCommand any_command(Command command) {
  if constexpr (std::is_constructible_v<organization::Command, Command>) {
    return organization::Command(std::move(command));
  } else if constexpr (std::is_constructible_v<user::Command, Command>) {
    return user::Command(std::move(command));
  } else if constexpr (std::is_constructible_v<phone::Command, Command>) {
    return phone::Command(std::move(command));
  } else if constexpr (std::is_constructible_v<link::Command, Command>) {
    return link::Command(std::move(command));
  } else {
    return session::Command(std::move(command));
  }
}

}  // namespace rookery
