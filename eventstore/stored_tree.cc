#include "eventstore/stored_tree.h"

#include <vector>

#include "eventstore/record_keys.h"

namespace rookery {
namespace {

constexpr std::size_t kMissingPerBatch = 4096;

class TreeReader {
 public:
  TreeReader(const RocksDbTables& tables, Shard shard) : tables_(tables), shard_(shard) {}

  Result<Hash256> subtree(unsigned height, std::uint64_t index) {
    const unsigned tier = height / kTierHeight;
    const unsigned above = height % kTierHeight;
    auto row = read_row(tier, index << above, std::size_t{1} << above);
    if (!row) return row.error();
    return fold(std::move(*row));
  }

  // How many of a tier's records, from the first on, are stored.
  Result<std::uint64_t> stored(unsigned tier) const {
    const auto it = tables_.iterate(Table::kTree);
    it->SeekForPrev(slice(tree_key(shard_, tier, ~std::uint64_t{0}).view()));
    if (!it->status().ok()) return store_error(tables_.folder(), it->status());
    const auto place = it->Valid() ? decode_tree_key(it->key().ToStringView()) : std::nullopt;
    return place && place->shard == shard_ && place->tier == tier ? place->index + 1 : 0;
  }

 private:
  Hash256 fold(std::vector<Hash256> row) {
    for (; row.size() > 1; row.resize(row.size() / 2)) {
      for (std::size_t i = 0; i < row.size() / 2; ++i) {
        row[i] = hasher_.node(row[2 * i], row[2 * i + 1]);
      }
    }
    return row.front();
  }

  Result<std::vector<Hash256>> read_row(unsigned tier, std::uint64_t first, std::size_t count) {
    return tier == 0 ? read_leaves(first, count) : read_records(tier, first, count);
  }

  Result<std::vector<Hash256>> read_leaves(std::uint64_t first, std::size_t count) {
    std::vector<Hash256> row;
    const auto it = tables_.iterate(Table::kLog);
    it->Seek(slice(log_key(shard_, first + 1).view()));
    for (std::uint64_t position = first + 1; row.size() < count; ++position, it->Next()) {
      if (!it->Valid() || it->key() != slice(log_key(shard_, position).view())) {
        return missing("position " + std::to_string(position) + " is missing in the log", *it);
      }
      const auto entry = decode_log_entry(it->value().ToStringView());
      if (!entry) return missing("broken log entry at " + std::to_string(position), *it);
      row.push_back(entry->leaf);
    }
    return row;
  }

  Result<std::vector<Hash256>> read_records(unsigned tier, std::uint64_t first, std::size_t count) {
    std::vector<Hash256> row;
    const auto it = tables_.iterate(Table::kTree);
    it->Seek(slice(tree_key(shard_, tier, first).view()));
    for (std::uint64_t index = first; row.size() < count; ++index) {
      if (!it->Valid() || it->key() != slice(tree_key(shard_, tier, index).view())) {
        if (!it->status().ok()) return store_error(tables_.folder(), it->status());
        const auto computed = subtree_below(tier, index);
        if (!computed) return computed.error();
        row.push_back(*computed);
        continue;
      }
      const auto hash = decode_hash(it->value().ToStringView());
      if (!hash) return missing("broken record of the tree", *it);
      row.push_back(*hash);
      it->Next();
    }
    return row;
  }

  Result<Hash256> subtree_below(unsigned tier, std::uint64_t index) {
    auto row = read_row(tier - 1, index << kTierHeight, std::size_t{1} << kTierHeight);
    if (!row) return row.error();
    return fold(std::move(*row));
  }

  Error missing(const std::string& what, const rocksdb::Iterator& it) const {
    if (!it.status().ok()) return store_error(tables_.folder(), it.status());
    return store_error(tables_.folder(), rocksdb::Status::Corruption(
                                             "shard " + std::to_string(shard_) + ": " + what));
  }

  const RocksDbTables& tables_;
  const Shard shard_;
  LeafHasher hasher_;
};

// Stores a tier's records up to what `size` leaves complete.
Status complete_tier(const RocksDbTables& tables, TreeReader& reader, Shard shard, unsigned tier,
                     std::uint64_t size) {
  const std::uint64_t complete = size >> (kTierHeight * tier);
  const auto stored = reader.stored(tier);
  if (!stored) return stored.error();
  rocksdb::WriteBatch batch(0, 0, 8, 0);
  for (std::uint64_t index = *stored; index < complete; ++index) {
    const auto root = reader.subtree(kTierHeight * tier, index);
    if (!root) return root.error();
    auto status = batch.Put(tables.of(Table::kTree), slice(tree_key(shard, tier, index).view()),
                            slice(hash_view(*root)));
    if (status.ok() && (batch.Count() == kMissingPerBatch || index + 1 == complete)) {
      status = tables.db().Write(synced_write(), &batch);
      batch.Clear();
    }
    if (!status.ok()) return store_error(tables.folder(), status);
  }
  return Done{};
}

}  // namespace

Result<Hash256> read_subtree(const RocksDbTables& tables, Shard shard, unsigned height,
                             std::uint64_t index) {
  return TreeReader(tables, shard).subtree(height, index);
}

Result<MerkleFrontier> recover_frontier(const RocksDbTables& tables, Shard shard,
                                        std::uint64_t size, bool read_only) {
  TreeReader reader(tables, shard);
  for (unsigned tier = 1; !read_only && (size >> (kTierHeight * tier)) > 0; ++tier) {
    const auto status = complete_tier(tables, reader, shard, tier, size);
    if (!status) return status.error();
  }
  MerkleFrontier frontier;
  for (int height = 63; height >= 0; --height) {
    if ((size >> height & 1) == 0) continue;
    const auto root = reader.subtree(static_cast<unsigned>(height), (size >> height) - 1);
    if (!root) return root.error();
    frontier.add_subtree(static_cast<unsigned>(height), *root);
  }
  return frontier;
}

}  // namespace rookery
