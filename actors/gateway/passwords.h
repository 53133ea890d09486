// Argon2id, made and checked on few threads of its own: it costs 64 MiB and tens of milliseconds
// each, which neither the socket thread nor an actor may wait for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "actors/gateway/work_pool.h"

namespace rookery {

inline constexpr std::size_t kPasswordBytesMin = 8;
inline constexpr std::size_t kPasswordBytesMax = 256;

// libsodium's INTERACTIVE limits; tests may ask for less.
struct PasswordCost {
  std::uint64_t operations = 2;
  std::size_t memory_bytes = std::size_t{64} << 20;
};

class Passwords {
 public:
  explicit Passwords(const PasswordCost& cost);

  // False: too many are waiting, `done` is never called. Otherwise it is called once, on a thread
  // of the pool.
  bool hash(std::string password, std::function<void(std::string)> done);
  // Nothing for `hash`: the user does not exist; takes as long and gives false.
  bool verify(std::string password, std::optional<std::string> hash,
              std::function<void(bool)> done);

 private:
  PasswordCost cost_;
  std::string nobody_;  // well-formed, and no password's hash
  WorkPool pool_;
};

// Waits; for start-up.
std::string hash_password(const std::string& password, const PasswordCost& cost);

}  // namespace rookery
