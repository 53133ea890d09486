// The guest's only process that speaks with the host: answers requests for frames, injects input,
// keeps the image's programs running.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "guest-agent/agent/clipboard.h"
#include "guest-agent/agent/framebuffer_source.h"
#include "guest-agent/agent/input_injector.h"
#include "guest-agent/agent/inputs_taken.h"
#include "guest-agent/agent/programs.h"
#include "guest-agent/agent/x_server.h"
#include "guest-agent/seqpacket.h"
#include "schemas/guest_messages.h"

namespace rookery::guest {

struct AgentOptions {
  std::string socket;
  std::filesystem::path image;
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  std::uint64_t boot = 0;
  int orphan_s = 600;  // without a host for so long, the guest ends itself
};

class Agent {
 public:
  // Boots: X server, programs, socket.
  static Result<std::unique_ptr<Agent>> boot(const AgentOptions& options);
  // Until asked to stop, orphaned, or the X server is gone. Returns the exit code.
  int run();

 private:
  explicit Agent(AgentOptions options) : options_(std::move(options)) {}
  Status set_up();

  void wait();
  void take_signals();
  void take_x_events();
  void take_host();
  bool take_messages(int messages_max);
  void greet_host();
  bool tell_host(const FromAgent& message, int file = -1);
  void lose_host();
  void drop_host();
  void take_message(const ToAgent& message);
  bool can_answer() const;
  void answer_request();
  void answer_clipboard();
  void tell_overfull();
  void settle();
  bool windows_are_there() const;
  int wait_ms() const;
  void end_programs();

  AgentOptions options_;
  XServer x_;
  std::unique_ptr<FramebufferSource> frames_;
  std::unique_ptr<InputInjector> input_;
  std::unique_ptr<Clipboard> clipboard_;
  InputsTaken inputs_taken_;
  Programs programs_;
  FileDescriptor signals_;
  FileDescriptor listener_;
  FileDescriptor host_;

  bool stopping_ = false;
  int exit_code_ = 0;
  bool requested_ = false;
  bool full_ = false;
  // The screen can be used when the awaited windows are there and nothing has changed for a moment.
  bool settled_ = false;
  std::int64_t window_since_us_ = 0;
  std::int64_t changed_us_ = 0;
  std::int64_t alone_since_us_ = 0;
};

}  // namespace rookery::guest
