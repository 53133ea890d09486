#include <iostream>

#include "tools/rookery/interrupt.h"
#include "tools/rookery/invocation.h"

int main(int argc, char** argv) {
  rookery::tool::catch_interrupts();
  return rookery::tool::run_command_line(argc, argv, std::cout, std::cerr,
                                         rookery::tool::add_all_commands);
}
