#include "tests/end_to_end/rookeryd_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace rookery::test {
namespace {

constexpr int kReadyMsMax = 60'000;

}  // namespace

RookerydProcess::RookerydProcess(const std::filesystem::path& data,
                                 const std::vector<std::string>& flags) {
  std::vector<std::string> words{ROOKERY_BIN "/rookeryd", "--data", data.string(), "--listen",
                                 "127.0.0.1:0"};
  words.insert(words.end(), flags.begin(), flags.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(ends[1], STDOUT_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  output_ = ends[0];
  if (pid_ < 0) throw std::runtime_error("no process");
}

RookerydProcess::~RookerydProcess() {
  kill_hard();
  ::close(output_);
}

std::uint16_t RookerydProcess::wait_until_ready() {
  std::string line;
  pollfd waiting{output_, POLLIN, 0};
  while (line.find('\n') == std::string::npos) {
    char byte = 0;
    if (::poll(&waiting, 1, kReadyMsMax) != 1 || ::read(output_, &byte, 1) != 1) return 0;
    line += byte;
  }
  const std::string mark = "://127.0.0.1:";
  const auto found = line.find(mark);
  if (found == std::string::npos) return 0;
  return static_cast<std::uint16_t>(std::strtoul(line.c_str() + found + mark.size(), nullptr, 10));
}

void RookerydProcess::kill_hard() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  reap();
}

int RookerydProcess::stop() {
  ::kill(pid_, SIGTERM);
  return reap();
}

int RookerydProcess::reap() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace rookery::test
