#include "eventstore/merkle.h"

#include <bit>
#include <cassert>
#include <string>

namespace rookery {
namespace {

// The largest power of two below `size`, which is at least 2: where RFC 6962 splits a tree.
std::uint64_t split_of(std::uint64_t size) { return std::bit_floor(size - 1); }

// Walks a tree's shape and reads perfect subtrees only.
class Prover {
 public:
  explicit Prover(const SubtreeReader& read) : read_(read) {}

  // MTH over leaves [begin, end), where begin is a multiple of the split.
  Result<Hash256> range(std::uint64_t begin, std::uint64_t end) {
    const std::uint64_t size = end - begin;
    if (std::has_single_bit(size)) {
      const auto height = static_cast<unsigned>(std::countr_zero(size));
      return read_(height, begin >> height);
    }
    const std::uint64_t middle = begin + split_of(size);
    const auto left = range(begin, middle);
    if (!left) return left;
    const auto right = range(middle, end);
    if (!right) return right;
    return hasher_.node(*left, *right);
  }

  // PATH(index, D[begin:end]), lowest hash first.
  Status path(std::uint64_t index, std::uint64_t begin, std::uint64_t end,
              std::vector<Hash256>& proof) {
    if (end - begin == 1) return Done{};
    const std::uint64_t middle = begin + split_of(end - begin);
    const bool left = index < middle;
    const auto below = left ? path(index, begin, middle, proof) : path(index, middle, end, proof);
    if (!below) return below;
    return push(left ? range(middle, end) : range(begin, middle), proof);
  }

  // SUBPROOF(old_end - begin, D[begin:end], known).
  Status old_part(std::uint64_t old_end, std::uint64_t begin, std::uint64_t end, bool known,
                  std::vector<Hash256>& proof) {
    if (old_end == end) {
      // What the checker already has is not told again.
      return known ? Status(Done{}) : push(range(begin, end), proof);
    }
    const std::uint64_t middle = begin + split_of(end - begin);
    const bool left = old_end <= middle;
    const auto below = left ? old_part(old_end, begin, middle, known, proof)
                            : old_part(old_end, middle, end, false, proof);
    if (!below) return below;
    return push(left ? range(middle, end) : range(begin, middle), proof);
  }

 private:
  static Status push(const Result<Hash256>& hash, std::vector<Hash256>& proof) {
    if (!hash) return hash.error();
    proof.push_back(*hash);
    return Done{};
  }

  const SubtreeReader& read_;
  LeafHasher hasher_;
};

}  // namespace

Hash256 empty_tree_root() {
  return {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
          0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
          0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};
}

void MerkleFrontier::add(LeafHasher& hasher, const Hash256& leaf, const Completed& completed) {
  Hash256 root = leaf;
  unsigned height = 0;
  for (std::uint64_t size = size_; (size & 1) != 0; size >>= 1) {
    root = hasher.node(subtrees_.back(), root);
    subtrees_.pop_back();
    ++height;
    if (completed) completed(height, size_ >> height, root);
  }
  subtrees_.push_back(root);
  ++size_;
}

void MerkleFrontier::add_subtree(unsigned height, const Hash256& root) {
  assert((size_ & ((std::uint64_t{1} << (height + 1)) - 1)) == 0 && "subtrees come largest first");
  subtrees_.push_back(root);
  size_ += std::uint64_t{1} << height;
}

Hash256 MerkleFrontier::root(LeafHasher& hasher) const {
  if (subtrees_.empty()) return empty_tree_root();
  Hash256 root = subtrees_.back();
  for (std::size_t i = subtrees_.size() - 1; i > 0; --i) root = hasher.node(subtrees_[i - 1], root);
  return root;
}

Result<std::vector<Hash256>> inclusion_proof(const SubtreeReader& read, std::uint64_t index,
                                             std::uint64_t size) {
  if (index >= size) {
    return Error{"there is no leaf " + std::to_string(index) + " in a tree of " +
                 std::to_string(size)};
  }
  std::vector<Hash256> proof;
  const auto status = Prover(read).path(index, 0, size, proof);
  if (!status) return status.error();
  return proof;
}

Result<std::vector<Hash256>> consistency_proof(const SubtreeReader& read, std::uint64_t old_size,
                                               std::uint64_t size) {
  if (old_size == 0 || old_size > size) {
    return Error{"a tree of " + std::to_string(size) + " did not grow from one of " +
                 std::to_string(old_size)};
  }
  std::vector<Hash256> proof;
  const auto status = Prover(read).old_part(old_size, 0, size, true, proof);
  if (!status) return status.error();
  return proof;
}

Result<Hash256> tree_root(const SubtreeReader& read, std::uint64_t size) {
  if (size == 0) return empty_tree_root();
  return Prover(read).range(0, size);
}

bool verify_inclusion(const Hash256& leaf, std::uint64_t index, const TreeHead& head,
                      const std::vector<Hash256>& proof) {
  if (index >= head.size) return false;
  LeafHasher hasher;
  std::uint64_t at = index;
  std::uint64_t last = head.size - 1;
  Hash256 hash = leaf;
  for (const Hash256& beside : proof) {
    if (last == 0) return false;
    if ((at & 1) != 0 || at == last) {
      hash = hasher.node(beside, hash);
      while ((at & 1) == 0 && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      hash = hasher.node(hash, beside);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == head.root;
}

bool verify_consistency(const TreeHead& older, const TreeHead& newer,
                        const std::vector<Hash256>& proof) {
  if (older.size == 0 || older.size > newer.size) return false;
  if (older.size == newer.size) return proof.empty() && older.root == newer.root;
  LeafHasher hasher;
  std::vector<Hash256> path = proof;
  if (std::has_single_bit(older.size)) path.insert(path.begin(), older.root);
  if (path.empty()) return false;
  std::uint64_t at = older.size - 1;
  std::uint64_t last = newer.size - 1;
  while ((at & 1) != 0) {
    at >>= 1;
    last >>= 1;
  }
  Hash256 old_root = path.front();
  Hash256 new_root = path.front();
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (last == 0) return false;
    if ((at & 1) != 0 || at == last) {
      old_root = hasher.node(path[i], old_root);
      new_root = hasher.node(path[i], new_root);
      while ((at & 1) == 0 && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      new_root = hasher.node(new_root, path[i]);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && old_root == older.root && new_root == newer.root;
}

}  // namespace rookery
