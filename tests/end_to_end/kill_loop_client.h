// One person at work while the server is killed again and again.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/end_to_end/expected_state.h"
#include "tests/unit/server/http_client.h"

namespace rookery::test {

// Sends one command after the other; one that was cut off is sent again, under the same key, after
// the restart. Used from one thread at a time.
class KillLoopClient {
 public:
  KillLoopClient(int number, Json organization, Json user, ExpectedState& expected,
                 std::uint64_t seed);

  // Until the server is gone. The text of the first answer that should not be; empty: none.
  std::string work(std::uint16_t port, const std::string& token);
  // The command that may or may not have happened.
  const std::optional<KeyedCommand>& cut_off() const { return cut_off_; }
  // Sends one command under its key; throws when the server is gone.
  static Reply send(HttpClient& client, const KeyedCommand& command);

 private:
  KeyedCommand next();
  void remember(const KeyedCommand& command);

  const int number_;
  const Json organization_;
  const Json user_;
  ExpectedState& expected_;
  std::mt19937_64 chance_;
  std::uint64_t commands_ = 0;
  std::optional<KeyedCommand> cut_off_;
  std::vector<std::string> unbound_phones_;
  std::vector<std::string> stopped_phones_;
  std::vector<std::string> departments_;
};

}  // namespace rookery::test
