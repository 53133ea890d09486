// Chance for property tests: the same seed gives the same choices on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schemas/ids.h"

namespace rookery {

class Choice {
 public:
  explicit Choice(std::uint64_t seed) : state_(seed) {}

  // SplitMix64 (Steele, Lea, Flood 2014).
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t limit) { return next() % limit; }
  bool one_in(std::size_t times) { return below(times) == 0; }

  template <class T>
  const T& of(const std::vector<T>& options) {
    return options[below(options.size())];
  }

  // From a few of the kind, so that they meet again; now and then of another kind, or zero.
  EntityId entity(EntityKind kind) {
    if (one_in(12)) return EntityId{};
    if (one_in(12)) kind = static_cast<EntityKind>(below(8));
    return make_entity_id(kind, {static_cast<std::uint8_t>(1 + below(4))});
  }
  Id128 id128() {
    Id128 id;
    id.bytes[15] = static_cast<std::uint8_t>(below(6));  // 0 gives the zero id
    return id;
  }

  // Mostly a plain name out of a few; now and then what a hostile client sends.
  std::string text() {
    static const std::vector<std::string> plain = {"a",      "b",    "c",
                                                   "Zürich", "手机", "process:desktop"};
    static const std::vector<std::string> hostile = {
        "",
        std::string(128, 'n'),
        std::string(129, 'n'),
        std::string(512, 'r'),
        std::string(513, 'r'),
        std::string(100'000, 'x'),
        std::string("a\0b", 3),
        "line\nbreak",
        "\x1b[2J",
        "\xff\xfe",
        "\xc0\xaf",          // overlong
        "\xed\xa0\x80",      // surrogate
        "\xf4\x90\x80\x80",  // beyond Unicode
        "\xc2\x85",          // C1 control
        "\xe2\x82",          // cut short
    };
    return one_in(4) ? of(hostile) : of(plain);
  }
  std::uint64_t number() {
    static const std::vector<std::uint64_t> edges = {0, 1, 2, 3, 255, 65'535, ~std::uint64_t{0}};
    return one_in(3) ? of(edges) : below(8);
  }

 private:
  std::uint64_t state_;
};

}  // namespace rookery
