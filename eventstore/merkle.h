// The Merkle tree over a shard's leaf hashes: its root as it grows, and proofs that an auditor can
// check alone. RFC 6962 section 2.1 defines hashes and proofs, RFC 9162 sections 2.1.3.2
// and 2.1.4.2 how they are checked. Leaves are numbered from 0: the event at position p is leaf p
// - 1.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "eventstore/leaf_hash.h"
#include "schemas/result.h"

namespace rookery {

// How much a tree holds, and the hash that stands for all of it.
struct TreeHead {
  std::uint64_t size = 0;  // leaves
  Hash256 root{};

  bool operator==(const TreeHead&) const = default;
};

// Of perfect subtrees, those are kept whose height is a multiple of this: one for 256 below it.
inline constexpr unsigned kTierHeight = 8;

// The root of the tree without leaves: SHA-256 of nothing.
Hash256 empty_tree_root();

// Grows by one leaf at a time and remembers no more than one hash a level.
class MerkleFrontier {
 public:
  // Told of every perfect subtree that a leaf completes: its height (1: two leaves) and its number
  // among those of that height. May be empty.
  using Completed = std::function<void(unsigned height, std::uint64_t index, const Hash256& root)>;

  void add(LeafHasher& hasher, const Hash256& leaf, const Completed& completed);
  // Takes over a perfect subtree of 2^height leaves; only where the size is a multiple of that.
  void add_subtree(unsigned height, const Hash256& root);
  std::uint64_t size() const { return size_; }
  Hash256 root(LeafHasher& hasher) const;
  TreeHead head(LeafHasher& hasher) const { return {size_, root(hasher)}; }

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash256> subtrees_;  // perfect, largest first: one for each bit of the size
};

// Gives the root of the perfect subtree over leaves [index << height, (index + 1) << height).
using SubtreeReader = std::function<Result<Hash256>(unsigned height, std::uint64_t index)>;

// Hashes beside the way from leaf `index` up to the root of the first `size` leaves, lowest first
// (RFC 6962 section 2.1.1). Error: index >= size, or the reader's.
Result<std::vector<Hash256>> inclusion_proof(const SubtreeReader& read, std::uint64_t index,
                                             std::uint64_t size);
// That the first `old_size` leaves of the tree of `size` are those of the older tree (RFC 6962
// section 2.1.2). Error: old_size is 0 or > size, or the reader's.
Result<std::vector<Hash256>> consistency_proof(const SubtreeReader& read, std::uint64_t old_size,
                                               std::uint64_t size);
// Root over the first `size` leaves.
Result<Hash256> tree_root(const SubtreeReader& read, std::uint64_t size);

// True only when `leaf` is leaf `index` of the tree that `head` stands for.
bool verify_inclusion(const Hash256& leaf, std::uint64_t index, const TreeHead& head,
                      const std::vector<Hash256>& proof);
// True only when `newer` begins with all that `older` holds. `older` holds at least one leaf.
bool verify_consistency(const TreeHead& older, const TreeHead& newer,
                        const std::vector<Hash256>& proof);

}  // namespace rookery
