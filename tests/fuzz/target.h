// What every fuzz target has: its entry, its first inputs, and a way to say that a rule is broken.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

// libFuzzer's, or replay_corpus.cc calls it. Ends the process when the code under test is wrong.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace rookery::fuzz {

struct Seed {
  std::string name;
  std::vector<std::uint8_t> bytes;
};
// Real messages as this target takes them, the same on every call: `NAME_fuzz --write-seeds FOLDER`
// makes them corpus files.
std::vector<Seed> seeds();

inline void require(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", rule);
  std::abort();
}

}  // namespace rookery::fuzz
