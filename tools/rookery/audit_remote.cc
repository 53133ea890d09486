#include "tools/rookery/audit_remote.h"

#include <limits>
#include <map>
#include <set>

#include "eventstore/proof_json.h"
#include "tools/rookery/interrupt.h"

namespace rookery::tool {
namespace {

constexpr std::uint64_t kLeavesPerPage = 10'000;

using Roots = std::map<std::uint64_t, Hash256>;

// Adds the leaves up to `size`, noting the root at each size of `wanted`.
Status read_tree(Api& api, Shard shard, std::uint64_t size, MerkleFrontier& tree, Roots& wanted) {
  LeafHasher hasher;
  while (tree.size() < size) {
    if (interrupted()) return Error{"interrupted"};
    const auto page =
        api.get("/v1/audit/leaves?from_position=" + std::to_string(tree.size() + 1) +
                "&limit=" + std::to_string(kLeavesPerPage) + "&shard=" + std::to_string(shard));
    if (!page) return page.error();
    const auto leaves = parse_hashes(nlohmann::json(page->value("items", Json::array())));
    if (!leaves) return leaves.error();
    if (leaves->empty()) return Done{};
    for (const Hash256& leaf : *leaves) {
      if (tree.size() == size) break;
      tree.add(hasher, leaf, {});
      const auto root = wanted.find(tree.size());
      if (root != wanted.end()) root->second = tree.root(hasher);
    }
  }
  return Done{};
}

// Adds to `report` what is found.
Status verify_shard(Api& api, Shard shard, const Checkpoint& now,
                    const std::vector<Checkpoint>& seen, RemoteReport& report) {
  Roots expected{{now.head.size, now.head.root}};
  const auto found = [&](std::uint64_t position, const char* field, const char* message) {
    report.finding = AuditFinding{shard, position, {}, field, message};
    return Done{};
  };
  for (const Checkpoint& before : seen) {
    if (before.origin != now.origin) continue;
    if (before.head.size > now.head.size) {
      return found(now.head.size + 1, "checkpoint.size",
                   "what was seen before covers more: the log was cut or rolled back");
    }
    expected.emplace(before.head.size, before.head.root);
    if (expected[before.head.size] != before.head.root) {
      return found(before.head.size, "checkpoint.root",
                   "the log differs from what was seen before: it was forked");
    }
  }
  Roots computed;
  for (const auto& [size, root] : expected) computed[size] = {};
  MerkleFrontier tree;
  if (auto status = read_tree(api, shard, now.head.size, tree, computed); !status) return status;
  report.events += tree.size();
  for (const auto& [size, root] : expected) {
    if (computed[size] == root) continue;
    return found(size, "checkpoint.root",
                 "the server's leaves up to here are not those signed for");
  }
  return Done{};
}

}  // namespace

Result<FetchedCheckpoint> fetch_checkpoint(Api& api, const std::vector<NoteVerifier>& known,
                                           Shard shard) {
  const auto answer = api.get("/v1/audit/checkpoint?shard=" + std::to_string(shard));
  if (!answer) return answer.error();
  FetchedCheckpoint fetched{text_field(*answer, "checkpoint"), {}, 1};
  if (answer->contains("shards")) fetched.shards = number_field(*answer, "shards");
  auto verified = verify_checkpoint(fetched.note, known);
  if (!verified) return verified.error();
  fetched.verified = std::move(*verified);
  return fetched;
}

Result<bool> check_continues(Api& api, const Checkpoint& older, const Checkpoint& newer) {
  if (older.origin != newer.origin || older.head.size > newer.head.size) return false;
  const auto answer = api.get("/v1/audit/consistency?from=" + std::to_string(older.head.size) +
                              "&to=" + std::to_string(newer.head.size));
  if (!answer) return answer.error();
  const auto proof = parse_hashes(nlohmann::json(answer->value("consistency", Json::array())));
  if (!proof) return proof.error();
  return verify_consistency(older.head, newer.head, *proof);
}

Result<RemoteReport> verify_remote(Api& api, const AuditOptions& options) {
  RemoteReport report;
  std::vector<Checkpoint> seen;
  for (const std::string& note : options.seen) {
    const auto verified = verify_checkpoint(note, options.keys);
    if (!verified) return Error{"the --seen file: " + verified.error().message};
    seen.push_back(verified->checkpoint);
  }
  std::set<std::string> origins;
  std::uint64_t shards = 1;
  for (std::uint64_t shard = 0; shard < shards && !report.finding; ++shard) {
    const auto newest = fetch_checkpoint(api, options.keys, static_cast<Shard>(shard));
    if (!newest) return newest.error();
    shards = std::min<std::uint64_t>(newest->shards, std::numeric_limits<Shard>::max());
    const Checkpoint& now = newest->verified.checkpoint;
    if (!now.origin.ends_with(checkpoint_origin("", static_cast<Shard>(shard)))) {
      return Error{"the server gives a checkpoint of " + now.origin + " for shard " +
                   std::to_string(shard)};
    }
    origins.insert(now.origin);
    if (auto status = verify_shard(api, static_cast<Shard>(shard), now, seen, report); !status) {
      return status.error();
    }
    report.checkpoints += newest->note;
  }
  for (const Checkpoint& before : seen) {
    if (report.finding || origins.contains(before.origin)) continue;
    report.finding = AuditFinding{
        0, 0, {}, "checkpoint.origin", "what was seen before is of another log: " + before.origin};
  }
  return report;
}

}  // namespace rookery::tool
