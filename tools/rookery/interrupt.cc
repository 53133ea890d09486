#include "tools/rookery/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>

namespace rookery::tool {
namespace {

std::atomic<bool> raised{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int signal) {
  if (raised.exchange(true)) _exit(128 + signal);
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return raised.load(); }
void forget_interrupt() { raised.store(false); }

}  // namespace rookery::tool
