#include "actors/gateway/passwords.h"

#include <sodium.h>

#include <stdexcept>
#include <utility>

namespace rookery {
namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kWaitingMax = 64;

std::string impossible_hash(const PasswordCost& cost) {
  return "$argon2id$v=19$m=" + std::to_string(cost.memory_bytes / 1024) +
         ",t=" + std::to_string(cost.operations) + ",p=1$" + std::string(22, 'A') + "$" +
         std::string(43, 'A');
}

}  // namespace

std::string hash_password(const std::string& password, const PasswordCost& cost) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  char text[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str(text, password.data(), password.size(), cost.operations,
                        cost.memory_bytes) != 0) {
    return {};
  }
  return text;
}

Passwords::Passwords(const PasswordCost& cost)
    : cost_(cost), nobody_(impossible_hash(cost)), pool_(kThreads, kWaitingMax) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
}

bool Passwords::hash(std::string password, std::function<void(std::string)> done) {
  return pool_.submit([cost = cost_, password = std::move(password), done = std::move(done)] {
    done(hash_password(password, cost));
  });
}

bool Passwords::verify(std::string password, std::optional<std::string> hash,
                       std::function<void(bool)> done) {
  return pool_.submit(
      [hash = hash.value_or(nobody_), password = std::move(password), done = std::move(done)] {
        done(crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0);
      });
}

}  // namespace rookery
