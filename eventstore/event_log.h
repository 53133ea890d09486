// The event log: what every actor's state is rebuilt from.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "eventstore/merkle.h"
#include "eventstore/snapshot.h"
#include "schemas/envelope.h"
#include "schemas/event_codec.h"
#include "schemas/ids.h"
#include "schemas/result.h"

namespace rookery {

using Shard = std::uint16_t;

inline constexpr std::size_t kPayloadBytesMax = 1 << 20;  // one event's payload
inline constexpr std::size_t kEventsPerAppendMax = 1024;  // one append
inline constexpr std::size_t kAppendBytesMax = 16 << 20;  // one append's payloads and answer
inline constexpr std::uint64_t kAnyVersion = ~std::uint64_t{0};

// One atomic append: all events or none, with the command's answer beside them.
struct Append {
  EntityId stream;
  std::uint64_t expected_version = 0;  // version of the stream's last event; 0 for a new stream
  Provenance provenance;
  std::vector<EncodedEvent> events;  // may be empty when only the answer is to be kept
  std::string command_result;        // kept under (stream, command_id); empty: not kept
};

struct Appended {
  std::uint64_t first_version =
      0;  // of the append's first event; with none: the stream's version + 1
  std::uint64_t first_position = 0;  // positions of one append are consecutive
  std::uint64_t count = 0;
  std::uint64_t epoch = 0;
};
// Somebody else appended first; nothing was written.
struct VersionConflict {
  std::uint64_t actual_version = 0;
};
// The append breaks a stated limit; nothing was written.
struct AppendRefused {
  std::string message;
};
// Too much waits to be written; nothing of this was. The same may be taken later.
struct AppendOverload {};
// The store has stopped (disk full, WAL or fsync error). Whether this append is on disk is unknown;
// nothing further will be accepted until the process restarts and recovers.
struct StoreFailed {
  std::string message;
};
using AppendResult =
    std::variant<Appended, VersionConflict, AppendRefused, AppendOverload, StoreFailed>;

// Return false to stop reading.
using EnvelopeVisitor = std::function<bool(const Envelope&)>;
using CheckpointVisitor = std::function<bool(std::uint64_t size, const std::string& note)>;

// Thread-safe. Reads see every append that was answered before they began.
class EventLog {
 public:
  virtual ~EventLog() = default;

  // Queues the append and returns at once. `done` is called exactly once, from the commit thread,
  // after the events are durable (or refused); it must not block.
  virtual void append(Append append, std::function<void(AppendResult)> done) = 0;

  // Why nothing further is accepted; nothing while all is well.
  virtual std::optional<std::string> failure() const = 0;

  virtual std::uint16_t shard_count() const = 0;
  virtual Shard shard_of(const EntityId& stream) const = 0;

  // Version of the stream's last event; 0 when there is none.
  virtual Result<std::uint64_t> stream_version(const EntityId& stream) const = 0;
  // Events of one stream in version order, from `from_version` on.
  virtual Status read_stream(const EntityId& stream, std::uint64_t from_version,
                             const EnvelopeVisitor& visit) const = 0;
  // Events of one shard in position order, from `from_position` on, up to the last durable one.
  virtual Status read_log(Shard shard, std::uint64_t from_position,
                          const EnvelopeVisitor& visit) const = 0;
  // Position of the shard's last durable event; 0 when there is none.
  virtual std::uint64_t last_position(Shard shard) const = 0;
  // The audit tree over the shard's durable events, and the roots of perfect subtrees of it: leaves
  // [index << height, (index + 1) << height), leaf n being the event at position n + 1.
  virtual TreeHead tree_head(Shard shard) const = 0;
  virtual Result<Hash256> subtree(Shard shard, unsigned height, std::uint64_t index) const = 0;
  // Signed checkpoints of that tree, in the order of their sizes. Storing one that is there already
  // replaces it; it is durable with the next append.
  virtual Status put_checkpoint(Shard shard, std::uint64_t size, const std::string& note) = 0;
  virtual Status read_checkpoints(Shard shard, std::uint64_t from_size,
                                  const CheckpointVisitor& visit) const = 0;
  // The largest; nothing when there is none.
  virtual Result<std::optional<std::string>> last_checkpoint(Shard shard) const = 0;
  // Keeps a snapshot beside the stream and drops older ones (kSnapshotsKept). Waits for the disk:
  // not for an actor's thread. Durable with the next append.
  virtual Status put_snapshot(const Snapshot& snapshot) = 0;
  // The stream's newest up to `until_version`. Error: it is broken; read the events instead.
  virtual Result<std::optional<Snapshot>> last_snapshot(const EntityId& stream,
                                                        std::uint64_t until_version) const = 0;
  // What tells this store from any other: 32 hex digits, given at birth.
  virtual std::string identity() const = 0;
  // The answer kept for a command; nothing when that command was never answered.
  virtual Result<std::optional<std::string>> command_result(const EntityId& stream,
                                                            const Id128& command_id) const = 0;
  // Streams of one kind in id order, strictly after `after`, at most `limit`.
  virtual Result<std::vector<EntityId>> streams(EntityKind kind, const EntityId& after,
                                                std::size_t limit) const = 0;
  // Called from the commit thread after each durable batch with the shard's new last position; must
  // not block. Returns a handle; the listener is gone when the handle is destroyed.
  virtual std::shared_ptr<void> on_commit(
      std::function<void(Shard, std::uint64_t last_position)> listener) = 0;
};

// Convenience for tools and tests: waits for durability. Never call it on an actor's thread.
AppendResult append_and_wait(EventLog& log, Append append);

}  // namespace rookery
