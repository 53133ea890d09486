// How Xorg is to run without a graphics card, a console or a device of the machine (xorg.conf(5)).
#pragma once

#include <cstdint>
#include <string>

namespace rookery::guest {

// One screen in memory of exactly this size, and one touchscreen whose fingers come by
// `touch_socket` (inputtestdrv(4)). The dummy driver shows nothing below 128 rows.
std::string xorg_settings(const std::string& touch_socket, std::uint16_t width_px,
                          std::uint16_t height_px);

}  // namespace rookery::guest
