// Guests for tests: a host's folders, a viewer's hands and eyes. Nothing stays behind, however the
// test ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "guest-agent/driver/process_driver.h"

namespace rookery::guest {

bool eventually(const std::function<bool()>& condition);
std::string read_file(const std::filesystem::path& path);
EntityId phone(std::uint8_t number);
std::string name_of(const EntityId& id);

class Host {
 public:
  Host();
  ~Host();

  // As a host process that begins anew over the same folders.
  void start_driver(int orphan_s = 60, const std::filesystem::path& images = {});
  std::unique_ptr<AgentConnection> start(std::uint8_t number, std::uint64_t boot,
                                         const std::string& image = "desktop");

  std::filesystem::path home(std::uint8_t number) const;
  std::filesystem::path run(std::uint8_t number) const;
  std::string status(std::uint8_t number) const;
  // The guest's first process: its agent.
  pid_t agent(std::uint8_t number) const;
  // Processes of this machine inside that guest.
  std::set<pid_t> processes(pid_t agent) const;

  std::filesystem::path folder;
  std::unique_ptr<GuestDriver> driver;

 private:
  void clean_up_after_me();

  pid_t cleaner_ = 0;
  int alive_ = -1;  // the cleaner sees it closed, also when this process is killed
};

// The first process may remain for a moment as a name, until its parent has taken note.
bool all_gone(const std::set<pid_t>& processes);

FrameReady wait_for_frame(AgentConnection& guest);
// Asks for frames until the picture is as wished.
bool shows(AgentConnection& guest, const std::function<bool()>& picture);
std::uint32_t pixel(const AgentConnection& guest, int x, int y);  // 0xrrggbb
// The launcher's page, with an icon in each of its places and a name beside it.
bool is_launcher(const AgentConnection& guest);
inline constexpr Point kCalculator{110, 60};
inline constexpr Point kEditor{340, 60};
inline constexpr Point kTerminal{600, 60};
inline constexpr Point kClose{118, 1235};
inline constexpr Point kHome{360, 1235};
void tap(AgentConnection& guest, Point at);
// Of any length: a message holds kTextBytesMax.
void type(AgentConnection& guest, const std::string& utf8);
// Waits for the launcher, taps the terminal's icon, waits until the terminal answers.
void open_terminal(AgentConnection& guest);

}  // namespace rookery::guest
