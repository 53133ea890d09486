// What the events themselves say stands at each position of a shard, for the comparison with the
// log.
#pragma once

#include <cstdint>

#include "eventstore/record_keys.h"
#include "schemas/result.h"

namespace rookery {

// An unlinked temporary file, mapped: the system may write it out, so memory stays free.
class LeafTable {
 public:
  struct Row {
    Hash256 leaf{};
    std::uint64_t place = 0;  // of stream and version, see place_of(); 0: no event said so
  };

  // For positions 1 to `positions`.
  static Result<LeafTable> create(std::uint64_t positions);
  ~LeafTable();
  LeafTable(LeafTable&& other) noexcept;
  LeafTable& operator=(LeafTable&& other) noexcept;

  std::uint64_t positions() const { return positions_; }
  Row& at(std::uint64_t position) { return rows_[position - 1]; }

  // A number for (stream, version); never 0. Collisions do no harm: the leaf commits to both.
  static std::uint64_t place_of(const EntityId& stream, std::uint64_t version);

 private:
  LeafTable(Row* rows, std::uint64_t positions) : rows_(rows), positions_(positions) {}

  Row* rows_ = nullptr;
  std::uint64_t positions_ = 0;
};

}  // namespace rookery
