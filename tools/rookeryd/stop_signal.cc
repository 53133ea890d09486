#include "tools/rookeryd/stop_signal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace rookery {
namespace {

int wake_pipe[2] = {-1, -1};

void on_stop(int) {
  const int kept = errno;
  const char byte = 0;
  [[maybe_unused]] const auto written = ::write(wake_pipe[1], &byte, 1);
  errno = kept;
}

void on_nothing(int) {}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void catch_stop_signals() {
  if (::pipe2(wake_pipe, O_CLOEXEC) != 0) std::abort();
  handle(SIGTERM, on_stop);
  handle(SIGINT, on_stop);
  handle(SIGPIPE, on_nothing);  // ignoring it would be inherited by guests
}

void wait_for_stop_signal() {
  char byte = 0;
  while (::read(wake_pipe[0], &byte, 1) < 0 && errno == EINTR) {
  }
}

}  // namespace rookery
