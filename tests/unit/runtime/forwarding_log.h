// An event log that hands everything on to another: tests change what they need.
#pragma once

#include "eventstore/event_log.h"

namespace rookery {

class ForwardingLog : public EventLog {
 public:
  explicit ForwardingLog(EventLog& real) : real_(real) {}

  void append(Append append, std::function<void(AppendResult)> done) override {
    real_.append(std::move(append), std::move(done));
  }
  std::optional<std::string> failure() const override { return real_.failure(); }
  std::uint16_t shard_count() const override { return real_.shard_count(); }
  Shard shard_of(const EntityId& stream) const override { return real_.shard_of(stream); }
  Result<std::uint64_t> stream_version(const EntityId& stream) const override {
    return real_.stream_version(stream);
  }
  Status read_stream(const EntityId& stream, std::uint64_t from,
                     const EnvelopeVisitor& visit) const override {
    return real_.read_stream(stream, from, visit);
  }
  Status read_log(Shard shard, std::uint64_t from, const EnvelopeVisitor& visit) const override {
    return real_.read_log(shard, from, visit);
  }
  std::uint64_t last_position(Shard shard) const override { return real_.last_position(shard); }
  TreeHead tree_head(Shard shard) const override { return real_.tree_head(shard); }
  Result<Hash256> subtree(Shard shard, unsigned height, std::uint64_t index) const override {
    return real_.subtree(shard, height, index);
  }
  Status put_checkpoint(Shard shard, std::uint64_t size, const std::string& note) override {
    return real_.put_checkpoint(shard, size, note);
  }
  Status read_checkpoints(Shard shard, std::uint64_t from,
                          const CheckpointVisitor& visit) const override {
    return real_.read_checkpoints(shard, from, visit);
  }
  Result<std::optional<std::string>> last_checkpoint(Shard shard) const override {
    return real_.last_checkpoint(shard);
  }
  std::string identity() const override { return real_.identity(); }
  Result<std::optional<std::string>> command_result(const EntityId& stream,
                                                    const Id128& id) const override {
    return real_.command_result(stream, id);
  }
  Result<std::vector<EntityId>> streams(EntityKind kind, const EntityId& after,
                                        std::size_t limit) const override {
    return real_.streams(kind, after, limit);
  }
  std::shared_ptr<void> on_commit(std::function<void(Shard, std::uint64_t)> listener) override {
    return real_.on_commit(std::move(listener));
  }
  Status put_snapshot(const Snapshot& snapshot) override { return real_.put_snapshot(snapshot); }
  Result<std::optional<Snapshot>> last_snapshot(const EntityId& stream,
                                                std::uint64_t until_version) const override {
    return real_.last_snapshot(stream, until_version);
  }

 protected:
  EventLog& real() const { return real_; }

 private:
  EventLog& real_;
};

}  // namespace rookery
