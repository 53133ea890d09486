#include "guest-agent/agent/x_server.h"

#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <csignal>

#include "guest-agent/agent/xorg_settings.h"

namespace rookery::guest {
namespace {

BOOST_AUTO_TEST_SUITE(x_server)

BOOST_AUTO_TEST_CASE(without_xorg_there_is_a_screen_but_no_touchscreen) {
  auto server = start_x_server(320, 240, "/nowhere/Xorg");
  BOOST_REQUIRE_MESSAGE(server.ok(), (server ? "" : server.error().message));
  BOOST_TEST(server->screen->width_in_pixels == 320);
  BOOST_TEST(server->screen->height_in_pixels == 240);
  BOOST_TEST(server->touch_screen.get() == nullptr);
  server->connection.reset();
  ::kill(server->pid, SIGTERM);
  ::waitpid(server->pid, nullptr, 0);
}

BOOST_AUTO_TEST_CASE(xorg_is_told_size_clock_and_socket) {
  const std::string settings = xorg_settings("/run/touch", 720, 1280);
  for (const char* line : {"Modeline \"phone\" 55.656540 720 721 722 723 1280 1281 1282 1283\n",
                           "Virtual 720 1280\n", "Option \"SocketPath\" \"/run/touch\"\n"}) {
    BOOST_TEST(settings.find(line) != std::string::npos);
  }
  // More than the dummy driver's fastest clock.
  BOOST_TEST(xorg_settings("", 4096, 4096).find("\"phone\" 299.0") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::guest
