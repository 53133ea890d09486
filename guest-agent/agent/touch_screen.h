// A real touchscreen of the guest's X server (XInput 2.2): Xorg's inputtest driver takes what its
// fingers do from a Unix socket (xf86-input-inputtest-protocol.h, version 1.0).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "guest-agent/seqpacket.h"
#include "schemas/input_events.h"

namespace rookery::guest {

class TouchScreen {
 public:
  // Nothing when there is no such device.
  static std::unique_ptr<TouchScreen> connect(const std::string& socket, std::uint16_t width_px,
                                              std::uint16_t height_px);

  // False: it broke, or the server did. Nothing can be touched any more.
  bool works() const { return static_cast<bool>(socket_); }
  // `finger` is 0 to kFingersMax - 1; the phase is down, move or up.
  void touch(std::uint8_t finger, TouchPhase phase, Point at);
  // Returns when the server has dealt with all of them: what comes over other connections is later.
  void settle();

 private:
  TouchScreen(FileDescriptor socket, std::uint16_t width_px, std::uint16_t height_px)
      : socket_(std::move(socket)), width_px_(width_px), height_px_(height_px) {}
  bool shake_hands();
  bool write(const void* bytes, std::size_t size);
  bool read(void* bytes, std::size_t size);

  FileDescriptor socket_;
  std::uint16_t width_px_;
  std::uint16_t height_px_;
  bool unsettled_ = false;
};

}  // namespace rookery::guest
