#include "guest-agent/agent/agent.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "guest-agent/agent/x_reply.h"
#include "guest-agent/message_codec.h"

namespace rookery::guest {
namespace {

constexpr std::int64_t kQuietUs = 300000;         // no change for so long: the programs are up
constexpr std::int64_t kSettleMaxUs = 3000000;    // some screens never rest
constexpr std::int64_t kAwaitMaxUs = 30000000;    // and some windows never come
constexpr std::int64_t kEndProgramsUs = 2000000;  // between asking programs to end and leaving
constexpr std::int64_t kMicrosecondsPerSecond = 1000000;
constexpr int kMessagesAtOnceMax = 256;
constexpr int kLastWordsMax = 4096;  // of a host that died

std::int64_t monotonic_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kMicrosecondsPerSecond + now.tv_nsec / 1000;
}

FileDescriptor take_over_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return FileDescriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::boot(const AgentOptions& options) {
  std::unique_ptr<Agent> agent(new Agent(options));
  const Status ready = agent->set_up();
  if (!ready) return ready.error();
  return agent;
}

Status Agent::set_up() {
  signals_ = take_over_signals();
  if (const char* home = std::getenv("HOME")) furnish_home(options_.image, home);
  auto programs = Programs::read(options_.image);
  if (!programs) return programs.error();
  programs_ = std::move(*programs);
  auto server = start_x_server(options_.width_px, options_.height_px);
  if (!server) return server.error();
  x_ = std::move(*server);
  auto frames = FramebufferSource::open(x_.connection.get(), *x_.screen);
  if (!frames) return frames.error();
  frames_ = std::move(*frames);
  input_ =
      std::make_unique<InputInjector>(x_.connection.get(), *x_.screen, std::move(x_.touch_screen));
  clipboard_ = std::make_unique<Clipboard>(x_.connection.get(), *x_.screen);
  const std::uint32_t windows_come_and_go = XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY;
  xcb_change_window_attributes(x_.connection.get(), x_.screen->root, XCB_CW_EVENT_MASK,
                               &windows_come_and_go);
  xcb_flush(x_.connection.get());
  auto listener = listen_at(options_.socket);
  if (!listener) return listener.error();
  listener_ = std::move(*listener);
  alone_since_us_ = monotonic_us();
  return Done{};
}

int Agent::run() {
  while (!stopping_) {
    programs_.start_due(monotonic_us());
    take_x_events();
    settle();
    answer_request();
    answer_clipboard();
    tell_overfull();
    // The answers may have brought events with them, which poll() would not see.
    take_x_events();
    if (!can_answer()) wait();
    take_signals();
    take_host();
    input_->go_on(monotonic_us());
    if (!host_ && monotonic_us() - alone_since_us_ > options_.orphan_s * kMicrosecondsPerSecond) {
      std::fprintf(stderr, "no host for %d s: ending\n", options_.orphan_s);
      stopping_ = true;
    }
  }
  end_programs();
  return exit_code_;
}

void Agent::wait() {
  if (stopping_) return;
  std::array<pollfd, 5> files{{{signals_.get(), POLLIN, 0},
                               {xcb_get_file_descriptor(x_.connection.get()), POLLIN, 0},
                               {listener_.get(), POLLIN, 0},
                               {input_->full() ? -1 : host_.get(), POLLIN, 0},
                               {input_->fd(), POLLIN, 0}}};
  ::poll(files.data(), files.size(), wait_ms());
}

// Until the next moment at which something is due; events come by themselves.
int Agent::wait_ms() const {
  const std::int64_t now = monotonic_us();
  std::int64_t due = now + kMicrosecondsPerSecond * 3600;
  if (!host_) due = std::min(due, alone_since_us_ + options_.orphan_s * kMicrosecondsPerSecond);
  if (const std::int64_t start = programs_.next_due_us()) due = std::min(due, start);
  if (const std::int64_t input = input_->due_us()) due = std::min(due, input);
  if (const std::int64_t answer = clipboard_->due_us()) due = std::min(due, answer);
  if (!settled_ && window_since_us_ != 0) {
    due = std::min(due, changed_us_ + kQuietUs);
  }
  return static_cast<int>(std::max<std::int64_t>(0, due - now) / 1000) + 1;
}

void Agent::take_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo != SIGCHLD) stopping_ = true;
  }
  for (pid_t pid = 0; (pid = ::waitpid(-1, nullptr, WNOHANG)) > 0;) {
    programs_.ended(pid);
    if (pid == x_.pid && !stopping_) {
      std::fprintf(stderr, "the X server ended\n");
      stopping_ = true;
      exit_code_ = 1;
    }
  }
}

void Agent::take_x_events() {
  xcb_connection_t* connection = x_.connection.get();
  while (xcb_generic_event_t* raw = xcb_poll_for_event(connection)) {
    const auto event = owned(raw);
    const std::int64_t now = monotonic_us();
    if (frames_->take_event(*event, now)) {
      changed_us_ = now;
    } else if (clipboard_->take_event(*event, now)) {
      continue;
    } else if ((event->response_type & 0x7f) == XCB_MAP_NOTIFY && window_since_us_ == 0) {
      const auto* map = reinterpret_cast<const xcb_map_notify_event_t*>(raw);
      const auto shape = owned(
          xcb_get_geometry_reply(connection, xcb_get_geometry(connection, map->window), nullptr));
      const int half = options_.width_px * options_.height_px / 2;
      if (shape && shape->width * shape->height >= half) window_since_us_ = now;
    }
  }
  if (xcb_connection_has_error(connection) != 0 && !stopping_) {
    std::fprintf(stderr, "the X server is gone\n");
    stopping_ = true;
    exit_code_ = 1;
  }
}

// Until the host has asked for its first frame, changes are only waited for, not shown.
void Agent::settle() {
  if (settled_ || window_since_us_ == 0) return;
  const std::int64_t now = monotonic_us();
  if (frames_->dirty()) {
    FrameReady unseen;
    frames_->capture(false, now, unseen);
  }
  const std::int64_t waited_us = now - window_since_us_;
  if (now - changed_us_ < kQuietUs && waited_us < kSettleMaxUs) return;
  if (waited_us < kAwaitMaxUs && !windows_are_there()) {
    changed_us_ = now;  // look again later
    return;
  }
  settled_ = true;
  if (host_ && !tell_host(Ready{})) lose_host();
}

bool Agent::windows_are_there() const {
  const std::set<std::string> there = window_names(x_.connection.get(), x_.screen->root);
  return std::all_of(programs_.awaited().begin(), programs_.awaited().end(),
                     [&](const std::string& name) { return there.contains(name); });
}

void Agent::take_host() {
  pollfd waiting{listener_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, 0) > 0) greet_host();
  // Bounded, so that a flood of input does not keep frames from being answered.
  if (host_ && !take_messages(kMessagesAtOnceMax)) drop_host();
}

// False: the host is gone, or broke the protocol.
bool Agent::take_messages(int messages_max) {
  Received received;
  for (int i = 0; !input_->full() && i < messages_max; ++i) {
    const Receipt receipt = receive(host_.get(), received);
    if (receipt == Receipt::kNothingYet) return true;
    const auto message =
        receipt == Receipt::kMessage ? decode_to_agent(received.bytes) : std::nullopt;
    if (!message) return false;
    take_message(*message);
  }
  return true;
}

// The newest host is the one: an older connection is of a process that died.
void Agent::greet_host() {
  FileDescriptor next(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!next) return;
  lose_host();
  host_ = std::move(next);
  Hello hello;
  hello.width_px = options_.width_px;
  hello.height_px = options_.height_px;
  hello.stride_bytes = frames_->stride_bytes();
  hello.boot = options_.boot;
  hello.inputs = inputs_taken_.latest();
  const bool sent = tell_host(hello, frames_->memory_fd()) && (!settled_ || tell_host(Ready{}));
  if (!sent) drop_host();
}

// A host reads all that it asked for: one whose buffer is full does not.
bool Agent::tell_host(const FromAgent& message, int file) {
  return send(host_.get(), encode(message), file) == Sending::kSent;
}

// It is dead. What it said before counts: nobody would say it again.
void Agent::lose_host() {
  if (host_) take_messages(kLastWordsMax);
  drop_host();
}

void Agent::drop_host() {
  host_.reset();
  input_->release_all(monotonic_us());
  requested_ = full_ = false;
  alone_since_us_ = monotonic_us();
}

void Agent::take_message(const ToAgent& message) {
  if (const auto* request = std::get_if<RequestFrame>(&message)) {
    requested_ = true;
    full_ |= request->full;
  } else if (const auto* inject = std::get_if<Inject>(&message)) {
    if (!inputs_taken_.take(inject->number)) return;
    input_->inject(inject->event, inject->number.session, monotonic_us());
  } else if (const auto* forget = std::get_if<Forget>(&message)) {
    input_->forget(forget->session, monotonic_us());
  } else if (std::holds_alternative<RequestClipboard>(message)) {
    clipboard_->ask(monotonic_us());
  } else if (std::holds_alternative<Shutdown>(message)) {
    stopping_ = true;
  }
}

bool Agent::can_answer() const { return host_ && requested_ && (full_ || frames_->dirty()); }

void Agent::answer_request() {
  if (!can_answer()) return;
  FrameReady frame;
  if (!frames_->capture(full_, monotonic_us(), frame)) return;
  requested_ = full_ = false;
  if (!tell_host(frame)) lose_host();
}

void Agent::tell_overfull() {
  while (const auto session = input_->take_overfull()) {
    if (host_ && !tell_host(Overfull{*session})) return lose_host();
  }
}

void Agent::answer_clipboard() {
  const auto copied = clipboard_->take_answer(monotonic_us());
  if (!copied || !host_) return;
  for (std::size_t at = 0;;) {
    ClipboardPart part{copied->state, false, copied->utf8.substr(at, kClipboardPartBytesMax)};
    at += part.bytes.size();
    part.last = at == copied->utf8.size();
    if (!tell_host(part)) return lose_host();
    if (part.last) return;
  }
}

// Everything in the guest; what does not end in time ends with the sandbox. Outside of one, where
// this is not the first process, "everything" would be the whole machine.
void Agent::end_programs() {
  host_.reset();
  if (::getpid() != 1) return;
  ::kill(-1, SIGTERM);
  const std::int64_t until = monotonic_us() + kEndProgramsUs;
  while (monotonic_us() < until) {
    const pid_t pid = ::waitpid(-1, nullptr, WNOHANG);
    if (pid < 0) return;
    if (pid == 0) ::usleep(10000);
  }
}

}  // namespace rookery::guest
