#include "media/vp9_header.h"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace rookery::media {
namespace {

// Bits as the specification lists them, spaces between its fields, to whole bytes.
std::vector<std::uint8_t> bytes_of(const std::string& bits) {
  std::vector<std::uint8_t> out;
  int count = 0;
  for (const char bit : bits) {
    if (bit == ' ') continue;
    if (count++ % 8 == 0) out.push_back(0);
    if (bit == '1') out.back() |= static_cast<std::uint8_t>(0x80 >> (count - 1) % 8);
  }
  return out;
}

const std::string kSync = "01001001 10000011 01000010";
// 5000 and 3000, less 1.
const std::string kSize = "0001001110000111 0000101110110111";

const std::string kKeyFrame = "10 00 0 0 1 0 " + kSync + " 001 0 " + kSize;
const std::string kIntraOnly = "10 00 0 1 0 0 1 00 " + kSync + " 11111111 " + kSize;
const std::string kOwnSize = "10 00 0 1 1 0 00 00000001 0000 0010 0100 000 " + kSize;
const std::string kResilient = "10 00 0 1 1 1 00000001 0000 0010 0100 000 " + kSize;
const std::string kSizeOfSecond = "10 00 0 1 1 0 00 00000001 0000 0010 0100 01";
const std::string kShownAgain = "10 00 1 000";

BOOST_AUTO_TEST_SUITE(vp9_header)

BOOST_AUTO_TEST_CASE(a_frame_that_carries_its_size_says_it) {
  for (const std::string& bits : {kKeyFrame, kIntraOnly, kOwnSize, kResilient}) {
    BOOST_TEST_CONTEXT(bits) {
      const auto header = read_vp9_header(bytes_of(bits));
      BOOST_REQUIRE(header.has_value());
      BOOST_TEST(header->key == (bits == kKeyFrame));
      BOOST_TEST(header->width_px == 5000);
      BOOST_TEST(header->height_px == 3000);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_frame_without_a_size_is_as_large_as_one_before) {
  for (const std::string& bits : {kSizeOfSecond, kShownAgain}) {
    const auto header = read_vp9_header(bytes_of(bits));
    BOOST_REQUIRE(header.has_value());
    BOOST_TEST(!header->key);
    BOOST_TEST(header->width_px == 0);
    BOOST_TEST(header->height_px == 0);
  }
}

BOOST_AUTO_TEST_CASE(what_is_cut_off_before_its_size_is_nothing) {
  for (const std::string& bits : {kKeyFrame, kIntraOnly, kOwnSize, kResilient, kSizeOfSecond}) {
    const auto bytes = bytes_of(bits);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      BOOST_TEST(!read_vp9_header(std::span(bytes).first(size)).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(other_profiles_colors_codecs_and_frames_in_one_are_nothing) {
  const auto changed = [](std::size_t at, char bit) {
    std::string bits = kKeyFrame;
    bits[at] = bit;
    return read_vp9_header(bytes_of(bits)).has_value();
  };
  BOOST_TEST(changed(0, '1'));   // as it is
  BOOST_TEST(!changed(1, '1'));  // no VP9
  BOOST_TEST(!changed(3, '1'));  // profile 1
  BOOST_TEST(!changed(4, '1'));  // profile 2
  BOOST_TEST(!changed(kKeyFrame.find(kSync), '1'));
  const std::string rgb = "10 00 0 0 1 0 " + kSync + " 111 0 " + kSize;
  BOOST_TEST(!read_vp9_header(bytes_of(rgb)).has_value());
  auto several = bytes_of(kKeyFrame);
  several.push_back(0xc0);
  BOOST_TEST(!read_vp9_header(several).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
