// F1: the X screen as shared memory with damage rectangles. The X server itself writes the changed
// rows into a memfd (MIT-SHM 1.2); the host maps the same memory. Nothing is captured unasked.
#pragma once

#include <xcb/damage.h>
#include <xcb/shm.h>
#include <xcb/xcb.h>
#include <xcb/xfixes.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "guest-agent/seqpacket.h"
#include "schemas/guest_messages.h"
#include "schemas/result.h"

namespace rookery::guest {

class FramebufferSource {
 public:
  // Errors: an X server without DAMAGE, XFIXES 2 or MIT-SHM 1.2, or not 32 bits a pixel.
  static Result<std::unique_ptr<FramebufferSource>> open(xcb_connection_t* connection,
                                                         const xcb_screen_t& screen);

  int memory_fd() const { return memory_.get(); }
  std::uint32_t stride_bytes() const;

  // To be shown every X event; true when it was ours.
  bool take_event(const xcb_generic_event_t& event, std::int64_t now_us);
  bool dirty() const { return dirty_since_us_ != 0; }
  // Brings the memory up to date and returns what changed; all of it with `full`. Nothing when the
  // X server is gone or nothing had changed after all.
  bool capture(bool full, std::int64_t now_us, FrameReady& frame);

 private:
  FramebufferSource(xcb_connection_t* connection, const xcb_screen_t& screen)
      : connection_(connection), screen_(screen) {}
  Status set_up();
  std::vector<Rectangle> take_damage();
  bool read_rows(const std::vector<Rectangle>& bands);

  xcb_connection_t* connection_;
  const xcb_screen_t& screen_;
  FileDescriptor memory_;
  xcb_shm_seg_t segment_ = 0;
  xcb_damage_damage_t damage_ = 0;
  xcb_xfixes_region_t region_ = 0;
  std::uint8_t damage_event_ = 0;
  std::int64_t dirty_since_us_ = 0;  // 0: clean
  std::uint64_t sequence_ = 0;
};

// Rectangles of the same rows joined: disjoint, from top to bottom, each as wide as what it joins.
std::vector<Rectangle> row_bands(std::vector<Rectangle> rectangles);

}  // namespace rookery::guest
