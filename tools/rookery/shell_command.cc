// shell: on a terminal, from standard input, or one line with -c
#include <unistd.h>

#include <iostream>

#include "tools/rookery/interrupt.h"
#include "tools/rookery/prompt.h"
#include "tools/rookery/saved_login.h"
#include "tools/rookery/shell.h"

namespace rookery::tool {
namespace {

Outcome run_interactive(Shell& shell) {
  const auto folder = state_folder();
  Prompt prompt("rookery> ", folder.empty() ? folder : folder / "history",
                [&](const auto& words) { return shell.complete(words); });
  while (!shell.left()) {
    const auto line = prompt.read_line();
    if (!line) {
      std::cout << "\n";
      break;
    }
    const Outcome outcome = shell.run(*line);
    if (interrupted()) {
      forget_interrupt();
      std::cout << std::endl;
    } else if (const auto* failure = std::get_if<Failure>(&outcome)) {
      std::cerr << failure->message << "\n";
    }
  }
  return Done{};
}

Outcome run_lines(Shell& shell, std::istream& lines) {
  std::string line;
  for (int number = 1; !shell.left() && std::getline(lines, line); ++number) {
    Outcome outcome = shell.run(line);
    if (auto* failure = std::get_if<Failure>(&outcome)) {
      failure->message = "line " + std::to_string(number) + ": " + failure->message;
      return outcome;
    }
  }
  return Done{};
}

Outcome run_shell(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  Shell shell(context, std::move(*api));
  if (flag(command, "-c")) return shell.run(argument(command, "-c"));
  if (isatty(STDIN_FILENO) != 0) return run_interactive(shell);
  return run_lines(shell, std::cin);
}

}  // namespace

void add_shell_command(CLI::App& app, Invocation& invocation) {
  auto* command = add_command(app, invocation, "shell",
                              "Ask actors for their state; type help inside", run_shell);
  command->add_option("-c,--command", "Run these commands (separated by ;) and end")
      ->type_name("COMMANDS");
}

}  // namespace rookery::tool
