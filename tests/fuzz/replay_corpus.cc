// Runs a fuzz target without a fuzzer: every file of a corpus, and seeded changes of each.
//
//   NAME_fuzz --mutations COUNT FOLDER   the same inputs on every run
//   NAME_fuzz FILE                       one input, as a fuzzer wrote it
//   NAME_fuzz --write-seeds FOLDER       the target's real messages as corpus files
// An input that ends the process is left as "crash-input" in the working folder.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string_view>

#include "tests/fuzz/mutation.h"
#include "tests/fuzz/target.h"

namespace rookery::fuzz {
namespace {

namespace files = std::filesystem;

constexpr const char* kCrashFile = "crash-input";
// What runs now, for the signal handler.
std::span<const std::uint8_t> running;

void keep_input(int signal) {
  const int file = open(kCrashFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const bool kept =
      file >= 0 && write(file, running.data(), running.size()) >= 0 && close(file) == 0;
  constexpr std::string_view kSaid = "the input is in crash-input\n";
  if (kept && write(STDERR_FILENO, kSaid.data(), kSaid.size()) < 0) _exit(1);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(const Input& input) {
  running = input;
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

Input read(const files::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cannot read %s: check its name\n", path.c_str());
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

int write_seeds(const files::path& folder) {
  files::create_directories(folder);
  for (const Seed& seed : seeds()) {
    std::ofstream file(folder / seed.name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.bytes.data()),
               static_cast<std::streamsize>(seed.bytes.size()));
    if (!file) {
      std::fprintf(stderr, "cannot write to %s: check the folder\n", folder.c_str());
      return 1;
    }
  }
  return 0;
}

int replay(const files::path& folder, std::size_t mutations) {
  std::vector<files::path> paths;
  for (const auto& entry : files::directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Input> corpus;
  for (const files::path& path : paths) corpus.push_back(read(path));
  if (corpus.empty()) {
    std::fprintf(stderr, "%s is empty: run with --write-seeds first\n", folder.c_str());
    return 1;
  }
  run({});
  for (std::size_t i = 0; i < corpus.size(); ++i) {
    run(corpus[i]);
    Mutator mutator(i + 1);
    for (std::size_t made = 0; made < mutations; ++made) run(mutator.change(corpus[i], corpus));
  }
  std::printf("%zu files, %zu inputs\n", corpus.size(), corpus.size() * (mutations + 1) + 1);
  return 0;
}

int run_arguments(std::span<char*> arguments) {
  const std::string_view first = arguments.size() > 1 ? arguments[1] : "";
  if (arguments.size() == 3 && first == "--write-seeds") return write_seeds(arguments[2]);
  if (arguments.size() == 4 && first == "--mutations") {
    return replay(arguments[3], std::strtoul(arguments[2], nullptr, 10));
  }
  if (arguments.size() != 2 || first.starts_with("-")) {
    std::fprintf(stderr, "usage: %s [--mutations COUNT FOLDER | --write-seeds FOLDER | FILE]\n",
                 arguments[0]);
    return 2;
  }
  run(read(arguments[1]));
  return 0;
}

}  // namespace
}  // namespace rookery::fuzz

int main(int count, char** arguments) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    std::signal(signal, rookery::fuzz::keep_input);
  }
  return rookery::fuzz::run_arguments({arguments, static_cast<std::size_t>(count)});
}
