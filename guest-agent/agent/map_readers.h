// When did which program last ask the X server for its keys' symbols? Seen with the RECORD
// extension, on a connection of its own.
#pragma once

#include <xcb/record.h>
#include <xcb/xcb.h>

#include <cstdint>
#include <memory>
#include <unordered_map>

namespace rookery::guest {

class MapReaders {
 public:
  // Connects to DISPLAY. Without RECORD nobody is ever seen asking.
  MapReaders();

  int fd() const;  // readable when take() has something; -1: never
  // Takes note of who asked since the last call; none blocks.
  void take(std::int64_t now_us);
  // Of the program that owns the window; 0: never, as far as is known. Programs that ended count
  // as having asked then.
  std::int64_t asked_us(xcb_window_t window) const;

 private:
  struct Disconnect {
    void operator()(xcb_connection_t* connection) const { xcb_disconnect(connection); }
  };

  std::uint32_t owner_of(xcb_window_t window) const;

  std::unique_ptr<xcb_connection_t, Disconnect> connection_;
  xcb_record_enable_context_cookie_t recording_{};
  std::unordered_map<std::uint32_t, std::int64_t> asked_us_;
};

}  // namespace rookery::guest
