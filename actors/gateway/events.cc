#include <limits>

#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "actors/projections/members.h"
#include "eventstore/moment.h"
#include "schemas/event_codec.h"
#include "schemas/shown_json.h"

namespace rookery {
namespace {

constexpr std::uint64_t kLimit = 1000;
constexpr std::uint64_t kLimitMax = 10'000;
// One answer looks at so many events at most, however few of them pass.
constexpr std::uint64_t kLookedAtMax = 100'000;
constexpr std::uint64_t kFollowBatch = 256;
constexpr std::chrono::seconds kQuietMax{10};
constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
// The log of one shard; this server owns exactly one.
constexpr Shard kShard = 0;

struct Filter {
  std::optional<EntityId> actor;
  std::optional<EntityId> principal;
  std::optional<std::string> type;
  std::optional<std::uint64_t> since_us;
  std::optional<std::uint64_t> until_us;
  std::optional<EntityId> organization;
};

bool passes(const Filter& filter, const Envelope& envelope) {
  const std::int64_t time_us = envelope.provenance.wall_time_us;
  if (filter.actor && envelope.stream != *filter.actor) return false;
  if (filter.principal && envelope.provenance.principal != *filter.principal) return false;
  if (filter.since_us && time_us < static_cast<std::int64_t>(*filter.since_us)) return false;
  if (filter.until_us && time_us > static_cast<std::int64_t>(*filter.until_us)) return false;
  return !filter.type || event_type_matches(envelope.type, *filter.type);
}

struct Page {
  std::vector<Json> events;
  std::uint64_t last_position = 0;  // everything up to here was looked at
  bool more = false;                // the limits ended it, not the log
  std::optional<Error> failure;
};

// An actor's own stream is read by itself, everything else through the whole log.
Status read_from(const EventLog& log, const Filter& filter, std::uint64_t from,
                 const EnvelopeVisitor& visit) {
  if (!filter.actor) return log.read_log(kShard, from, visit);
  const auto version = first_version_from(log, *filter.actor, from);
  if (!version) return version.error();
  return log.read_stream(*filter.actor, *version, visit);
}

Page read_page(const Api& api, const Filter& filter, std::uint64_t from, std::uint64_t limit,
               std::uint64_t looked_at_max) {
  Page page;
  const EventLog& log = api.parts.log;
  page.last_position = std::max(log.last_position(kShard), from - 1);
  const std::uint64_t end = page.last_position;
  std::uint64_t looked_at = 0;
  Members members(log);
  const auto of_organization = [&](const Envelope& envelope) {
    if (!filter.organization) return true;
    const auto its = members.organization_of(envelope.stream);
    if (!its) page.failure = its.error();
    return its && *its == filter.organization;
  };
  const auto visit = [&](const Envelope& envelope) {
    if (envelope.position > end) return false;
    if (envelope.position < from) return true;
    if (passes(filter, envelope) && of_organization(envelope)) {
      page.events.push_back(shown_event(envelope));
    }
    if (page.failure) return false;
    if (page.events.size() < limit && ++looked_at < looked_at_max) return true;
    page.last_position = envelope.position;
    page.more = true;
    return false;
  };
  const Status read = read_from(log, filter, from, visit);
  if (!read) page.failure = read.error();
  return page;
}

// Nothing: there are such events, or could be.
std::optional<Answer> type_problem(const Filter& filter) {
  if (!filter.type || names_event_types(*filter.type)) return std::nullopt;
  return problem(400, "invalid",
                 "no event type is called so: write one such as Phone.Created, or Phone. for all "
                 "that begin so");
}

asio::awaitable<Answer> list(Api& api, Request request) {
  QueryFields query(request.query);
  Filter filter;
  filter.actor = query.id("actor");
  filter.principal = query.id("principal");
  filter.type = query.text("type");
  filter.since_us = query.number("since_us", kMax);
  filter.until_us = query.number("until_us", kMax);
  filter.organization = query.id("organization");
  const std::uint64_t from =
      std::max<std::uint64_t>(query.number("from_position", kMax).value_or(1), 1);
  const std::uint64_t limit =
      std::max<std::uint64_t>(query.number("limit", kLimitMax).value_or(kLimit), 1);
  if (const auto bad = query.problem()) co_return *bad;
  if (const auto bad = type_problem(filter)) co_return *bad;
  std::function<Answer()> read = [&api, filter, from, limit] {
    Page page = read_page(api, filter, from, limit, kLookedAtMax);
    if (page.failure) return problem(503, "store_failed", page.failure->message);
    Answer answer;
    answer.body = {{"items", std::move(page.events)},
                   {"last_position", page.last_position},
                   {"more", page.more}};
    return answer;
  };
  co_return co_await api.read_aside(std::move(read));
}

// Writes what is new, then waits for more, until the client goes, may no longer, or the server
// closes.
asio::awaitable<void> follow_log(Api& api, Filter filter, std::uint64_t from,
                                 std::function<bool()> admitted, LineWriter& writer) {
  while (!api.gate.closed() && admitted()) {
    auto page = std::make_shared<Page>();
    std::function<Answer()> read = [&api, filter, from, page] {
      *page = read_page(api, filter, from, kFollowBatch, kFollowBatch * 16);
      return Answer{};
    };
    const Answer answer = co_await api.read_aside(std::move(read));
    if (page->failure) co_return;
    if (answer.status == 200) {
      from = page->last_position + 1;
      std::string lines;
      for (const Json& event : page->events) {
        lines += event.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
      }
      if (!lines.empty() && !co_await writer.write(std::move(lines))) co_return;
      if (page->last_position < api.gate.position(kShard)) continue;
    }
    const auto deadline = std::chrono::steady_clock::now() + kQuietMax;
    const bool news = co_await api.gate.reached(kShard, from, deadline);
    std::string quiet = "\n";
    if (!news && !co_await writer.write(std::move(quiet))) co_return;
  }
}

asio::awaitable<Answer> follow(Api& api, Request request) {
  QueryFields query(request.query);
  Filter filter;
  filter.actor = query.id("actor");
  filter.type = query.text("type");
  const std::uint64_t next = api.parts.log.last_position(kShard) + 1;
  const std::uint64_t from =
      std::max<std::uint64_t>(query.number("from_position", kMax).value_or(next), 1);
  if (const auto bad = query.problem()) co_return *bad;
  if (const auto bad = type_problem(filter)) co_return *bad;
  Answer answer;
  answer.stream = [&api, filter, from, admitted = request.still_admitted](LineWriter& writer) {
    return follow_log(api, filter, from, admitted, writer);
  };
  co_return answer;
}

}  // namespace

void add_event_routes(Router& router, Api& api) {
  router.add(http::verb::get, "/v1/events", "KooPhone:event:list",
             [&api](Request request) { return list(api, std::move(request)); });
  router.add(http::verb::get, "/v1/events/follow", "KooPhone:event:list",
             [&api](Request request) { return follow(api, std::move(request)); });
}

}  // namespace rookery
