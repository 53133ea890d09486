#include "eventstore/leaf_table.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace rookery {

Result<LeafTable> LeafTable::create(std::uint64_t positions) {
  if (positions == 0) return LeafTable(nullptr, 0);
  const std::size_t bytes = positions * sizeof(Row);
  std::string name = (std::filesystem::temp_directory_path() / "rookery-verify-XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return Error{"cannot make a temporary file: " + std::string(std::strerror(errno))};
  ::unlink(name.c_str());
  void* rows = MAP_FAILED;
  // Allocated, not only sized: a full disk must be an error here, not a signal later.
  const int failure = ::posix_fallocate(file, 0, static_cast<off_t>(bytes));
  if (failure == 0) rows = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (rows == MAP_FAILED) {
    return Error{"no room for a temporary file of " + std::to_string(bytes) +
                 " bytes: set TMPDIR to a larger disk"};
  }
  return LeafTable(static_cast<Row*>(rows), positions);
}

LeafTable::~LeafTable() {
  if (rows_ != nullptr) ::munmap(rows_, positions_ * sizeof(Row));
}

LeafTable::LeafTable(LeafTable&& other) noexcept
    : rows_(std::exchange(other.rows_, nullptr)), positions_(std::exchange(other.positions_, 0)) {}

LeafTable& LeafTable::operator=(LeafTable&& other) noexcept {
  std::swap(rows_, other.rows_);
  std::swap(positions_, other.positions_);
  return *this;
}

std::uint64_t LeafTable::place_of(const EntityId& stream, std::uint64_t version) {
  std::uint64_t halves[2];
  static_assert(sizeof halves == sizeof stream.bytes);
  std::memcpy(halves, stream.bytes.data(), sizeof halves);
  std::uint64_t mixed = halves[0] * 0x9e3779b97f4a7c15U ^ halves[1];
  mixed = (mixed ^ mixed >> 29) * 0xbf58476d1ce4e5b9U + version;
  mixed = (mixed ^ mixed >> 32) * 0x94d049bb133111ebU;
  return mixed | 1;
}

}  // namespace rookery
