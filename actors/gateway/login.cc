#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"

namespace rookery {
namespace {

Answer wrong_login() {
  return problem(401, "wrong_login", "login or password is wrong: try again");
}

// Who guesses is slowed down before anything is calculated or written for them. By account and
// address, so that no stranger can keep the owner out.
class LoginTry {
 public:
  LoginTry(Api& api, const Request& request, const EntityId& user)
      : api_(api),
        from_(neighbourhood(request.remote_address)),
        account_(to_text(user) + " from " + from_) {}
  bool take() {
    const std::int64_t now_us = api_.parts.clock.now_us();
    return api_.tries_from.take(from_, now_us) && api_.failed_tries.take(account_, now_us);
  }
  void give_back() {
    api_.tries_from.give_back(from_);
    api_.failed_tries.give_back(account_);
  }

 private:
  Api& api_;
  const std::string from_;
  const std::string account_;
};

// Names that nobody has share one stream of refused attempts: strangers must not make streams.
EntityId recorded_by(const std::optional<UserView>& known, const EntityId& id) {
  return known ? id : named_entity_id(EntityKind::kUser, "unknown login");
}

// Whether the login exists, the way and the time are the same: check a password, record what came
// of it. Who waits for a place among those checks costs nothing yet.
asio::awaitable<Answer> log_in(Api& api, Request request) {
  BodyFields fields(request.body);
  const std::string login = fields.text("login");
  const std::string password = fields.text("password");
  if (const auto bad = fields.problem()) co_return *bad;
  LoginTry attempt(api, request, named_entity_id(EntityKind::kUser, login));
  if (!attempt.take()) co_return too_many_tries();

  // Each attempt is one of its own, whatever key it carries: none may hide behind another's record.
  request.command_id = random_id128(api.parts.random);
  const EntityId id = named_entity_id(EntityKind::kUser, login);
  const auto known = api.parts.models.user(id);
  ActorView view;
  if (known) view = co_await api.inspect(id);
  const auto* state = std::get_if<user::State>(&view.state);
  const user::Account* account = state == nullptr ? nullptr : user::account_of(*state);
  std::optional<std::string> hash;
  if (account != nullptr) hash = account->password_hash;
  const std::optional<bool> right = co_await api.verify_password(password, hash);
  if (!right || *right) attempt.give_back();
  if (!right) co_return too_busy();

  // Who could not prove it stands in the log as the system's own finding.
  request.principal.user = *right ? id : EntityId{};
  AnyCommand report = any_command(user::ReportSignIn{*right, request.remote_address});
  const CommandReply reply =
      co_await api.write_and_see(request, recorded_by(known, id), std::move(report));
  if (!*right || account == nullptr) co_return wrong_login();
  if (reply.kind != ReplyKind::kAccepted) co_return problem_of(reply);

  TokenClaims claims;
  claims.principal = {id, account->organization, account->role};
  claims.password_version = known->password_version;
  claims.expires_us = api.parts.clock.now_us() + kTokenLifetimeUs;
  Answer answer;
  answer.body = {{"token", api.tokens.seal(claims)},
                 {"expires_us", claims.expires_us},
                 {"user", to_text(id)},
                 {"organization", to_text(account->organization)},
                 {"role", account->role}};
  co_return answer;
}

asio::awaitable<Answer> who_am_i(Api& api, Request request) {
  const auto user = api.parts.models.user(request.principal.user);
  if (!user) co_return not_found("user");
  Answer answer;
  answer.body = {{"user", to_text(user->id)},
                 {"login", user->login},
                 {"organization", to_text(user->organization)},
                 {"role", user->role}};
  co_return answer;
}

asio::awaitable<Answer> health(Api& api, Request) {
  if (const auto failure = api.parts.log.failure()) {
    co_return problem(503, "store_stopped", *failure + ": mend it and restart rookeryd");
  }
  const auto failure = api.parts.follower.failure();
  if (failure) co_return problem(503, "read_models_stopped", *failure);
  Answer answer;
  answer.body["ok"] = true;
  co_return answer;
}

}  // namespace

void add_login_routes(Router& router, Api& api) {
  router.add(http::verb::post, "/v1/login", "",
             [&api](Request request) { return log_in(api, std::move(request)); });
  router.add(http::verb::get, "/v1/me", "KooPhone:self:get",
             [&api](Request request) { return who_am_i(api, std::move(request)); });
  router.add(http::verb::get, "/healthz", "",
             [&api](Request request) { return health(api, std::move(request)); });
}

}  // namespace rookery
