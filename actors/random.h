// The only door for chance: ids and keys. libsodium's generator in production.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "schemas/ids.h"

namespace rookery {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

// The operating system's generator; thread-safe, lives as long as the process.
Random& system_random();

EntityId random_entity_id(Random& random, EntityKind kind);
Id128 random_id128(Random& random);

// The id of a thing whose name must be unique, such as a user's login: equal names, equal ids.
EntityId named_entity_id(EntityKind kind, std::string_view name);
// The command id behind a client's idempotency key; keys of different principals never meet.
Id128 named_command_id(const EntityId& principal, std::string_view key);

}  // namespace rookery
