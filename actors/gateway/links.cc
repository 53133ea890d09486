#include "actors/gateway/link_secret.h"
#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"

namespace rookery {
namespace {

constexpr std::uint64_t kLifetimeSDefault = std::uint64_t{24} * 3600;
constexpr std::uint64_t kLifetimeSMax = link::kLifetimeUsMax / 1'000'000;

std::string phase_of(const LinkView& link, std::int64_t now_us) {
  if (link.phase == link::Open::kPhase && now_us > link.expires_us) return "expired";
  return link.phase;
}

Json link_json(const Api& api, const LinkView& link) {
  return {{"id", to_text(link.id)},
          {"link_id", id_tail(link.id)},
          {"phone", to_text(link.phone)},
          {"maker", to_text(link.maker)},
          {"control", link.control},
          {"clipboard", clipboard_word(link.clipboard)},
          {"single_use", link.single_use},
          {"has_password", link.has_password},
          {"expires_us", link.expires_us},
          {"phase", phase_of(link, api.parts.clock.now_us())},
          {"uses", link.tally.uses},
          {"failed_tries", link.tally.failed_tries},
          {"server_fingerprint", api.host_signer.fingerprint()}};
}

// What the client called this server, if that can stand in an address.
std::string host_of(const Request& request) {
  const std::string& host = request.websocket.host;
  const bool plain = host.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789.-:[]") == std::string::npos;
  return plain ? host : "";
}

Answer made_answer(const Api& api, const Request& request, const LinkView& link) {
  const std::string secret = derive_link_secret(api.ticket_secret, link.id);
  const std::string path =
      "/p/#" + id_tail(link.id) + "." + secret + "." + api.host_signer.commitment();
  const std::string host = host_of(request);
  const std::string own = host.empty() ? "" : api.scheme + "://" + host;
  Answer answer;
  answer.status = 201;
  answer.body = link_json(api, link);
  answer.body["secret"] = secret;
  answer.body["path"] = path;
  answer.body["url"] = (api.public_url.empty() ? own : api.public_url) + path;
  return answer;
}

// Whose phone it is decides, as for the phone itself.
bool may(const Api& api, const Request& request, const LinkView& link) {
  const auto phone = api.parts.models.phone(link.phone);
  Resource resource{link.id, std::nullopt};
  if (phone) resource.owner = phone->bound_user;
  return authorize(request.principal, request.action, resource) == Verdict::kAllowed;
}

asio::awaitable<Answer> create(Api& api, Request request) {
  auto found = find_phone(api, request, request.parameters[0]);
  if (auto* missing = std::get_if<Answer>(&found)) co_return std::move(*missing);
  const PhoneView& phone = std::get<PhoneView>(found);
  BodyFields fields(request.body);
  link::Terms terms;
  terms.control = fields.flag("control", true);
  terms.single_use = fields.flag("single_use", false);
  const std::uint64_t lifetime_s = fields.number("lifetime_s", kLifetimeSDefault, kLifetimeSMax);
  const auto password = fields.optional_text("password");
  const auto wanted = fields.optional_text("clipboard");
  if (const auto bad = fields.problem()) co_return *bad;
  if (lifetime_s == 0) co_return problem(400, "invalid", "\"lifetime_s\" is at least 1");
  const auto clipboard = wanted ? parse_clipboard(*wanted) : std::nullopt;
  if (wanted && !clipboard) {
    co_return problem(400, "invalid", "\"clipboard\" is none, in, out or both");
  }
  if (password) {
    if (const auto bad = password_problem(*password)) co_return *bad;
    const std::optional<std::string> hash = co_await api.hash_password(*password);
    if (!hash) co_return too_busy();
    terms.password_hash = *hash;
  }
  const EntityId id = api.new_id(request, EntityKind::kLink);
  const std::int64_t now_us = api.parts.clock.now_us();
  terms.phone = phone.id;
  terms.organization = phone.organization;
  terms.maker = request.principal.user;
  terms.expires_us = now_us + static_cast<std::int64_t>(lifetime_s) * 1'000'000;
  terms.secret_hash = secret_hash(derive_link_secret(api.ticket_secret, id));
  AnyCommand command = any_command(link::Create{std::move(terms), now_us, clipboard});
  const CommandReply reply = co_await api.write_and_see(request, id, std::move(command));
  if (reply.kind != ReplyKind::kAccepted) co_return problem_of(reply);
  const auto made = api.parts.models.link(id);
  if (!made) co_return too_busy();
  co_return made_answer(api, request, *made);
}

Answer list_where(const Api& api, const Request& request, const std::optional<EntityId>& phone) {
  const auto wanted = [&](const LinkView& link) {
    return may(api, request, link) && (!phone || link.phone == *phone);
  };
  Answer answer;
  answer.body["items"] = Json::array();
  for (const LinkView& link : api.parts.models.links(wanted)) {
    answer.body["items"].push_back(link_json(api, link));
  }
  return answer;
}

asio::awaitable<Answer> list_all(Api& api, Request request) {
  QueryFields query(request.query);
  const auto phone = query.id("phone");
  if (const auto bad = query.problem()) co_return *bad;
  co_return list_where(api, request, phone);
}

asio::awaitable<Answer> list_of_phone(Api& api, Request request) {
  auto found = find_phone(api, request, request.parameters[0]);
  if (auto* missing = std::get_if<Answer>(&found)) co_return std::move(*missing);
  co_return list_where(api, request, std::get<PhoneView>(found).id);
}

std::optional<LinkView> find(const Api& api, const Request& request) {
  const auto id = path_id(EntityKind::kLink, request.parameters[0]);
  auto link = id ? api.parts.models.link(*id) : std::nullopt;
  if (link && !may(api, request, *link)) link.reset();
  return link;
}

asio::awaitable<Answer> show(Api& api, Request request) {
  const auto link = find(api, request);
  if (!link) co_return not_found("link");
  Answer answer;
  answer.body = link_json(api, *link);
  answer.body["revoke_reason"] = link->revoke_reason;
  answer.body["version"] = link->version;
  co_return answer;
}

asio::awaitable<Answer> revoke(Api& api, Request request) {
  const auto link = find(api, request);
  if (!link) co_return not_found("link");
  AnyCommand command = any_command(link::Revoke{"revoked over the API"});
  co_return co_await api.write(request, link->id, std::move(command));
}

}  // namespace

void add_link_routes(Router& router, Api& api) {
  const auto add = [&](http::verb method, const char* pattern, const char* action,
                       asio::awaitable<Answer> (*handler)(Api&, Request)) {
    router.add(method, pattern, action,
               [&api, handler](Request request) { return handler(api, std::move(request)); });
  };
  add(http::verb::post, "/v1/phones/*/links", "KooPhone:link:create", create);
  add(http::verb::get, "/v1/phones/*/links", "KooPhone:link:list", list_of_phone);
  add(http::verb::get, "/v1/links", "KooPhone:link:list", list_all);
  add(http::verb::get, "/v1/links/*", "KooPhone:link:get", show);
  add(http::verb::delete_, "/v1/links/*", "KooPhone:link:revoke", revoke);
}

}  // namespace rookery
