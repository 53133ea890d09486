#include "tools/rookeryd/agent_adapters.h"

namespace rookery {
namespace {

// Shared, because media owns source and input separately and drops them in its own order.
using SharedConnection = std::shared_ptr<guest::AgentConnection>;

class AgentFrames final : public media::FrameSource {
 public:
  explicit AgentFrames(SharedConnection connection) : connection_(std::move(connection)) {}

  void request_frame(bool full) override { connection_->request_frame(full); }
  int event_fd() const override { return connection_->event_fd(); }
  short wanted_events() const override { return connection_->wanted_events(); }
  bool ended() const override { return connection_->ended(); }
  void request_clipboard() override { connection_->request_clipboard(); }
  std::optional<ClipboardText> take_clipboard() override { return connection_->take_clipboard(); }

  bool take_frame(media::FrameView& frame) override {
    guest::FrameReady ready;
    if (!connection_->next_frame(ready)) return false;
    const guest::Hello& shape = connection_->hello();
    frame.bgrx = connection_->pixels();
    frame.stride_bytes = shape.stride_bytes;
    frame.width_px = shape.width_px;
    frame.height_px = shape.height_px;
    frame.sequence = ready.sequence;
    frame.captured_us = ready.captured_us;
    frame.damage = std::move(ready.damage);
    return true;
  }

 private:
  SharedConnection connection_;
};

class AgentInput final : public media::InputSink {
 public:
  explicit AgentInput(SharedConnection connection) : connection_(std::move(connection)) {}
  void inject(const InputEvent& event, const InputNumber& number) override {
    connection_->inject(event, number);
  }
  std::vector<InputNumber> known() const override { return connection_->hello().inputs; }
  bool full(const EntityId& session) const override { return connection_->full(session); }
  void forget(const EntityId& session) override { connection_->forget(session); }

 private:
  SharedConnection connection_;
};

}  // namespace

AdaptedAgent adapt_agent(std::unique_ptr<guest::AgentConnection> connection) {
  const SharedConnection shared = std::move(connection);
  return {std::make_unique<AgentFrames>(shared), std::make_unique<AgentInput>(shared), shared};
}

}  // namespace rookery
