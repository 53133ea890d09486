#include "guest-agent/agent/touch_screen.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace rookery::guest {
namespace {

// The driver's messages, in this machine's byte order; each begins with its own length.
constexpr std::uint32_t kClientVersion = 0;
constexpr std::uint32_t kWaitForSync = 1;
constexpr std::uint32_t kTouch = 6;
constexpr std::uint32_t kServerVersion = 0;
constexpr std::uint32_t kSyncFinished = 1;

struct Header {
  std::uint32_t bytes = 0;
  std::uint32_t kind = 0;
};
struct Version {
  Header header{sizeof(Version), kClientVersion};
  std::uint16_t major = 1;
  std::uint16_t minor = 0;
};
struct TouchMessage {
  Header header{sizeof(TouchMessage), kTouch};
  std::uint32_t finger = 0;
  std::uint32_t phase = 0;  // XI_TouchBegin, XI_TouchUpdate, XI_TouchEnd
  std::uint32_t unaccelerated = 0;
  std::array<std::uint8_t, 8> axes_given{0b11};  // one bit an axis: x and y
  std::uint32_t unused = 0;
  std::array<double, 64> axes{};
  std::array<double, 64> axes_unaccelerated{};
};
static_assert(sizeof(Version) == 12 && sizeof(TouchMessage) == 1056);

constexpr std::uint32_t kTouchBegin = 18;  // XI2.h
constexpr double kAxisValues = 65536;      // an axis goes from 0 to 65535
constexpr int kAnswerMs = 2000;            // a server that takes longer hangs

// The middle of that pixel.
double on_axis(std::uint16_t at, std::uint16_t size_px) {
  const int inside = std::min<int>(at, size_px - 1);
  return (inside + 0.5) * kAxisValues / size_px;
}

}  // namespace

std::unique_ptr<TouchScreen> TouchScreen::connect(const std::string& socket, std::uint16_t width_px,
                                                  std::uint16_t height_px) {
  FileDescriptor file(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (!file || socket.size() >= sizeof address.sun_path) return nullptr;
  socket.copy(address.sun_path, socket.size());
  if (::connect(file.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return nullptr;
  }
  std::unique_ptr<TouchScreen> screen(new TouchScreen(std::move(file), width_px, height_px));
  if (!screen->shake_hands()) return nullptr;
  return screen;
}

bool TouchScreen::shake_hands() {
  const Version ours;
  Version theirs;
  return write(&ours, sizeof ours) && read(&theirs, sizeof theirs) &&
         theirs.header.kind == kServerVersion && theirs.major == ours.major;
}

void TouchScreen::touch(std::uint8_t finger, TouchPhase phase, Point at) {
  TouchMessage message;
  message.finger = finger;
  message.phase = kTouchBegin + static_cast<std::uint32_t>(phase);
  message.axes[0] = on_axis(at.x, width_px_);
  message.axes[1] = on_axis(at.y, height_px_);
  unsettled_ = true;
  if (!write(&message, sizeof message)) socket_.reset();
}

void TouchScreen::settle() {
  if (!unsettled_) return;
  unsettled_ = false;
  const Header question{sizeof question, kWaitForSync};
  Header answer;
  if (!write(&question, sizeof question) || !read(&answer, sizeof answer) ||
      answer.kind != kSyncFinished) {
    socket_.reset();
  }
}

bool TouchScreen::write(const void* bytes, std::size_t size) {
  return ::send(socket_.get(), bytes, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size);
}

bool TouchScreen::read(void* bytes, std::size_t size) {
  auto* to = static_cast<char*>(bytes);
  while (size > 0) {
    pollfd readable{socket_.get(), POLLIN, 0};
    const int ready = ::poll(&readable, 1, kAnswerMs);
    if (ready < 0 && errno == EINTR) continue;
    const ssize_t got = ready == 1 ? ::recv(socket_.get(), to, size, 0) : 0;
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace rookery::guest
