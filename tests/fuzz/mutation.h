// Changes that parsers stumble over: cuts, doubled parts, numbers at a limit, parts of other
// inputs.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

namespace rookery::fuzz {

using Input = std::vector<std::uint8_t>;

// The same seed gives the same changes on every machine: no std distribution is used.
class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : chance_(seed) {}

  // One to four changes; `others` lends parts.
  Input change(Input input, const std::vector<Input>& others) {
    const std::size_t changes = 1 + below(4);
    for (std::size_t i = 0; i < changes; ++i) change_once(input, others);
    if (input.size() > kInputBytesMax) input.resize(kInputBytesMax);
    return input;
  }

 private:
  static constexpr std::size_t kInputBytesMax = 16 * 1024;

  // Less than `limit`; 0 for a limit of 0.
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : chance_() % limit; }

  void change_once(Input& input, const std::vector<Input>& others) {
    const std::size_t at = below(input.size() + 1);
    const std::size_t size = below(std::min<std::size_t>(input.size() - at, 32) + 1);
    const auto begin = input.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = begin + static_cast<std::ptrdiff_t>(size);
    switch (below(7)) {
      case 0:
        input.erase(begin, end);
        break;
      case 1:
        input.resize(at);
        break;
      case 2: {
        const Input part(begin, end);
        input.insert(begin, part.begin(), part.end());
        break;
      }
      case 3: {
        const Input& other = others[below(others.size())];
        const std::size_t from = below(other.size() + 1);
        const Input part(other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
        input.insert(begin, part.begin(), part.end());
        break;
      }
      case 4:
        put_number(input, at);
        break;
      case 5:
        if (at < input.size()) input[at] ^= static_cast<std::uint8_t>(1 << below(8));
        break;
      default:
        if (at < input.size()) input[at] = static_cast<std::uint8_t>(chance_());
    }
  }

  // A number at a limit, of 1, 2, 4 or 8 bytes, over what stands there.
  void put_number(Input& input, std::size_t at) {
    constexpr std::array<std::uint64_t, 9> kLimits = {
        0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, ~std::uint64_t{0}};
    std::uint64_t value = kLimits[below(kLimits.size())];
    if (below(4) == 0) value = std::uint64_t{1} << below(64);
    const std::size_t size = std::size_t{1} << below(4);
    for (std::size_t i = 0; i < size && at + i < input.size(); ++i) {
      input[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }

  std::mt19937_64 chance_;
};

}  // namespace rookery::fuzz
