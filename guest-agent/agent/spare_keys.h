// Keys that nobody presses lend themselves to symbols that no key has.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace rookery::guest {

// A program learns of a key's new symbol in the order of its events, but then asks for the symbols
// as they are by now: what was typed before, and is not handled yet, must still be what it was. So
// a key gets another symbol only when everything typed with it lies behind a change that programs
// have dealt with.
class SpareKeys {
 public:
  explicit SpareKeys(std::size_t count) : keys_(count) {}

  std::size_t count() const { return keys_.size(); }
  std::uint32_t symbol(std::size_t key) const { return keys_[key].symbol; }  // 0: none yet
  std::optional<std::size_t> find(std::uint32_t symbol) const;
  // The key is pressed.
  void use(std::size_t key);

  // A change, to be made only when programs have dealt with the one before. Of the symbols that
  // will be typed soon, the first ones come first, and as many as there are keys free for them; a
  // change that finds no key free makes those free that were used before it.
  void lend(std::span<const std::uint32_t> soon, const std::function<bool(std::size_t)>& held);

 private:
  struct Key {
    std::uint32_t symbol = 0;
    std::uint64_t used = 0;  // which use was its last
  };

  std::vector<Key> keys_;
  std::uint64_t uses_ = 0;
  std::uint64_t uses_before_change_ = 0;
};

}  // namespace rookery::guest
