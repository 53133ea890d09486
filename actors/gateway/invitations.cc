// The way in without an account: who proves to hold a link opens a session, and comes back to it.
#include <memory>
#include <utility>

#include "actors/gateway/link_secret.h"
#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "actors/gateway/tickets.h"

namespace rookery {
namespace {

// Many look at one phone; a link that was made public is no reason to fill the log.
constexpr std::size_t kSessionsOfLinkMax = 256;
// Those whose viewers may come back among them.
constexpr std::size_t kSessionsKeptMax = 4096;
// Of one link, from one address, in a span of tries: few enough that nobody takes all places.
constexpr std::uint32_t kOpeningsMax = 60;

Answer unknown_link() {
  return problem(404, "link_unknown", "there is no such link: check that it is whole");
}
Answer wrong_link() {
  return problem(403, "link_wrong", "this is not the whole link: check that nothing is missing");
}
Answer revoked_link() {
  return problem(410, "link_revoked", "this link was revoked: ask for a new one");
}
Answer expired_link() {
  return problem(410, "link_expired", "this link has expired: ask for a new one");
}

// A link says no more than its maker may: a phone that was taken from them is none of its any more.
bool maker_may(const Api& api, const EntityId& maker, const PhoneView& phone) {
  const auto user = api.parts.models.user(maker);
  if (!user || user->disabled) return false;
  const Principal principal{user->id, user->organization, user->role};
  const Resource resource{phone.id, phone.bound_user};
  return authorize(principal, "KooPhone:link:create", resource) == Verdict::kAllowed;
}

std::optional<Answer> phone_problem(const Api& api, const EntityId& maker,
                                    const std::optional<PhoneView>& phone) {
  if (!phone || phone->phase == phone::Deleted::kPhase || !maker_may(api, maker, *phone)) {
    return revoked_link();
  }
  if (phone->phase == phone::Running::kPhase) return std::nullopt;
  if (phone->phase == phone::Starting::kPhase) {
    return problem(503, "phone_starting", "the phone is starting: try again in a moment");
  }
  return problem(409, "phone_not_running",
                 "the phone is " + phone->phase + ": ask its owner to start it, then try again");
}

// `visit`: the session that the asker means to have; a single use that was theirs is still theirs.
std::optional<Answer> state_problem(const Api& api, const link::State& state,
                                    const EntityId& visit) {
  if (std::holds_alternative<link::Revoked>(state)) return revoked_link();
  const auto* used = std::get_if<link::Used>(&state);
  if (used != nullptr && used->tally.last_session != visit) {
    return problem(410, "link_used", "this link was used already: ask for a new one");
  }
  const link::Terms* terms = link::terms_of(state);
  if (terms == nullptr) return unknown_link();
  if (api.parts.clock.now_us() > terms->expires_us) return expired_link();
  return std::nullopt;
}

// Wrong tries are facts, as long as they are not too many.
asio::awaitable<Answer> failed_try(Api& api, const Request& request, EntityId link, bool password,
                                   Answer answer) {
  const std::int64_t now_us = api.parts.clock.now_us();
  if (!api.failed_tries.take(to_text(link), now_us)) co_return too_many_tries();
  AnyCommand report = any_command(link::ReportFailedTry{password, request.remote_address});
  co_await api.write_and_see(request, link, std::move(report));
  co_return answer;
}

// Nothing: it is right, or none is asked for.
asio::awaitable<std::optional<Answer>> check_password(Api& api, const Request& request,
                                                      EntityId link, std::string hash,
                                                      std::optional<std::string> password) {
  if (hash.empty()) co_return std::nullopt;
  if (!password) co_return problem(401, "password_required", "this link asks for a password");
  // Taken before the check, so that many at once are as many as one after the other.
  const std::string name = "password of " + to_text(link);
  const std::int64_t now_us = api.parts.clock.now_us();
  if (!api.failed_tries.take(name, now_us)) co_return too_many_tries();
  const std::optional<bool> right = co_await api.verify_password(*password, hash);
  if (!right || *right) api.failed_tries.give_back(name);
  if (!right) co_return too_busy();
  if (*right) co_return std::nullopt;
  Answer wrong = problem(401, "password_wrong", "the password is wrong: try again");
  co_return co_await failed_try(api, request, link, true, std::move(wrong));
}

asio::awaitable<Answer> let_in(Api& api, EntityId session, PhoneView phone) {
  Answer answer = co_await hand_out_ticket(api, session);
  if (answer.status != 201) co_return answer;
  const auto view = api.parts.models.session(session);
  Json ticket = std::move(answer.body);
  answer.body = {{"session_id", id_tail(session)},
                 {"phone_id", id_tail(phone.id)},
                 {"phone_name", phone.name},
                 {"width", phone.width_px},
                 {"height", phone.height_px},
                 {"control", view && view->control},
                 {"clipboard", clipboard_word(view ? view->clipboard : ClipboardRules{})},
                 {"expires_us", view ? view->ends_us : 0},
                 {"ticket", std::move(ticket)}};
  co_return answer;
}

// Who came last stays: of too many that are kept, the one that is away the longest goes. Nothing:
// there is room.
asio::awaitable<std::optional<Answer>> make_room(Api& api, const Request& request, EntityId link) {
  const auto kept = api.parts.models.sessions([&](const SessionView& session) {
    return session.link == link && session.phase != session::Ended::kPhase;
  });
  const SessionView* longest = nullptr;
  std::size_t there = 0;
  for (const SessionView& session : kept) {
    if (session.phase != session::Away::kPhase) {
      ++there;
    } else if (longest == nullptr || session.lost_us < longest->lost_us) {
      longest = &session;
    }
  }
  if (there >= kSessionsOfLinkMax) {
    co_return problem(429, "too_many_viewers", "too many look at this phone: try again later");
  }
  if (kept.size() < kSessionsKeptMax || longest == nullptr) co_return std::nullopt;
  Request ending = request;
  ending.command_id = named_command_id(longest->id, "room of " + to_text(longest->ticket));
  AnyCommand end = any_command(session::End{longest->ticket, "others came", {}});
  co_await api.write_and_see(ending, longest->id, std::move(end));
  co_return std::nullopt;
}

asio::awaitable<Answer> open_session(Api& api, Request request, EntityId link, link::Terms terms) {
  const auto phone = api.parts.models.phone(terms.phone);
  if (auto bad = phone_problem(api, terms.maker, phone)) co_return std::move(*bad);
  if (auto full = co_await make_room(api, request, link)) co_return std::move(*full);
  const EntityId id = api.new_id(request, EntityKind::kSession);
  const std::int64_t now_us = api.parts.clock.now_us();
  AnyCommand use = any_command(link::Use{id, request.remote_address, now_us});
  const CommandReply used = co_await api.write_and_see(request, link, std::move(use));
  if (used.kind == ReplyKind::kRefused) {
    // Somebody was faster, or it was revoked just now.
    const ActorView view = co_await api.inspect(link);
    const auto* state = std::get_if<link::State>(&view.state);
    if (auto bad = state ? state_problem(api, *state, id) : std::nullopt) co_return std::move(*bad);
  }
  if (used.kind != ReplyKind::kAccepted) co_return problem_of(used);
  session::Terms opening;
  opening.phone = phone->id;
  opening.user = terms.maker;
  opening.organization = phone->organization;
  opening.host = phone->host;
  opening.ticket = ticket_of(request);
  opening.ticket_expires_us = now_us + kTicketLifetimeUs;
  opening.control = terms.control;
  opening.link = link;
  opening.ends_us = terms.expires_us;
  AnyCommand open = any_command(session::Open{std::move(opening), terms.clipboard});
  const CommandReply opened = co_await api.write_and_see(request, id, std::move(open));
  if (opened.kind != ReplyKind::kAccepted) co_return problem_of(opened);
  co_return co_await let_in(api, id, *phone);
}

bool may_be_wrong(Api& api, const Request& request) {
  return api.tries_from.take(neighbourhood(request.remote_address), api.parts.clock.now_us());
}

asio::awaitable<Answer> open(Api& api, TryLimit& openings, Request request) {
  BodyFields fields(request.body);
  const std::string proof = fields.text("proof");
  const std::optional<std::string> sealed = fields.optional_text("sealed_password");
  if (const auto bad = fields.problem()) co_return *bad;
  const auto id = path_id(EntityKind::kLink, request.parameters[0]);
  const bool known = id && api.parts.models.link(*id);
  const std::string secret = known ? derive_link_secret(api.ticket_secret, *id) : "";
  // Only who is wrong counts: a neighbour's tries lock nobody out who holds the link.
  const bool right = known && same_secret(proof, proof_to_open(secret));
  if (!right && !may_be_wrong(api, request)) co_return too_many_tries();
  if (!known) co_return unknown_link();
  // Each try is one of its own, and stands in the log as the link's. An opening that is asked for
  // again, because its answer was lost, is the same visit.
  request.principal.user = *id;
  Request visit = request;
  visit.command_id = named_command_id(*id, to_text(request.command_id));
  request.command_id = random_id128(api.parts.random);
  const ActorView view = co_await api.inspect(*id);
  const auto* state = std::get_if<link::State>(&view.state);
  const link::Terms* terms = state == nullptr ? nullptr : link::terms_of(*state);
  if (terms == nullptr) co_return unknown_link();
  // The hash in the log: a link of another server's key, or of a key file that was lost.
  if (!right || !same_secret(secret_hash(secret), terms->secret_hash)) {
    co_return co_await failed_try(api, request, *id, false, wrong_link());
  }
  const EntityId session = api.new_id(visit, EntityKind::kSession);
  if (auto closed = state_problem(api, *state, session)) co_return std::move(*closed);
  std::optional<std::string> password;
  // What was sealed otherwise, or is too long, is no password: a wrong one.
  if (sealed) password = open_password(secret, *sealed).value_or("");
  auto refused = co_await check_password(api, request, *id, terms->password_hash, password);
  if (refused) co_return std::move(*refused);
  const std::string who = to_text(*id) + " " + neighbourhood(request.remote_address);
  if (!openings.take(who, api.parts.clock.now_us())) co_return too_many_tries();
  co_return co_await open_session(api, std::move(visit), *id, *terms);
}

std::optional<Answer> resume_problem(const Api& api, const SessionView& session) {
  const auto link = api.parts.models.link(session.link);
  if (!link || link->phase == link::Revoked::kPhase) return revoked_link();
  if (api.parts.clock.now_us() > link->expires_us) return expired_link();
  if (session.phase == session::Ended::kPhase) {
    return problem(410, "session_ended",
                   "this visit is over (" + session.end_reason + "): open the link again");
  }
  return phone_problem(api, link->maker, api.parts.models.phone(session.phone));
}

asio::awaitable<Answer> resume(Api& api, Request request) {
  BodyFields fields(request.body);
  const std::string proof = fields.text("proof");
  if (const auto bad = fields.problem()) co_return *bad;
  const std::int64_t now_us = api.parts.clock.now_us();
  const auto id = path_id(EntityKind::kSession, request.parameters[0]);
  const auto session = id ? api.parts.models.session(*id) : std::nullopt;
  const bool known = session && session->resumable();
  const std::string secret = known ? derive_link_secret(api.ticket_secret, session->link) : "";
  if (!known || !same_secret(proof, proof_to_resume(secret, *id))) {
    co_return may_be_wrong(api, request) ? wrong_link() : too_many_tries();
  }
  if (!api.resumes.take(to_text(*id), now_us)) co_return too_many_tries();
  if (auto bad = resume_problem(api, *session)) co_return std::move(*bad);
  const auto phone = api.parts.models.phone(session->phone);
  request.command_id = random_id128(api.parts.random);
  request.principal.user = session->link;
  const session::Resume command{phone->host, ticket_of(request), now_us + kTicketLifetimeUs};
  AnyCommand any = any_command(command);
  const CommandReply reply = co_await api.write_and_see(request, *id, std::move(any));
  if (reply.kind == ReplyKind::kRefused) {
    const auto now = api.parts.models.session(*id);
    if (auto bad = now ? resume_problem(api, *now) : std::nullopt) co_return std::move(*bad);
  }
  if (reply.kind != ReplyKind::kAccepted) co_return problem_of(reply);
  co_return co_await let_in(api, *id, *phone);
}

}  // namespace

void add_invitation_routes(Router& router, Api& api) {
  const auto openings = std::make_shared<TryLimit>(kOpeningsMax, Api::kTriesSpanUs);
  router.add(http::verb::post, "/v1/links/*/open", "", [&api, openings](Request request) {
    return open(api, *openings, std::move(request));
  });
  router.add(http::verb::post, "/v1/sessions/*/resume", "",
             [&api](Request request) { return resume(api, std::move(request)); });
}

}  // namespace rookery
