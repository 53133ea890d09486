#include "guest-agent/agent/xorg_settings.h"

#include <algorithm>

#include "schemas/input_events.h"

namespace rookery::guest {
namespace {

// The dummy driver's pixel clock. Nothing is ever sent to a monitor, so it only has to be allowed.
constexpr double kClockMinMhz = 12;
constexpr double kClockMaxMhz = 299;
constexpr double kFramesPerSecond = 60;
constexpr double kPixelsPerMegapixel = 1e6;

// "name" clock, then for each direction: size, begin and end of the sync, and the total.
std::string modeline(int width_px, int height_px) {
  const double mhz = (width_px + 3) * (height_px + 3) * kFramesPerSecond / kPixelsPerMegapixel;
  std::string line = "\"phone\" " + std::to_string(std::clamp(mhz, kClockMinMhz, kClockMaxMhz));
  for (const int size : {width_px, height_px}) {
    for (int more = 0; more <= 3; ++more) line += " " + std::to_string(size + more);
  }
  return line;
}

}  // namespace

std::string xorg_settings(const std::string& touch_socket, std::uint16_t width_px,
                          std::uint16_t height_px) {
  const int memory_kb = width_px * height_px * 4 / 1024 + 1024;
  const std::string size = std::to_string(width_px) + " " + std::to_string(height_px);
  return R"(Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoAddGPU" "false"
  Option "AutoBindGPU" "false"
  Option "DontVTSwitch" "true"
  Option "DontZap" "true"
  Option "BlankTime" "0"
  Option "StandbyTime" "0"
  Option "SuspendTime" "0"
  Option "OffTime" "0"
EndSection
Section "InputDevice"
  Identifier "touchscreen"
  Driver "inputtest"
  Option "DeviceType" "Touch"
  Option "TouchCount" ")" +
         std::to_string(kFingersMax) + R"("
  Option "SocketPath" ")" +
         touch_socket + R"("
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 1-2000
  VertRefresh 1-10000
  Modeline )" +
         modeline(width_px, height_px) +
         R"(
EndSection
Section "Device"
  Identifier "memory"
  Driver "dummy"
  VideoRam )" +
         std::to_string(memory_kb) +
         R"(
EndSection
Section "Screen"
  Identifier "screen"
  Device "memory"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "phone"
    Virtual )" +
         size + R"(
  EndSubSection
EndSection
Section "ServerLayout"
  Identifier "phone"
  Screen "screen"
  InputDevice "touchscreen"
EndSection
)";
}

}  // namespace rookery::guest
