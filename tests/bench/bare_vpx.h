// The least any way can take: libvpx alone, whole pictures that were converted beforehand, with the
// settings of our encoder (media/vpx_encoder.cc) but no active map; and its decoder.
#pragma once

#include <cstddef>
#include <vector>

#include "media/color_convert.h"

namespace rookery::bench {

struct BareFigures {
  double encode_cpu_us = 0;  // a picture, on average
  double bits = 0;           // a picture, on average
  std::vector<double> there_and_back_ms;
};

// Codes the pictures as a film of `frame_us` a picture. The first, a key frame, is not counted.
BareFigures code_barely(std::vector<media::I420Frame>& pictures, int frame_us);

}  // namespace rookery::bench
