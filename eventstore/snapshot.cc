#include "eventstore/snapshot.h"

#include "eventstore/record_keys.h"
#include "schemas/bounded_decode.h"

namespace rookery {
namespace {

constexpr std::uint16_t kLayout = 1;

// Over the key too: one that stands in another's place is no better than a damaged one.
Hash256 check_of(const EntityId& stream, std::uint64_t version, std::string_view fields) {
  std::string covered(snapshot_key(stream, version).view());
  covered += fields;
  return LeafHasher().leaf(covered);
}

}  // namespace

Status snapshot_limit(const Snapshot& snapshot) {
  if (snapshot.state.size() <= kSnapshotStateBytesMax && snapshot.phase.size() <= 0xffff) {
    return Done{};
  }
  return Error{"the state of " + to_text(snapshot.stream) + " is larger than a snapshot may be"};
}

Hash256 hash_of_state(std::string_view phase, std::string_view state) {
  std::string covered(phase);
  covered += '\0';
  covered += state;
  return LeafHasher().bytes(covered);
}

std::string encode_snapshot(const Snapshot& snapshot) {
  ByteWriter writer;
  writer.u16(kLayout).u16(snapshot.schema).u64(snapshot.reducer).u64(snapshot.epoch);
  writer.bytes(snapshot.state_hash).string(snapshot.phase);
  std::string bytes(writer.result().begin(), writer.result().end());
  bytes += snapshot.state;
  bytes += hash_view(check_of(snapshot.stream, snapshot.version, bytes));
  return bytes;
}

Result<Snapshot> decode_snapshot(const EntityId& stream, std::uint64_t version,
                                 std::string_view bytes) {
  const Error damaged{"the snapshot of " + to_text(stream) + " at version " +
                      std::to_string(version) + " is damaged"};
  if (bytes.size() < sizeof(Hash256)) return damaged;
  const std::string_view fields = bytes.substr(0, bytes.size() - sizeof(Hash256));
  if (hash_view(check_of(stream, version, fields)) != bytes.substr(fields.size())) return damaged;
  ByteReader reader({reinterpret_cast<const std::uint8_t*>(fields.data()), fields.size()});
  const std::uint16_t layout = reader.u16();
  if (layout != kLayout) {
    return Error{"the snapshot of " + to_text(stream) + " has layout " + std::to_string(layout) +
                 ", which this build does not know"};
  }
  Snapshot snapshot;
  snapshot.stream = stream;
  snapshot.version = version;
  snapshot.schema = reader.u16();
  snapshot.reducer = reader.u64();
  snapshot.epoch = reader.u64();
  snapshot.state_hash = reader.array<32>();
  snapshot.phase = reader.string(0xffff);
  const auto state = reader.rest();
  if (!reader.done()) return damaged;
  snapshot.state.assign(reinterpret_cast<const char*>(state.data()), state.size());
  if (hash_of_state(snapshot.phase, snapshot.state) != snapshot.state_hash) return damaged;
  return snapshot;
}

}  // namespace rookery
