#include "guest-agent/seqpacket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "schemas/guest_messages.h"

namespace rookery::guest {
namespace {

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{"the socket path " + path + " is longer than " +
                 std::to_string(sizeof address.sun_path - 1) +
                 " bytes: choose a shorter runtime folder"};
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Error system_error(const std::string& what) {
  return Error{what + ": " + std::strerror(errno)};  // NOLINT: the message is copied at once
}

// Keeps the first file of the message and closes the rest, so that a peer cannot fill our table.
void keep_first_file(msghdr& message, FileDescriptor& file) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
      FileDescriptor received(fd);
      if (!file) file = std::move(received);
    }
  }
}

}  // namespace

void FileDescriptor::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Receipt receive(int socket, Received& out) {
  out.bytes.resize(kMessageBytesMax);
  out.file.reset();
  iovec buffer{out.bytes.data(), out.bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))];
  msghdr message{};
  message.msg_iov = &buffer;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t size = 0;
  // A peer that died without reading all of ours resets the connection: that is said once, and what
  // it sent before is still there.
  bool reset = false;
  do {
    size = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  } while (size < 0 && (errno == EINTR || (errno == ECONNRESET && !std::exchange(reset, true))));
  if (size < 0) return errno == EAGAIN ? Receipt::kNothingYet : Receipt::kEnded;
  keep_first_file(message, out.file);
  // No message is empty, so zero bytes are the end of the connection.
  if (size == 0 || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return Receipt::kEnded;
  out.bytes.resize(static_cast<std::size_t>(size));
  return Receipt::kMessage;
}

Sending send(int socket, std::span<const std::uint8_t> bytes, int file) {
  iovec buffer{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &buffer;
  message.msg_iovlen = 1;
  if (file >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(part), &file, sizeof file);
  }
  ssize_t size = 0;
  do {
    size = ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (size < 0 && errno == EINTR);
  // Whole or not at all: a SOCK_SEQPACKET message is never cut.
  if (size >= 0) return Sending::kSent;
  return errno == EAGAIN ? Sending::kNotNow : Sending::kEnded;
}

Result<FileDescriptor> listen_at(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return address.error();
  FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return system_error("cannot make a socket");
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
      ::listen(socket.get(), 4) != 0) {
    return system_error("cannot listen at " + path);
  }
  return socket;
}

Result<FileDescriptor> connect_to(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return address.error();
  FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return system_error("cannot make a socket");
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    return system_error("cannot connect to " + path);
  }
  return socket;
}

}  // namespace rookery::guest
