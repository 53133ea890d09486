#include "tools/rookery/prompt.h"

#include <fcntl.h>
#include <histedit.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cwchar>

#include "tools/rookery/interrupt.h"

namespace rookery::tool {
namespace {

constexpr int kHistoryLinesMax = 1000;
constexpr std::size_t kChoicesShownMax = 60;

std::vector<std::string> words_before_cursor(const LineInfo& line) {
  std::vector<std::string> words(1);
  for (const char* at = line.buffer; at < line.cursor; ++at) {
    if (*at == ';') {
      words.assign(1, "");
    } else if (*at == ' ') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += *at;
    }
  }
  return words;
}

std::string common_beginning(const std::vector<std::string>& choices) {
  std::string common = choices.front();
  for (const auto& choice : choices) {
    std::size_t same = 0;
    while (same < common.size() && same < choice.size() && common[same] == choice[same]) ++same;
    common.resize(same);
  }
  return common;
}

// libedit's own reader tries again after a signal, so that Ctrl-C would wait for another key.
int read_character(EditLine* edit, wchar_t* character) {
  FILE* input = nullptr;
  el_get(edit, EL_GETFP, 0, &input);
  std::mbstate_t state{};
  for (;;) {
    char byte = 0;
    const ssize_t got = read(fileno(input), &byte, 1);
    if (got < 0 && errno == EINTR && !interrupted()) continue;
    if (got <= 0) return static_cast<int>(got);
    const std::size_t length = std::mbrtowc(character, &byte, 1, &state);
    if (length == static_cast<std::size_t>(-2)) continue;  // more bytes of one character
    if (length != static_cast<std::size_t>(-1)) return 1;
    state = {};  // not a character in this locale: left out
  }
}

}  // namespace

struct Prompt::Editor {
  std::string text;
  std::filesystem::path history_file;
  Completer completer;
  EditLine* edit = nullptr;
  History* history = nullptr;

  static Editor* of(EditLine* edit) {
    void* self = nullptr;
    el_get(edit, EL_CLIENTDATA, &self);
    return static_cast<Editor*>(self);
  }
  static char* prompt_text(EditLine* edit) { return of(edit)->text.data(); }
  static unsigned char complete(EditLine* edit, int) { return of(edit)->complete_word(); }
  unsigned char complete_word();
};

unsigned char Prompt::Editor::complete_word() {
  const auto words = words_before_cursor(*el_line(edit));
  const auto choices = completer(words);
  if (choices.empty()) return CC_REFRESH_BEEP;
  const std::string& begun = words.back();
  std::string whole = common_beginning(choices);
  if (choices.size() == 1 && whole.back() != '/') whole += ' ';
  // A choice may replace the word ("7k" by "phone/7k3…") as well as lengthen it.
  if (whole.rfind(begun, 0) != 0 || whole.size() > begun.size()) {
    el_deletestr(edit, static_cast<int>(begun.size()));
    return el_insertstr(edit, whole.c_str()) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
  }
  std::printf("\n");
  for (std::size_t i = 0; i < choices.size() && i < kChoicesShownMax; ++i) {
    std::printf("%s\n", choices[i].c_str());
  }
  if (choices.size() > kChoicesShownMax) {
    std::printf("… and %zu more\n", choices.size() - kChoicesShownMax);
  }
  std::fflush(stdout);
  return CC_REDISPLAY;
}

Prompt::Prompt(std::string text, std::filesystem::path history_file, Completer completer)
    : editor_(std::make_unique<Editor>()) {
  Editor& e = *editor_;
  e.text = std::move(text);
  e.history_file = std::move(history_file);
  e.completer = std::move(completer);
  std::setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
  e.edit = el_init("rookery", stdin, stdout, stderr);
  e.history = history_init();
  HistEvent event;
  history(e.history, &event, H_SETSIZE, kHistoryLinesMax);
  history(e.history, &event, H_SETUNIQUE, 1);
  if (!e.history_file.empty()) {
    std::error_code ignored;
    std::filesystem::create_directories(e.history_file.parent_path(), ignored);
    const int fd = open(e.history_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) close(fd);
    history(e.history, &event, H_LOAD, e.history_file.c_str());
  }
  el_set(e.edit, EL_CLIENTDATA, &e);
  el_set(e.edit, EL_PROMPT, &Editor::prompt_text);
  el_set(e.edit, EL_GETCFN, read_character);
  el_set(e.edit, EL_EDITOR, "emacs");
  el_set(e.edit, EL_HIST, history, e.history);
  el_set(e.edit, EL_ADDFN, "rookery-complete", "Complete the word", &Editor::complete);
  el_set(e.edit, EL_BIND, "^I", "rookery-complete", nullptr);
  el_set(e.edit, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_source(e.edit, nullptr);
}

Prompt::~Prompt() {
  history_end(editor_->history);
  el_end(editor_->edit);
}

std::optional<std::string> Prompt::read_line() {
  for (;;) {
    int count = 0;
    const char* line = el_gets(editor_->edit, &count);
    if (interrupted()) {
      forget_interrupt();
      el_reset(editor_->edit);
      std::printf("\n");
      continue;
    }
    if (line == nullptr || count <= 0) return std::nullopt;
    std::string text(line, static_cast<std::size_t>(count));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    HistEvent event;
    if (text.find_first_not_of(' ') != std::string::npos) {
      history(editor_->history, &event, H_ENTER, text.c_str());
      // At once: a terminal that closes gives no time for it.
      if (!editor_->history_file.empty()) {
        history(editor_->history, &event, H_SAVE, editor_->history_file.c_str());
      }
    }
    return text;
  }
}

}  // namespace rookery::tool
