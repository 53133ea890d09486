#include "actors/gateway/link_secret.h"
#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "actors/gateway/tickets.h"

namespace rookery {
namespace {

Json session_json(const SessionView& session) {
  return {{"id", to_text(session.id)},
          {"phone", to_text(session.phone)},
          {"user", to_text(session.user)},
          {"phase", session.phase}};
}

// Of who came by a link; an account's stream rests on the server's own certificate.
Json fingerprint_of(const Api& api, const SessionView& session) {
  host::Link* host = api.parts.hosts.find_host(session.host);
  if (!session.resumable() || host == nullptr) return nullptr;
  const std::string secret = derive_link_secret(api.ticket_secret, session.link);
  return session_fingerprint(secret, session.id, host->description().public_key);
}

Json session_details(const Api& api, const SessionView& session) {
  Json out = session_json(session);
  out["fingerprint"] = fingerprint_of(api, session);
  out["organization"] = to_text(session.organization);
  out["host"] = session.host;
  out["control"] = session.control;
  out["clipboard"] = clipboard_word(session.clipboard);
  out["link"] = session.resumable() ? Json(to_text(session.link)) : Json(nullptr);
  out["remote_address"] = session.remote_address;
  out["end_reason"] = session.end_reason;
  out["quality"] = {{"round_trip_us", session.quality.round_trip_us},
                    {"frames_per_second_milli", session.quality.frames_per_second_milli},
                    {"bitrate_bps", session.quality.bitrate_bps},
                    {"packets_lost", session.quality.packets_lost},
                    {"glass_to_glass_us", session.quality.glass_to_glass_us}};
  out["totals"] = {{"bytes_sent", session.totals.bytes_sent},
                   {"bytes_received", session.totals.bytes_received},
                   {"frames_sent", session.totals.frames_sent},
                   {"inputs_received", session.totals.inputs_received}};
  out["version"] = session.version;
  return out;
}

bool may(const Request& request, const SessionView& session) {
  const Resource resource{session.id, session.user};
  return authorize(request.principal, request.action, resource) == Verdict::kAllowed;
}

std::optional<SessionView> find(const Api& api, const Request& request) {
  const auto id = path_id(EntityKind::kSession, request.parameters[0]);
  auto session = id ? api.parts.models.session(*id) : std::nullopt;
  if (session && !may(request, *session)) session.reset();
  return session;
}

session::Terms terms_for(const Api& api, const Request& request, const PhoneView& phone,
                         bool control) {
  session::Terms terms;
  terms.phone = phone.id;
  terms.user = request.principal.user;
  terms.organization = phone.organization;
  terms.host = phone.host;
  terms.ticket = ticket_of(request);
  terms.ticket_expires_us = api.parts.clock.now_us() + kTicketLifetimeUs;
  terms.control = control;
  return terms;
}

asio::awaitable<Answer> open(Api& api, Request request) {
  auto found = find_phone(api, request, request.parameters[0]);
  if (auto* missing = std::get_if<Answer>(&found)) co_return std::move(*missing);
  const PhoneView& phone = std::get<PhoneView>(found);
  BodyFields fields(request.body);
  const bool control = fields.flag("control", true);
  if (const auto bad = fields.problem()) co_return *bad;
  const EntityId id = api.new_id(request, EntityKind::kSession);
  if (!api.parts.models.session(id) && phone.phase != phone::Running::kPhase) {
    co_return problem(409, "conflict", "the phone is " + phone.phase + ": start it first");
  }
  AnyCommand command = any_command(session::Open{terms_for(api, request, phone, control)});
  const CommandReply reply = co_await api.write_and_see(request, id, std::move(command));
  if (reply.kind != ReplyKind::kAccepted) co_return problem_of(reply);
  co_return co_await hand_out_ticket(api, id);
}

asio::awaitable<Answer> list(Api& api, Request request) {
  QueryFields query(request.query);
  const auto phone = query.id("phone");
  if (const auto bad = query.problem()) co_return *bad;
  const auto wanted = [&](const SessionView& session) {
    return may(request, session) && (!phone || session.phone == *phone);
  };
  Answer answer;
  answer.body["items"] = Json::array();
  for (const SessionView& session : api.parts.models.sessions(wanted)) {
    answer.body["items"].push_back(session_json(session));
  }
  co_return answer;
}

asio::awaitable<Answer> show(Api& api, Request request) {
  const auto session = find(api, request);
  if (!session) co_return not_found("session");
  Answer answer;
  answer.body = session_details(api, *session);
  co_return answer;
}

asio::awaitable<Answer> close(Api& api, Request request) {
  const auto session = find(api, request);
  if (!session) co_return not_found("session");
  AnyCommand command = any_command(session::End{{}, "closed over the API", {}});
  co_return co_await api.write(request, session->id, std::move(command));
}

}  // namespace

void add_session_routes(Router& router, Api& api) {
  const auto add = [&](http::verb method, const char* pattern, const char* action,
                       asio::awaitable<Answer> (*handler)(Api&, Request)) {
    router.add(method, pattern, action,
               [&api, handler](Request request) { return handler(api, std::move(request)); });
  };
  add(http::verb::post, "/v1/phones/*/sessions", "KooPhone:session:open", open);
  add(http::verb::get, "/v1/sessions", "KooPhone:session:list", list);
  add(http::verb::get, "/v1/sessions/*", "KooPhone:session:get", show);
  add(http::verb::delete_, "/v1/sessions/*", "KooPhone:session:close", close);
}

}  // namespace rookery
