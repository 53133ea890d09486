#include "guest-agent/driver/agent_connection.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <set>
#include <utility>
#include <vector>

#include "guest-agent/message_codec.h"
#include "schemas/utf8.h"

namespace rookery::guest {
namespace {

constexpr std::uint32_t kBytesPerPixel = 4;
// Of one session; more than hands do while an agent does not read for seconds.
constexpr std::size_t kWaitingMax = 2'048;
// Sessions that an agent may say are overfull.
constexpr std::size_t kOverfullMax = 1'024;
// An agent takes no messages while it works off inputs, but never for so long.
constexpr std::chrono::seconds kNothingTakenMax{60};

class Mapping {
 public:
  Mapping() = default;
  Mapping(void* address, std::size_t bytes) : address_(address), bytes_(bytes) {}
  ~Mapping() {
    if (address_ != nullptr) ::munmap(address_, bytes_);
  }
  Mapping(Mapping&& other) noexcept
      : address_(std::exchange(other.address_, nullptr)), bytes_(other.bytes_) {}
  Mapping& operator=(Mapping&&) = delete;
  const std::uint8_t* data() const { return static_cast<const std::uint8_t*>(address_); }

 private:
  void* address_ = nullptr;
  std::size_t bytes_ = 0;
};

// CLOCK_MONOTONIC, as the agent's.
bool is_past(std::int64_t us) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return us > 0 && us <= std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

Rectangle clipped(const Rectangle& rectangle, const Hello& shape) {
  Rectangle out = rectangle;
  out.x = std::min(out.x, shape.width_px);
  out.y = std::min(out.y, shape.height_px);
  out.width = std::min<std::uint16_t>(out.width, shape.width_px - out.x);
  out.height = std::min<std::uint16_t>(out.height, shape.height_px - out.y);
  return out;
}

class SocketConnection final : public AgentConnection {
 public:
  SocketConnection(FileDescriptor socket, const Hello& hello, Mapping pixels)
      : socket_(std::move(socket)), hello_(hello), pixels_(std::move(pixels)) {}

  const Hello& hello() const override { return hello_; }
  const std::uint8_t* pixels() const override { return pixels_.data(); }
  int event_fd() const override { return socket_.get(); }
  short wanted_events() const override {
    return static_cast<short>(waiting_.empty() ? POLLIN : POLLIN | POLLOUT);
  }
  void request_frame(bool full) override {
    ++requests_;
    say(RequestFrame{full});
  }
  using AgentConnection::inject;
  void inject(const InputEvent& event, const InputNumber& number) override {
    say(Inject{event, number}, number.session);
  }
  bool full(const EntityId& session) const override {
    const auto is_its = [&](const Waiting& one) { return one.session == session; };
    return overfull_.contains(session) ||
           (waiting_.size() >= kWaitingMax &&
            std::count_if(waiting_.begin(), waiting_.end(), is_its) >= std::int64_t{kWaitingMax});
  }
  void forget(const EntityId& session) override {
    std::erase_if(waiting_, [&](const Waiting& one) { return one.session == session; });
    overfull_.erase(session);
    say(Forget{session});
  }
  void request_clipboard() override {
    if (clipboard_asked_) return;
    clipboard_asked_ = true;
    copied_.clear();
    say(RequestClipboard{});
  }
  std::optional<ClipboardText> take_clipboard() override {
    return std::exchange(clipboard_, std::nullopt);
  }
  bool ended() const override { return ended_; }

  bool next_frame(FrameReady& frame) override {
    send_waiting();
    std::optional<FromAgent> message;
    do {
      message = ended_ ? std::nullopt : next_message();
      if (!message) return false;
    } while (take_part(*message));
    auto* ready = std::get_if<FrameReady>(&*message);
    // Only what was asked for: a guest that talks by itself would keep its host busy. And only
    // times that were: those of others cannot be calculated with.
    if (ready == nullptr || requests_ == 0 || !is_past(ready->captured_us)) {
      ended_ = true;
      return false;
    }
    --requests_;
    frame = std::move(*ready);
    for (Rectangle& rectangle : frame.damage) rectangle = clipped(rectangle, hello_);
    std::erase_if(frame.damage,
                  [](const Rectangle& one) { return one.width == 0 || one.height == 0; });
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;

  struct Waiting {
    EntityId session;  // zeros: nobody's input
    std::vector<std::uint8_t> encoded;
  };

  void say(const ToAgent& message, const EntityId& session = {}) {
    if (ended_) return;
    if (waiting_.empty()) taken_at_ = Clock::now();
    waiting_.push_back({session, encode(message)});
    send_waiting();
  }

  // A full socket is that of an agent with much to do: a person's burst must not end the phone.
  void send_waiting() {
    while (!ended_ && !waiting_.empty()) {
      const Sending sending = send(socket_.get(), waiting_.front().encoded);
      if (sending == Sending::kEnded) ended_ = true;
      if (sending != Sending::kSent) break;
      taken_at_ = Clock::now();
      waiting_.pop_front();
    }
    if (!waiting_.empty() && Clock::now() > taken_at_ + kNothingTakenMax) ended_ = true;
  }
  // Nothing: none is there yet, or the connection has ended.
  std::optional<FromAgent> next_message() {
    Received received;
    const Receipt receipt = receive(socket_.get(), received);
    if (receipt == Receipt::kNothingYet) return std::nullopt;
    auto message = receipt == Receipt::kMessage ? decode_from_agent(received.bytes)
                                                : std::optional<FromAgent>();
    if (!message) ended_ = true;
    return message;
  }
  // False: it is something else, or was not asked for.
  bool take_part(const FromAgent& message) {
    if (const auto* overfull = std::get_if<Overfull>(&message)) {
      return overfull_.size() < kOverfullMax && overfull_.insert(overfull->session).second;
    }
    const auto* part = std::get_if<ClipboardPart>(&message);
    if (part == nullptr || !clipboard_asked_) return false;
    copied_ += part->bytes;
    if (copied_.size() > kClipboardBytesMax || (part->bytes.empty() && !part->last)) return false;
    if (!part->last) return true;
    clipboard_asked_ = false;
    const bool text = part->state == ClipboardState::kText && is_utf8(copied_);
    const ClipboardState otherwise =
        part->state == ClipboardState::kText ? ClipboardState::kNothing : part->state;
    clipboard_ = text ? ClipboardText{ClipboardState::kText, std::move(copied_)}
                      : ClipboardText{otherwise, {}};
    copied_.clear();
    return true;
  }

  FileDescriptor socket_;
  Hello hello_;
  Mapping pixels_;
  std::uint64_t requests_ = 0;   // not answered, at most
  std::deque<Waiting> waiting_;  // oldest first
  std::set<EntityId> overfull_;  // by the agent's word
  Clock::time_point taken_at_;   // when the agent last took something, or had taken everything
  bool clipboard_asked_ = false;
  std::string copied_;  // so far
  std::optional<ClipboardText> clipboard_;
  std::atomic<bool> ended_{false};
};

// Nothing when the agent ended or the time is over.
std::optional<Received> wait_for_message(int socket,
                                         std::chrono::steady_clock::time_point deadline) {
  Received received;
  while (true) {
    const Receipt receipt = receive(socket, received);
    if (receipt == Receipt::kMessage) return received;
    if (receipt == Receipt::kEnded) return std::nullopt;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd readable{socket, POLLIN, 0};
    ::poll(&readable, 1, static_cast<int>(left.count()));
  }
}

Status check_shape(const Hello& hello, const GuestShape& wanted) {
  if (hello.protocol_version != kProtocolVersion) {
    return Error{"the guest's agent speaks protocol " + std::to_string(hello.protocol_version) +
                 ", this host " + std::to_string(kProtocolVersion)};
  }
  if (wanted.boot != 0 && hello.boot != wanted.boot) {
    return Error{"the guest runs boot " + std::to_string(hello.boot) + ", not " +
                 std::to_string(wanted.boot)};
  }
  if (hello.width_px != wanted.width_px || hello.height_px != wanted.height_px ||
      hello.stride_bytes != hello.width_px * kBytesPerPixel) {
    return Error{"the guest's screen has another size than asked for"};
  }
  return Done{};
}

// Sealed against shrinking: reading it can never fault, whatever the guest does.
Result<Mapping> map_pixels(const FileDescriptor& file, const Hello& hello) {
  const std::size_t bytes = std::size_t{hello.stride_bytes} * hello.height_px;
  struct stat status {};
  const int seals = ::fcntl(file.get(), F_GET_SEALS);
  if (!file || seals < 0 || (seals & F_SEAL_SHRINK) == 0 || ::fstat(file.get(), &status) != 0 ||
      static_cast<std::size_t>(status.st_size) < bytes) {
    return Error{"the guest's agent gave no usable picture memory"};
  }
  void* address = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.get(), 0);
  if (address == MAP_FAILED) return Error{"cannot map the guest's picture memory"};
  return Mapping(address, bytes);
}

}  // namespace

Result<std::unique_ptr<AgentConnection>> greet_agent(FileDescriptor socket, const GuestShape& shape,
                                                     int wait_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
  auto first = wait_for_message(socket.get(), deadline);
  const auto greeting = first ? decode_from_agent(first->bytes) : std::optional<FromAgent>();
  const Hello* hello = greeting ? std::get_if<Hello>(&*greeting) : nullptr;
  if (hello == nullptr) return Error{"the guest's agent does not answer"};
  const Status fits = check_shape(*hello, shape);
  if (!fits) return fits.error();
  auto pixels = map_pixels(first->file, *hello);
  if (!pixels) return pixels.error();
  const auto second = wait_for_message(socket.get(), deadline);
  const auto ready = second ? decode_from_agent(second->bytes) : std::optional<FromAgent>();
  if (!ready || !std::holds_alternative<Ready>(*ready)) {
    return Error{"the guest's programs did not come up in time"};
  }
  return std::unique_ptr<AgentConnection>(
      std::make_unique<SocketConnection>(std::move(socket), *hello, std::move(*pixels)));
}

}  // namespace rookery::guest
