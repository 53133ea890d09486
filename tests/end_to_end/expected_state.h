// What rookeryd acknowledged, kept in a file of the test's own, outside the database.
#pragma once

#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rookery::test {

using Json = nlohmann::json;

// One command under its idempotency key, and, once acknowledged, the answer.
struct KeyedCommand {
  std::string key;
  std::string method;
  std::string target;
  Json body;
  unsigned status = 0;
  Json answer;
};

// Thread-safe.
class ExpectedState {
 public:
  explicit ExpectedState(const std::filesystem::path& file);

  void acknowledged(const KeyedCommand& command);
  // Everything acknowledged so far, as the file has it.
  std::vector<KeyedCommand> read() const;

 private:
  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::ofstream out_;
};

}  // namespace rookery::test
