#include "guest-agent/driver/process_driver.h"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "guest-agent/driver/agent_connection.h"
#include "guest-agent/driver/remove_tree.h"
#include "guest-agent/driver/run_folder.h"
#include "guest-agent/driver/sandbox.h"
#include "guest-agent/message_codec.h"

namespace rookery::guest {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookAgain{10};
constexpr int kGraceMs = 5000;  // between asking a guest to stop and killing it
constexpr int kEndMsMax = 30000;
constexpr int kTakeUpMs = 20000;

int milliseconds_until(Clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return left > 0 ? static_cast<int>(left) : 0;
}

class ProcessDriver final : public GuestDriver {
 public:
  explicit ProcessDriver(ProcessDriverOptions options) : options_(std::move(options)) {}

  Result<std::unique_ptr<AgentConnection>> start(const GuestSpecification& wanted) override {
    const RunFolder run(options_.runtime_dir / id_tail(wanted.phone));
    if (run.alive()) {
      auto taken_up = take_up(run, wanted);
      if (taken_up) return taken_up;
    }
    const Status stopped = stop(wanted.phone);
    if (!stopped) return stopped.error();
    const auto pid = boot(run, wanted);
    if (!pid) return pid.error();
    auto connection = wait_for_agent(run, wanted, *pid);
    if (connection) return connection;
    const Status ended = stop(wanted.phone);
    const std::string why = run.last_words();
    return Error{connection.error().message + (why.empty() ? "" : ": " + why) +
                 (ended ? "" : "; " + ended.error().message)};
  }

  Status stop(const EntityId& phone) override {
    const RunFolder run(options_.runtime_dir / id_tail(phone));
    const FileDescriptor first = run.first_process();
    if (first) {
      const auto socket = run.connect();
      const bool asked =
          socket && send(socket->get(), encode(ToAgent{Shutdown{}})) == Sending::kSent;
      if (!asked || !wait_for_end(first, kGraceMs)) {
        if (!kill(first)) return Error{"the guest of " + to_text(phone) + " cannot be stopped"};
      }
    }
    // One that is killed may have just started another.
    for (auto left = run.unfinished(); !left.empty(); left = run.unfinished()) {
      for (const FileDescriptor& bubblewrap : left) {
        if (!kill(bubblewrap))
          return Error{"a sandbox of " + to_text(phone) + " cannot be stopped"};
      }
    }
    reap();
    return Done{};
  }

  bool running(const EntityId& phone) const override {
    reap();
    return RunFolder(options_.runtime_dir / id_tail(phone)).alive();
  }

  Status remove(const EntityId& phone) override {
    const Status stopped = stop(phone);
    if (!stopped) return stopped;
    for (const fs::path& folder : {options_.homes, options_.runtime_dir}) {
      const Status removed = remove_tree(folder / id_tail(phone));
      if (!removed) return removed;
    }
    return Done{};
  }

 private:
  // The guest of this boot, still running since an earlier host process; else an error.
  static Result<std::unique_ptr<AgentConnection>> take_up(const RunFolder& run,
                                                          const GuestSpecification& wanted) {
    auto socket = run.connect();
    if (!socket) return socket.error();
    return greet_agent(std::move(*socket), {wanted.width_px, wanted.height_px, wanted.boot},
                       kTakeUpMs);
  }

  Result<pid_t> boot(const RunFolder& run, const GuestSpecification& wanted) {
    Sandbox sandbox;
    sandbox.image = options_.images / wanted.image;
    const bool plain = !wanted.image.empty() && wanted.image[0] != '.' &&
                       wanted.image.find('/') == std::string::npos;
    if (!plain || !fs::is_regular_file(sandbox.image / "session")) {
      return Error{"no image '" + wanted.image + "' in " + options_.images.string()};
    }
    sandbox.run_folder = run.shared();
    sandbox.programs = options_.programs;
    sandbox.home = options_.homes / id_tail(wanted.phone) / "home";
    std::error_code failed;
    fs::create_directories(sandbox.home, failed);
    if (failed) return Error{"cannot make " + sandbox.home.string() + ": " + failed.message()};
    fs::permissions(sandbox.home, fs::perms::owner_all, failed);
    const Status ready = run.prepare();
    if (!ready) return ready.error();
    const FileDescriptor status = run.make_file("status");
    const FileDescriptor log = run.make_file("guest.log");
    if (!status || !log) return Error{"cannot write in " + run.path().string()};
    sandbox.status_fd = status.get();
    sandbox.log_fd = log.get();
    sandbox.command = {std::string(kSandboxPrograms) + "/rookery-agent",
                       "--name",
                       run.guest_name(),
                       "--socket",
                       std::string(kSandboxRun) + "/agent.sock",
                       "--image",
                       kSandboxImage,
                       "--width",
                       std::to_string(wanted.width_px),
                       "--height",
                       std::to_string(wanted.height_px),
                       "--boot",
                       std::to_string(wanted.boot),
                       "--orphan-seconds",
                       std::to_string(options_.orphan_s_max)};
    auto pid = start_sandbox(sandbox);
    if (pid) {
      const std::lock_guard guard(mutex_);
      children_.push_back(*pid);
    }
    return pid;
  }

  Result<std::unique_ptr<AgentConnection>> wait_for_agent(const RunFolder& run,
                                                          const GuestSpecification& wanted,
                                                          pid_t pid) {
    const auto deadline = Clock::now() + std::chrono::seconds(options_.boot_s_max);
    while (Clock::now() < deadline) {
      auto socket = run.connect();
      if (socket) {
        return greet_agent(std::move(*socket), {wanted.width_px, wanted.height_px, wanted.boot},
                           milliseconds_until(deadline));
      }
      if (ended(pid)) return Error{"the guest ended while it booted"};
      std::this_thread::sleep_for(kLookAgain);
    }
    return Error{"the guest did not boot within " + std::to_string(options_.boot_s_max) + " s"};
  }

  static bool wait_for_end(const FileDescriptor& process, int wait_ms) {
    pollfd ended{process.get(), POLLIN, 0};
    return ::poll(&ended, 1, wait_ms) == 1;
  }

  static bool kill(const FileDescriptor& process) {
    ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
    return wait_for_end(process, kEndMsMax);
  }

  // Has this child of ours ended? Takes its remains away.
  bool ended(pid_t pid) const {
    reap();
    const std::lock_guard guard(mutex_);
    return std::find(children_.begin(), children_.end(), pid) == children_.end();
  }

  void reap() const {
    const std::lock_guard guard(mutex_);
    std::erase_if(children_, [](pid_t pid) {
      const pid_t answer = ::waitpid(pid, nullptr, WNOHANG);
      return answer == pid || (answer < 0 && errno == ECHILD);
    });
  }

  const ProcessDriverOptions options_;
  mutable std::mutex mutex_;
  mutable std::vector<pid_t> children_;  // sandboxes that this process started
};

}  // namespace

Result<std::unique_ptr<GuestDriver>> make_process_driver(ProcessDriverOptions options) {
  std::error_code failed;
  if (options.programs.empty()) {
    options.programs = fs::read_symlink("/proc/self/exe", failed).parent_path();
  }
  if (options.images.empty()) {
    options.images = options.programs.parent_path() / "share" / "rookery" / "images";
  }
  for (fs::path* folder : {&options.homes, &options.runtime_dir}) {
    fs::create_directories(*folder, failed);
    *folder = fs::canonical(*folder, failed);
    if (failed) return Error{"cannot make " + folder->string() + ": " + failed.message()};
    fs::permissions(*folder, fs::perms::owner_all, failed);
  }
  if (!fs::exists(options.programs / "rookery-agent")) {
    return Error{"no rookery-agent in " + options.programs.string() + ": build it first"};
  }
  const Status sandboxes = probe_sandbox();
  if (!sandboxes) return sandboxes.error();
  return std::unique_ptr<GuestDriver>(std::make_unique<ProcessDriver>(std::move(options)));
}

}  // namespace rookery::guest
