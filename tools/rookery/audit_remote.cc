#include "tools/rookery/audit_remote.h"

#include <map>

#include "eventstore/proof_json.h"
#include "tools/rookery/interrupt.h"

namespace rookery::tool {
namespace {

constexpr std::uint64_t kLeavesPerPage = 10'000;

using Roots = std::map<std::uint64_t, Hash256>;

// Adds the leaves up to `size`, noting the root at each size of `wanted`.
Status read_tree(Api& api, std::uint64_t size, MerkleFrontier& tree, Roots& wanted) {
  LeafHasher hasher;
  while (tree.size() < size) {
    if (interrupted()) return Error{"interrupted"};
    const auto page = api.get("/v1/audit/leaves?from_position=" + std::to_string(tree.size() + 1) +
                              "&limit=" + std::to_string(kLeavesPerPage));
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

}  // namespace

Result<FetchedCheckpoint> fetch_checkpoint(Api& api, const std::vector<NoteVerifier>& known) {
  const auto answer = api.get("/v1/audit/checkpoint");
  if (!answer) return answer.error();
  FetchedCheckpoint fetched{text_field(*answer, "checkpoint"), {}};
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
  const auto newest = fetch_checkpoint(api, options.keys);
  if (!newest) return newest.error();
  const Checkpoint& signed_now = newest->verified.checkpoint;
  RemoteReport report;
  report.checkpoint = newest->note;
  std::map<std::uint64_t, Hash256> expected{{signed_now.head.size, signed_now.head.root}};
  for (const std::string& note : options.seen) {
    const auto seen = verify_checkpoint(note, options.keys);
    if (!seen) return Error{"the --seen file: " + seen.error().message};
    const Checkpoint& before = seen->checkpoint;
    if (before.origin != signed_now.origin || before.head.size > signed_now.head.size) {
      report.finding = AuditFinding{0,
                                    signed_now.head.size + 1,
                                    {},
                                    "checkpoint.size",
                                    "what was seen before covers more, or is of another log"};
      return report;
    }
    expected.emplace(before.head.size, before.head.root);
    if (expected[before.head.size] != before.head.root) {
      report.finding = AuditFinding{0,
                                    before.head.size,
                                    {},
                                    "checkpoint.root",
                                    "the log differs from what was seen before: it was forked"};
      return report;
    }
  }
  Roots computed;
  for (const auto& [size, root] : expected) computed[size] = {};
  MerkleFrontier tree;
  if (auto status = read_tree(api, signed_now.head.size, tree, computed); !status) {
    return status.error();
  }
  for (const auto& [size, root] : expected) {
    if (computed[size] == root) continue;
    report.finding = AuditFinding{
        0, size, {}, "checkpoint.root", "the server's leaves up to here are not those signed for"};
    return report;
  }
  report.head = signed_now.head;
  return report;
}

}  // namespace rookery::tool
