#include "actors/random.h"

#include <sodium.h>

#include <string>

namespace rookery {
namespace {

class SystemRandom final : public Random {
 public:
  SystemRandom() {
    if (sodium_init() < 0) std::abort();
  }
  void fill(std::span<std::uint8_t> bytes) override { randombytes_buf(bytes.data(), bytes.size()); }
};

template <std::size_t Size>
std::array<std::uint8_t, Size> hash_text(const std::string& text) {
  std::array<std::uint8_t, 32> digest{};
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  std::array<std::uint8_t, Size> head{};
  std::memcpy(head.data(), digest.data(), Size);
  return head;
}

}  // namespace

Random& system_random() {
  static SystemRandom random;
  return random;
}

EntityId random_entity_id(Random& random, EntityKind kind) {
  std::array<std::uint8_t, 15> tail{};
  random.fill(tail);
  return make_entity_id(kind, tail);
}

Id128 random_id128(Random& random) {
  Id128 id;
  random.fill(id.bytes);
  return id;
}

EntityId named_entity_id(EntityKind kind, std::string_view name) {
  return make_entity_id(kind, hash_text<15>("rookery name\n" + std::string(kind_name(kind)) + "\n" +
                                            std::string(name)));
}

Id128 named_command_id(const EntityId& principal, std::string_view key) {
  return Id128{hash_text<16>("rookery command\n" + to_text(principal) + "\n" + std::string(key))};
}

}  // namespace rookery
