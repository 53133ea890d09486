#include "tools/rookery/view/script.h"

#include <charconv>
#include <limits>
#include <optional>

#include "tools/rookery/table.h"
#include "tools/rookery/view/keysym.h"
#include "tools/rookery/words.h"

namespace rookery::tool::script {
namespace {

constexpr std::int64_t kMsMax = 24 * 3600 * 1000;

using Words = std::vector<std::string>;

// Takes the words after a command's name as numbers; remembers the first that is none.
class Numbers {
 public:
  explicit Numbers(const Words& words) : words_(words) {}

  template <class T>
  T next(std::int64_t smallest, std::int64_t largest) {
    std::int64_t value = 0;
    const std::string& word = words_[at_++];
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool whole = error == std::errc{} && stop == word.data() + word.size();
    if ((!whole || value < smallest || value > largest) && !problem_) {
      problem_ = "'" + escape_text(word) + "' is no number from " + std::to_string(smallest) +
                 " to " + std::to_string(largest);
    }
    return static_cast<T>(value);
  }
  Point point() {
    const auto x = next<std::uint16_t>(0, 65535);
    return {x, next<std::uint16_t>(0, 65535)};
  }
  std::int64_t ms() { return next<std::int64_t>(0, kMsMax); }
  std::int16_t distance() {
    return next<std::int16_t>(std::numeric_limits<std::int16_t>::min(),
                              std::numeric_limits<std::int16_t>::max());
  }
  Result<Action> answer(Action action) const {
    if (problem_) return Error{*problem_};
    return action;
  }

 private:
  const Words& words_;
  std::size_t at_ = 1;
  std::optional<std::string> problem_;
};

struct Form {
  const char* name;
  std::size_t words_min;
  std::size_t words_max;
  const char* usage;
  Result<Action> (*parse)(const Words& words);
};

Result<Action> parse_tap(const Words& words) {
  Numbers numbers(words);
  const Tap tap{numbers.point()};
  return numbers.answer(tap);
}

Result<Action> parse_swipe(const Words& words) {
  Numbers numbers(words);
  Swipe swipe;
  swipe.from = numbers.point();
  swipe.to = numbers.point();
  swipe.duration_ms = numbers.ms();
  return numbers.answer(swipe);
}

Result<Action> parse_scroll(const Words& words) {
  Numbers numbers(words);
  ScrollBy scroll;
  scroll.at = numbers.point();
  scroll.dx = numbers.distance();
  scroll.dy = numbers.distance();
  return numbers.answer(scroll);
}

Result<Action> parse_text(const Words& words) {
  if (words[1].empty()) return Error{"the text is empty"};
  return Action(TypeText{words[1]});
}

Result<Action> parse_key(const Words& words) {
  auto keysyms = parse_key_combination(words[1]);
  if (!keysyms) return keysyms.error();
  return Action(PressKey{std::move(*keysyms)});
}

Result<Action> parse_wait(const Words& words) {
  Numbers numbers(words);
  const Wait wait{numbers.ms()};
  return numbers.answer(wait);
}

Result<Action> parse_wait_change(const Words& words) {
  Numbers numbers(words);
  WaitChange wait;
  if (words.size() > 1) wait.ms_max = numbers.ms();
  return numbers.answer(wait);
}

Result<Action> parse_wait_still(const Words& words) {
  Numbers numbers(words);
  WaitStill wait;
  wait.ms = numbers.ms();
  if (words.size() > 2) wait.ms_max = numbers.ms();
  if (wait.ms_max < wait.ms) return Error{"the longest wait is shorter than the still time"};
  return numbers.answer(wait);
}

Result<Action> parse_png(const Words& words) { return Action(SavePng{words[1]}); }

constexpr Form kForms[] = {
    {"tap", 3, 3, "tap X Y", parse_tap},
    {"swipe", 6, 6, "swipe X1 Y1 X2 Y2 MS", parse_swipe},
    {"scroll", 5, 5, "scroll X Y DX DY", parse_scroll},
    {"text", 2, 2, "text \"…\"", parse_text},
    {"key", 2, 2, "key NAME", parse_key},
    {"wait", 2, 2, "wait MS", parse_wait},
    {"wait-change", 1, 2, "wait-change [MS max]", parse_wait_change},
    {"wait-still", 2, 3, "wait-still MS [MS max]", parse_wait_still},
    {"png", 2, 2, "png FILE", parse_png},
};

Result<Action> parse_action(const Words& words) {
  for (const Form& form : kForms) {
    if (words.front() != form.name) continue;
    if (words.size() < form.words_min || words.size() > form.words_max) {
      return Error{std::string("write: ") + form.usage};
    }
    return form.parse(words);
  }
  std::string known;
  for (const Form& form : kForms) known += (known.empty() ? "" : ", ") + std::string(form.name);
  return Error{"no action '" + escape_text(words.front()) + "': known are " + known};
}

}  // namespace

Result<std::vector<Line>> parse_script(std::string_view text) {
  std::vector<Line> lines;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto at_line = [&](const Error& error) {
      return Error{"line " + std::to_string(number) + ": " + error.message};
    };
    const auto words = split_words(text.substr(0, end));
    if (!words) return at_line(words.error());
    if (!words->empty()) {
      auto action = parse_action(*words);
      if (!action) return at_line(action.error());
      lines.push_back({number, std::move(*action)});
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace rookery::tool::script
