#include "tests/bench/cpu_time.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace rookery::bench {
namespace {

namespace fs = std::filesystem;

// The numbers among a folder's names.
std::set<pid_t> numbers_in(const fs::path& folder) {
  std::set<pid_t> out;
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator(folder, gone)) {
    const std::string name = entry.path().filename();
    if (std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c); })) {
      out.insert(std::stoi(name));
    }
  }
  return out;
}

// The first number of schedstat: nanoseconds on a processor (proc(5)).
double task_cpu_us(const fs::path& task) {
  double nanoseconds = 0;
  std::ifstream(task / "schedstat") >> nanoseconds;
  return nanoseconds / 1e3;
}

double process_cpu_us(pid_t pid) {
  const fs::path tasks = fs::path("/proc") / std::to_string(pid) / "task";
  double sum_us = 0;
  for (const pid_t task : numbers_in(tasks)) sum_us += task_cpu_us(tasks / std::to_string(task));
  return sum_us;
}

pid_t parent_of(pid_t pid) {
  std::ifstream file(fs::path("/proc") / std::to_string(pid) / "stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto name_end = text.rfind(')');  // a name may hold anything
  if (name_end == std::string::npos || text.size() < name_end + 4) return 0;
  return std::atoi(text.c_str() + name_end + 4);
}

}  // namespace

std::set<pid_t> threads() { return numbers_in("/proc/self/task"); }

std::set<pid_t> threads_since(const std::set<pid_t>& before) {
  std::set<pid_t> out = threads();
  for (const pid_t thread : before) out.erase(thread);
  return out;
}

double thread_cpu_us(const std::set<pid_t>& threads) {
  double sum_us = 0;
  for (const pid_t thread : threads) {
    sum_us += task_cpu_us(fs::path("/proc/self/task") / std::to_string(thread));
  }
  return sum_us;
}

double descendants_cpu_us() {
  std::map<pid_t, pid_t> parents;
  for (const pid_t pid : numbers_in("/proc")) parents[pid] = parent_of(pid);
  double sum_us = 0;
  for (const auto& [pid, parent] : parents) {
    pid_t above = parent;
    while (above > 1 && above != ::getpid()) above = parents.contains(above) ? parents[above] : 0;
    if (above == ::getpid()) sum_us += process_cpu_us(pid);
  }
  return sum_us;
}

double own_cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

}  // namespace rookery::bench
