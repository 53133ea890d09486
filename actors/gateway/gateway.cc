#include "actors/gateway/gateway.h"

#include <spdlog/spdlog.h>

#include <thread>
#include <utility>

#include "actors/gateway/access_record.h"
#include "actors/gateway/client_address.h"
#include "actors/gateway/http_server.h"
#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "actors/gateway/socket_stream.h"
#include "actors/gateway/web_page.h"

namespace rookery {
namespace {

constexpr std::size_t kIdempotencyKeyBytesMax = 128;
constexpr std::string_view kBearer = "Bearer ";

class GatewayServer final : public Gateway {
 public:
  GatewayServer(const ServerParts& parts, const GatewayOptions& options, TlsContext tls)
      : tls_(std::move(tls)),
        io_(1),
        work_(asio::make_work_guard(io_)),
        api_(io_, parts, options.keys, options.password_cost, tls_ ? "https" : "http",
             options.public_url),
        proxies_(options.trusted_proxies),
        queries_wait_(options.queries_wait_for_log),
        record_(io_, parts.log, parts.clock, parts.random),
        page_(options.page),
        server_(
            io_, limits_of(options),
            [this](RawRequest request) { return respond(std::move(request)); }, tls_.get()) {
    add_login_routes(router_, api_);
    add_organization_routes(router_, api_);
    add_user_routes(router_, api_);
    add_phone_routes(router_, api_);
    add_session_routes(router_, api_);
    add_actor_routes(router_, api_);
    add_event_routes(router_, api_);
    add_state_routes(router_, api_);
    add_stream_routes(router_, api_);
    add_link_routes(router_, api_);
    add_invitation_routes(router_, api_);
    add_proof_routes(router_, api_);
    add_store_routes(router_, api_);
    add_access_routes(router_, api_);
    add_fork_routes(router_, api_);
  }

  ~GatewayServer() override { close(); }

  Status start(const GatewayOptions& options) {
    const Status listening = server_.listen(options.address, options.port);
    if (!listening) return listening;
    port_ = server_.port();
    record_.start();
    thread_ = std::thread([this] { io_.run(); });
    return Done{};
  }

  std::uint16_t port() const override { return port_; }

  void applied(Shard shard, std::uint64_t position) override { api_.gate.advance(shard, position); }

  void close() override {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
      server_.close();
      api_.gate.close();
      record_.close();
    });
    work_.reset();
    thread_.join();
  }

 private:
  static HttpLimits limits_of(const GatewayOptions& options) {
    HttpLimits limits;
    limits.body_bytes_max = options.body_bytes_max;
    limits.request = std::chrono::milliseconds(options.request_ms_max);
    return limits;
  }

  asio::awaitable<Answer> respond(RawRequest raw) {
    try {
      co_return co_await dispatch(std::move(raw));
    } catch (const std::exception& fault) {
      spdlog::error("a request failed: {}", fault.what());
    }
    co_return problem(500, "internal", "the server has a fault: its log says more");
  }

  asio::awaitable<Answer> dispatch(RawRequest raw) {
    auto target = split_target(raw.target);
    if (!target) co_return problem(400, "invalid", "the address has a broken % escape");
    if (WebPage::owns(target->path)) {
      co_return page_.answer({raw.method, target->path, raw.accept_encoding, raw.if_none_match});
    }
    Router::Match match = router_.find(raw.method, target->path);
    if (match.route == nullptr) co_return no_route(match);
    Request request;
    request.method = raw.method;
    request.parameters = std::move(match.parameters);
    request.query = std::move(target->query);
    request.remote_address = client_address(raw.remote_address, raw.forwarded_for, proxies_);
    request.websocket = std::move(raw.websocket);
    request.action = match.route->action;
    if (!request.action.empty()) {
      if (auto refused = admit(raw.authorization, request)) {
        Asked asked = asked_of(target->path, request);
        co_return co_await recorded(std::move(asked), std::move(*refused), false);
      }
      request.still_admitted = [this, token = raw.authorization, action = request.action] {
        Request again;
        again.action = action;
        return !admit(token, again).has_value();
      };
    }
    auto refused = read_body(raw, request);
    if (request.action.empty()) {
      if (refused) co_return std::move(*refused);
      co_return co_await match.route->handler(std::move(request));
    }
    Asked asked = asked_of(target->path, request);
    // A member's answered queries are about what is theirs. A backup is a query for everything.
    const bool telling =
        request.principal.role != "member" && request.action != "KooPhone:self:get" &&
        (request.method == http::verb::get || request.action == "KooPhone:store:backup");
    Answer answer;
    if (refused) {
      answer = std::move(*refused);
    } else {
      answer = co_await match.route->handler(std::move(request));
    }
    co_return co_await recorded(std::move(asked), std::move(answer), telling);
  }

  static Asked asked_of(const std::string& path, const Request& request) {
    return {request.principal.user,
            request.action,
            subject_of(path, request),
            request.remote_address,
            request.command_id,
            {},
            {}};
  }

  // The answer, once it may go out. `telling`: it tells somebody about others.
  asio::awaitable<Answer> recorded(Asked asked, Answer answer, bool telling) {
    const bool refused = answer.status >= 400 && answer.status < 500 && !answer.on_log;
    if (asked.principal.is_system() || !(refused || (telling && answer.status < 400))) {
      co_return answer;
    }
    if (refused) {
      asked.refusal_code = answer.body["error"].value("code", "");
      asked.refusal_message = answer.body["error"].value("message", "");
    }
    if (!queries_wait_) {
      record_.note(asked);
    } else if (!co_await record_.note_durably(std::move(asked))) {
      co_return problem(
          503, "store_failed",
          "the log did not take that this was asked, so there is no answer: try again");
    }
    co_return answer;
  }

  static Answer no_route(const Router::Match& match) {
    if (match.allow.empty()) {
      return problem(404, "not_found", "there is nothing at this address: check the path");
    }
    Answer answer = problem(405, "method_not_allowed", "this address takes " + match.allow);
    answer.allow = match.allow;
    return answer;
  }

  // Who asks, and may they ask this at all? Fills in the principal.
  std::optional<Answer> admit(const std::string& authorization, Request& request) const {
    if (!authorization.starts_with(kBearer)) {
      return problem(401, "unauthorized", "log in first: send Authorization: Bearer TOKEN");
    }
    const std::string_view token = std::string_view(authorization).substr(kBearer.size());
    const auto opened = api_.tokens.open(token, api_.parts.clock.now_us());
    if (const auto* bad = std::get_if<TokenProblem>(&opened)) {
      return *bad == TokenProblem::kExpired
                 ? problem(401, "token_expired", "the token has expired: log in again")
                 : problem(401, "unauthorized", "the token is not of this server: log in again");
    }
    const TokenClaims& claims = std::get<TokenClaims>(opened);
    request.principal = claims.principal;
    const auto user = api_.parts.models.user(request.principal.user);
    if (!user || user->disabled) {
      return problem(401, "unauthorized", "this user may not act: ask an operator");
    }
    if (user->password_version != claims.password_version) {
      return problem(401, "token_expired", "the password was changed: log in again");
    }
    if (authorize(request.principal, request.action) != Verdict::kAllowed) {
      return problem(403, "forbidden",
                     "a " + request.principal.role + " may not do this: ask an operator");
    }
    return std::nullopt;
  }

  std::optional<Answer> read_body(const RawRequest& raw, Request& request) const {
    if (raw.idempotency_key.size() > kIdempotencyKeyBytesMax) {
      return problem(400, "invalid",
                     "an Idempotency-Key has at most 128 bytes: send a shorter one");
    }
    request.command_id = raw.idempotency_key.empty()
                             ? random_id128(api_.parts.random)
                             : named_command_id(request.principal.user, raw.idempotency_key);
    if (raw.body.empty()) return std::nullopt;
    request.body = Json::parse(raw.body, nullptr, false);
    if (request.body.is_object()) return std::nullopt;
    return problem(400, "bad_json", "the body must be one JSON object in UTF-8");
  }

  const TlsContext tls_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  Api api_;
  const std::vector<std::string> proxies_;
  const bool queries_wait_;
  AccessRecord record_;
  const WebPage page_;
  Router router_;
  HttpServer server_;
  std::thread thread_;
  std::uint16_t port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Gateway>> start_gateway(const ServerParts& parts,
                                               const GatewayOptions& options) {
  TlsContext tls;
  if (!options.tls_chain_file.empty()) {
    auto made = make_tls_context(options.tls_chain_file, options.tls_key_file);
    if (!made) return made.error();
    tls = std::move(*made);
  }
  auto gateway = std::make_unique<GatewayServer>(parts, options, std::move(tls));
  const Status started = gateway->start(options);
  if (!started) return started.error();
  return std::unique_ptr<Gateway>(std::move(gateway));
}

}  // namespace rookery
