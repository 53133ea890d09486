// Texts on their way into events: what the rules let through can be shown as JSON forever.
#include <nlohmann/json.hpp>

#include "actors/domain/text_rules.h"
#include "tests/fuzz/target.h"

using namespace rookery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const std::string reason = to_reason(text);
  fuzz::require(is_reason(reason), "a cleaned text is clean");
  fuzz::require(!is_reason(text) || reason == text, "a clean text is left alone");
  fuzz::require(!is_name(text) || is_reason(text), "a name is a clean text");
  fuzz::require(!is_login(text) || is_name(text), "a login is a name");
  // Throws on anything but UTF-8.
  fuzz::require(nlohmann::json::parse(nlohmann::json(reason).dump()) == reason,
                "a clean text survives JSON");
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  std::vector<Seed> out;
  for (const auto& [name, text] : {std::pair("login", "anna.b-c_d@example"),
                                   {"name", "Grüße \xe2\x82\xac \xf0\x9f\x93\xb1"},
                                   {"controls", "a\tb\x7f\xc2\x85"},
                                   {"surrogate", "\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80"}}) {
    const std::string_view bytes = text;
    out.push_back({name, {bytes.begin(), bytes.end()}});
  }
  return out;
}
