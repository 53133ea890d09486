#include "tests/end_to_end/expected_state.h"

namespace rookery::test {

ExpectedState::ExpectedState(const std::filesystem::path& file) : file_(file), out_(file) {}

void ExpectedState::acknowledged(const KeyedCommand& command) {
  const Json line = {{"key", command.key},       {"method", command.method},
                     {"target", command.target}, {"body", command.body},
                     {"status", command.status}, {"answer", command.answer}};
  const std::lock_guard lock(mutex_);
  out_ << line.dump() << std::endl;
}

std::vector<KeyedCommand> ExpectedState::read() const {
  const std::lock_guard lock(mutex_);
  std::ifstream in(file_);
  std::vector<KeyedCommand> commands;
  std::string text;
  while (std::getline(in, text)) {
    const Json line = Json::parse(text);
    commands.push_back({line["key"], line["method"], line["target"], line["body"], line["status"],
                        line["answer"]});
  }
  return commands;
}

}  // namespace rookery::test
