#include <iostream>

#include "tools/rookery/interrupt.h"
#include "tools/rookery/invocation.h"
#include "tools/rookery/view/view_command.h"

int main(int argc, char** argv) {
  using namespace rookery::tool;
  catch_interrupts();
  return run_command_line(argc, argv, std::cout, std::cerr,
                          [](CLI::App& app, Invocation& invocation) {
                            add_view_command(app, invocation);
                            add_all_commands(app, invocation);
                          });
}
