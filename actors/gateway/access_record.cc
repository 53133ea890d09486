#include "actors/gateway/access_record.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "actors/gateway/await_callback.h"
#include "actors/gateway/http_message.h"
#include "schemas/event_codec.h"

namespace rookery {
namespace {

constexpr std::chrono::seconds kSweepEvery{1};
constexpr std::size_t kPostponedMax = 10'000;
constexpr std::size_t kMessageBytesMax = 512;

EntityId access_stream(const EntityId& principal) {
  EntityId stream = principal;
  stream.bytes[0] = static_cast<std::uint8_t>(EntityKind::kAccess);
  return stream;
}

}  // namespace

AccessRecord::AccessRecord(asio::io_context& io, EventLog& log, const Clock& clock, Random& random)
    : io_(io), log_(log), clock_(clock), random_(random), timer_(io) {}

void AccessRecord::note(const Asked& asked) {
  const std::int64_t now_us = clock_.now_us();
  Kind kind{asked.principal, asked.action, asked.subject, asked.refusal_code};
  auto found = counted_.find(kind);
  if (found == counted_.end() && kinds_of_[asked.principal] >= kKindsPerPrincipalMax) {
    std::get<2>(kind) = EntityId{};
    found = counted_.find(kind);
  }
  if (found == counted_.end()) {
    ++kinds_of_[asked.principal];
    Asked first = asked;
    first.subject = std::get<2>(kind);
    append(append_of(first, 1, now_us, now_us));
    counted_.emplace(std::move(kind), Counted{now_us, now_us, now_us, 0, std::move(first)});
    return;
  }
  Counted& counted = found->second;
  if (counted.count++ == 0) {
    counted.first_us = now_us;
    counted.asked = asked;
    counted.asked.subject = std::get<2>(found->first);
  }
  counted.last_us = now_us;
}

asio::awaitable<bool> AccessRecord::note_durably(Asked asked) {
  const std::int64_t now_us = clock_.now_us();
  Append one = append_of(asked, 1, now_us, now_us);
  const AppendResult result = co_await appended(std::move(one));
  co_return std::holds_alternative<Appended>(result);
}

// No coroutine itself: GCC 12 copies the closures of a co_await expression byte by byte.
asio::awaitable<AppendResult> AccessRecord::appended(Append append) {
  return await_callback<AppendResult>(io_, [this, append = std::move(append)](auto done) mutable {
    log_.append(std::move(append), [done](AppendResult answer) { done(std::move(answer)); });
  });
}

void AccessRecord::start() { wait_for_the_next_sweep(); }

void AccessRecord::close() {
  closing_ = true;
  timer_.cancel();
  sweep(true);
}

Append AccessRecord::append_of(const Asked& asked, std::uint64_t count, std::int64_t first_us,
                               std::int64_t last_us) {
  Append append;
  append.stream = access_stream(asked.principal);
  append.expected_version = kAnyVersion;
  append.provenance.principal = asked.principal;
  append.provenance.command_id = random_id128(random_);
  append.provenance.causation_id = asked.correlation_id;
  append.provenance.correlation_id = asked.correlation_id;
  append.provenance.wall_time_us = clock_.now_us();
  access::Event event = access::event::Queried{asked.action, asked.subject, count,
                                               first_us,     last_us,       asked.remote_address};
  if (!asked.refusal_code.empty()) {
    event = access::event::Refused{asked.action,
                                   asked.subject,
                                   asked.refusal_code,
                                   asked.refusal_message.substr(0, kMessageBytesMax),
                                   count,
                                   first_us,
                                   last_us,
                                   asked.remote_address};
  }
  append.events.push_back(encode_event(event));
  return append;
}

// The commit thread may answer when this is gone: it gets a share of what it needs.
void AccessRecord::append(Append append) {
  Append again = append;
  log_.append(std::move(append),
              [postponed = postponed_, again = std::move(again)](AppendResult result) mutable {
                if (!std::holds_alternative<AppendOverload>(result)) return;
                const std::lock_guard lock(postponed->mutex);
                if (postponed->appends.size() < kPostponedMax)
                  postponed->appends.push_back(std::move(again));
              });
}

void AccessRecord::sweep(bool all) {
  std::vector<Append> postponed;
  {
    const std::lock_guard lock(postponed_->mutex);
    postponed.swap(postponed_->appends);
  }
  for (Append& one : postponed) append(std::move(one));
  const std::int64_t now_us = clock_.now_us();
  for (auto it = counted_.begin(); it != counted_.end();) {
    const Counted& counted = it->second;
    if (!all && now_us - counted.since_us < kSpanUs) {
      ++it;
      continue;
    }
    if (counted.count > 0) {
      append(append_of(counted.asked, counted.count, counted.first_us, counted.last_us));
    }
    const auto kinds = kinds_of_.find(std::get<0>(it->first));
    if (--kinds->second == 0) kinds_of_.erase(kinds);
    it = counted_.erase(it);
  }
}

void AccessRecord::wait_for_the_next_sweep() {
  if (closing_) return;
  timer_.expires_after(kSweepEvery);
  timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped || closing_) return;
    sweep(false);
    wait_for_the_next_sweep();
  });
}

EntityId subject_of(const std::string& path, const Request& request) {
  // "/v1/phones/ID/…" and "/v1/state/KIND/ID".
  constexpr std::size_t kVersion = 4;
  const std::string word = path.substr(std::min(kVersion, path.size()),
                                       path.find('/', kVersion) - std::min(kVersion, path.size()));
  std::optional<EntityId> found;
  if (request.parameters.size() >= 2) {
    found = parse_entity_id(request.parameters[0] + "/" + request.parameters[1]);
  }
  if (!found && !request.parameters.empty() && word.ends_with('s')) {
    found = parse_entity_id(word.substr(0, word.size() - 1) + "/" + request.parameters[0]);
  }
  for (const char* name : {"actor", "phone", "organization"}) {
    const auto asked = request.query.find(name);
    if (!found && asked != request.query.end()) found = parse_entity_id(asked->second);
  }
  return found.value_or(EntityId{});
}

}  // namespace rookery
