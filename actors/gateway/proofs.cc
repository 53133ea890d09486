// What auditors need to check the log by themselves: checkpoints, proofs, and leaf hashes.
#include <limits>

#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "eventstore/envelope_codec.h"
#include "eventstore/event_proof.h"
#include "eventstore/proof_json.h"
#include "schemas/shown_json.h"

namespace rookery {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kShardMax = std::numeric_limits<Shard>::max();
constexpr std::uint64_t kLeaves = 1000;
constexpr std::uint64_t kLeavesMax = 10'000;

std::optional<Answer> no_shard(const Api& api, std::uint64_t shard) {
  if (shard < api.parts.log.shard_count()) return std::nullopt;
  return problem(404, "not_found",
                 "this log has " + std::to_string(api.parts.log.shard_count()) + " shards");
}

Answer newest_checkpoint(const Api& api, Shard shard) {
  const auto note = api.parts.log.last_checkpoint(shard);
  if (!note) return problem(503, "store_failed", note.error().message);
  if (!*note) return problem(404, "not_found", "nothing is signed yet: try again in a second");
  Answer answer;
  answer.body = {{"checkpoint", **note},
                 {"last_position", api.parts.log.last_position(shard)},
                 {"shards", api.parts.log.shard_count()}};
  return answer;
}

Answer event_proof(const Api& api, Shard shard, std::uint64_t position, std::uint64_t tree_size) {
  const auto proof = prove_event(api.parts.log, shard, position, tree_size);
  if (!proof) return problem(404, "not_found", proof.error().message);
  const auto event = decode_envelope(proof->event);
  if (!event || holds_secret(*event)) {
    return problem(403, "forbidden",
                   "this event holds a secret that the API does not tell: prove it from a copy of "
                   "the database");
  }
  Answer answer;
  answer.body = proof_json(*proof);
  return answer;
}

Answer consistency(const Api& api, Shard shard, std::uint64_t from, std::uint64_t to) {
  if (to > api.parts.log.tree_head(shard).size) {
    return problem(404, "not_found", "the log has not come so far");
  }
  const auto proof = consistency_proof(subtree_reader(api.parts.log, shard), from, to);
  if (!proof) return problem(400, "invalid", proof.error().message);
  Answer answer;
  answer.body["consistency"] = hashes_json(*proof);
  return answer;
}

// For those who compute the tree themselves.
Answer leaves(const Api& api, Shard shard, std::uint64_t from, std::uint64_t limit) {
  const std::uint64_t last = api.parts.log.last_position(shard);
  std::vector<Hash256> hashes;
  for (std::uint64_t position = from; position <= last && hashes.size() < limit; ++position) {
    const auto leaf = api.parts.log.subtree(shard, 0, position - 1);
    if (!leaf) return problem(503, "store_failed", leaf.error().message);
    hashes.push_back(*leaf);
  }
  Answer answer;
  answer.body = {{"items", hashes_json(hashes)}, {"last_position", last}};
  return answer;
}

asio::awaitable<Answer> checkpoint_route(Api& api, Request request) {
  QueryFields query(request.query);
  const std::uint64_t shard = query.number("shard", kShardMax).value_or(0);
  if (const auto bad = query.problem()) co_return *bad;
  if (auto missing = no_shard(api, shard)) co_return *missing;
  std::function<Answer()> read = [&api, shard] {
    return newest_checkpoint(api, static_cast<Shard>(shard));
  };
  co_return co_await api.read_aside(std::move(read));
}

asio::awaitable<Answer> proof_route(Api& api, Request request) {
  QueryFields query(request.query);
  const auto actor = query.id("actor");  // instead of its shard
  const std::uint64_t shard =
      query.number("shard", kShardMax).value_or(actor ? api.parts.log.shard_of(*actor) : Shard{0});
  const std::uint64_t position = query.number("position", kMax).value_or(0);
  const std::uint64_t tree_size = query.number("tree_size", kMax).value_or(0);
  if (const auto bad = query.problem()) co_return *bad;
  if (auto missing = no_shard(api, shard)) co_return *missing;
  std::function<Answer()> read = [&api, shard, position, tree_size] {
    return event_proof(api, static_cast<Shard>(shard), position, tree_size);
  };
  co_return co_await api.read_aside(std::move(read));
}

asio::awaitable<Answer> consistency_route(Api& api, Request request) {
  QueryFields query(request.query);
  const std::uint64_t shard = query.number("shard", kShardMax).value_or(0);
  const std::uint64_t from = query.number("from", kMax).value_or(0);
  const std::uint64_t to = query.number("to", kMax).value_or(0);
  if (const auto bad = query.problem()) co_return *bad;
  if (auto missing = no_shard(api, shard)) co_return *missing;
  std::function<Answer()> read = [&api, shard, from, to] {
    return consistency(api, static_cast<Shard>(shard), from, to);
  };
  co_return co_await api.read_aside(std::move(read));
}

asio::awaitable<Answer> leaves_route(Api& api, Request request) {
  QueryFields query(request.query);
  const std::uint64_t shard = query.number("shard", kShardMax).value_or(0);
  const std::uint64_t from =
      std::max<std::uint64_t>(query.number("from_position", kMax).value_or(1), 1);
  const std::uint64_t limit =
      std::max<std::uint64_t>(query.number("limit", kLeavesMax).value_or(kLeaves), 1);
  if (const auto bad = query.problem()) co_return *bad;
  if (auto missing = no_shard(api, shard)) co_return *missing;
  std::function<Answer()> read = [&api, shard, from, limit] {
    return leaves(api, static_cast<Shard>(shard), from, limit);
  };
  co_return co_await api.read_aside(std::move(read));
}

}  // namespace

void add_proof_routes(Router& router, Api& api) {
  const auto add = [&](const char* pattern, const char* action,
                       asio::awaitable<Answer> (*handler)(Api&, Request)) {
    router.add(http::verb::get, pattern, action,
               [&api, handler](Request request) { return handler(api, std::move(request)); });
  };
  add("/v1/audit/checkpoint", "KooPhone:checkpoint:get", checkpoint_route);
  add("/v1/audit/proof", "KooPhone:proof:get", proof_route);
  add("/v1/audit/consistency", "KooPhone:proof:get", consistency_route);
  add("/v1/audit/leaves", "KooPhone:leaf:list", leaves_route);
}

}  // namespace rookery
