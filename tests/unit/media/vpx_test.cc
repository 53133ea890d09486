#include <boost/test/unit_test.hpp>
#include <cstring>
#include <vector>

#include "media/quality_debt.h"
#include "media/vpx_decoder.h"
#include "media/vpx_encoder.h"
#include "tests/unit/media/test_screen.h"

namespace rookery::media {
namespace {

constexpr int kWidth = 352;
constexpr int kHeight = 640;

struct Codec {
  std::unique_ptr<VpxEncoder> encoder;
  std::unique_ptr<VpxDecoder> decoder;
  std::int64_t now_us = 1'000'000;

  explicit Codec(std::uint32_t bitrate_bps = 20'000'000, VideoCodec codec = VideoCodec::kVp8)
      : encoder(std::move(*create_vpx_encoder({kWidth, kHeight, bitrate_bps, 60, codec}))),
        decoder(std::move(*create_vpx_decoder(codec))) {}

  Picture through(const I420Frame& frame, const DamageMap& active, bool key,
                  int worst = kQuantizerWorst, int* quantizer = nullptr) {
    now_us += 16'667;
    const auto encoded = encoder->encode(frame, active, key, now_us, worst);
    BOOST_REQUIRE_MESSAGE(encoded.ok(), "encodes");
    BOOST_TEST(encoded->key == key);
    if (quantizer != nullptr) *quantizer = encoded->quantizer;
    const auto picture = decoder->decode(encoded->bytes);
    BOOST_REQUIRE_MESSAGE(picture.ok(), "decodes");
    return *picture;
  }
};

std::vector<std::uint8_t> luma_of(const Picture& picture) {
  std::vector<std::uint8_t> luma;
  for (int y = 0; y < picture.height_px; ++y) {
    const std::uint8_t* row = picture.planes[0] + y * picture.strides_bytes[0];
    luma.insert(luma.end(), row, row + picture.width_px);
  }
  return luma;
}

DamageMap damage_of(const FrameView& view) {
  DamageMap damage(view.width_px, view.height_px);
  for (const Rectangle& rectangle : view.damage) damage.add(rectangle);
  return damage;
}

BOOST_AUTO_TEST_SUITE(vpx)

BOOST_AUTO_TEST_CASE(text_comes_back_readable) {
  Codec codec;
  TestScreen screen(kWidth, kHeight, 5);
  const FrameView view = screen.view(0);
  const I420Frame frame = converted(view);
  const Picture picture = codec.through(frame, damage_of(view), true);
  BOOST_TEST(picture.width_px == kWidth);
  BOOST_TEST(picture.height_px == kHeight);
  BOOST_TEST(luma_psnr(frame, picture.planes[0], picture.strides_bytes[0]) > 24);
  const Picture refined = codec.through(frame, damage_of(view), false, kQuantizerGood);
  BOOST_TEST(luma_psnr(frame, refined.planes[0], refined.strides_bytes[0]) > 38);
}

BOOST_AUTO_TEST_CASE(frozen_blocks_stay_as_they_are_and_damaged_ones_change) {
  Codec codec;
  TestScreen screen(kWidth, kHeight, 9);
  FrameView view = screen.view(0);
  I420Frame frame = converted(view);
  std::vector<std::uint8_t> shown = luma_of(codec.through(frame, damage_of(view), true));
  for (int round = 0; round < 40; ++round) {
    screen.draw_text({static_cast<std::uint16_t>(round * 7 % 200),
                      static_cast<std::uint16_t>(round * 31 % 500), 90, 60});
    view = screen.view(0);
    const DamageMap damage = damage_of(view);
    convert_damaged(view, damage, frame);
    const Picture picture = codec.through(frame, damage, false);
    const std::vector<std::uint8_t> now = luma_of(picture);
    int frozen_changed = 0;
    int damaged_changed = 0;
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const auto at = static_cast<std::size_t>(y * kWidth + x);
        if (now[at] == shown[at]) continue;
        ++(damage.damaged(y / 16 * damage.columns() + x / 16) ? damaged_changed : frozen_changed);
      }
    }
    BOOST_TEST(frozen_changed == 0);
    BOOST_TEST(damaged_changed > 0);
    shown = now;
  }
  const I420Frame wanted = converted(view);
  DamageMap all(kWidth, kHeight);
  all.add_all();
  const Picture last = codec.through(frame, all, false, kQuantizerGood);
  BOOST_TEST(luma_psnr(wanted, last.planes[0], last.strides_bytes[0]) > 38);
}

BOOST_AUTO_TEST_CASE(vp9_changes_damaged_blocks_only_also_after_a_key_frame) {
  Codec codec(20'000'000, VideoCodec::kVp9);
  TestScreen screen(kWidth, kHeight, 9);
  FrameView view = screen.view(0);
  I420Frame frame = converted(view);
  std::vector<std::uint8_t> shown = luma_of(codec.through(frame, damage_of(view), true));
  for (int round = 0; round < 24; ++round) {
    screen.draw_text({static_cast<std::uint16_t>(round * 7 % 200),
                      static_cast<std::uint16_t>(round * 31 % 500), 90, 60});
    view = screen.view(0);
    const DamageMap damage = damage_of(view);
    convert_damaged(view, damage, frame);
    const bool key = round % 8 == 3;
    const std::vector<std::uint8_t> now = luma_of(codec.through(frame, damage, key));
    BOOST_TEST(luma_psnr(frame, now.data(), kWidth) > 30);
    int frozen_changed = 0;
    for (int at = 0; at < kWidth * kHeight; ++at) {
      const int block = at / kWidth / 16 * damage.columns() + at % kWidth / 16;
      frozen_changed += now[static_cast<std::size_t>(at)] != shown[static_cast<std::size_t>(at)] &&
                                !damage.damaged(block)
                            ? 1
                            : 0;
    }
    // A key frame codes every block, whatever is damaged.
    BOOST_TEST((key ? frozen_changed > 0 : frozen_changed == 0));
    shown = now;
  }
  DamageMap all(kWidth, kHeight);
  all.add_all();
  const Picture last = codec.through(frame, all, false, kQuantizerGood);
  BOOST_TEST(luma_psnr(frame, last.planes[0], last.strides_bytes[0]) > 38);
}

BOOST_AUTO_TEST_CASE(debt_is_owed_after_a_coarse_frame_and_paid_by_fine_ones) {
  Codec codec(400'000);
  TestScreen screen(kWidth, kHeight, 11);
  const FrameView view = screen.view(0);
  const I420Frame frame = converted(view);
  DamageMap all = damage_of(view);
  QualityDebt debt(all.block_count(), kQuantizerGood);
  int quantizer = 0;
  Picture picture = codec.through(frame, all, true, kQuantizerWorst, &quantizer);
  debt.coded(all, quantizer, true);
  const double coarse = luma_psnr(frame, picture.planes[0], picture.strides_bytes[0]);
  BOOST_TEST(!debt.settled());
  int refinements = 0;
  while (!debt.settled()) {
    DamageMap active(kWidth, kHeight);
    debt.refinement(300, active);
    BOOST_REQUIRE_MESSAGE(!active.empty(), "there is something to refine");
    picture = codec.through(frame, active, false, kQuantizerGood, &quantizer);
    debt.coded(active, quantizer, false);
    ++refinements;
    BOOST_REQUIRE_MESSAGE(refinements <= 3, "880 blocks take three steps");
  }
  const double fine = luma_psnr(frame, picture.planes[0], picture.strides_bytes[0]);
  BOOST_TEST(fine > coarse + 3);
  BOOST_TEST(fine > 38);
}

// libvpx gives such a picture up at first, although it may drop none.
BOOST_AUTO_TEST_CASE(a_screen_that_changes_wholly_is_coded_at_once) {
  Codec codec(300'000);
  TestScreen screen(kWidth, kHeight, 5);
  FrameView view = screen.view(0);
  codec.through(converted(view), damage_of(view), true);
  DamageMap all(kWidth, kHeight);
  all.add_all();
  for (int i = 0; i < 60; ++i) codec.through(converted(view), all, false);
  for (std::uint32_t i = 0; i < 300; ++i) {
    const std::uint32_t chance = (i + 1) * 2654435761U;
    screen.fill({static_cast<std::uint16_t>((chance >> 8) % (kWidth - 40)),
                 static_cast<std::uint16_t>((chance >> 16) % (kHeight - 40)), 40, 40},
                chance >> 3);
  }
  view = screen.view(0);
  int quantizer = 0;
  codec.through(converted(view), all, false, kQuantizerWorst, &quantizer);
  BOOST_TEST(quantizer > kQuantizerGood);  // so it is owed, and refined when it is quiet
}

BOOST_AUTO_TEST_CASE(garbage_is_an_error_and_a_key_frame_heals) {
  Codec codec;
  TestScreen screen(kWidth, kHeight, 13);
  const FrameView view = screen.view(0);
  const I420Frame frame = converted(view);
  std::vector<std::uint8_t> garbage(500, 0xa5);
  BOOST_TEST(!codec.decoder->decode(garbage).ok());
  BOOST_TEST(!codec.decoder->decode({}).ok());
  const Picture picture = codec.through(frame, damage_of(view), true);
  BOOST_TEST(luma_psnr(frame, picture.planes[0], picture.strides_bytes[0]) > 24);
}

// Key frames that say 5000x10, without more: libvpx would first take the memory.
BOOST_AUTO_TEST_CASE(pictures_larger_than_a_phone_are_refused) {
  const std::vector<std::uint8_t> vp8{0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x88, 0x13, 0x0a, 0x00};
  const std::vector<std::uint8_t> vp9{0x82, 0x49, 0x83, 0x42, 0x01, 0x38, 0x70, 0x00, 0x90};
  for (const auto& [codec, bytes] :
       {std::pair{VideoCodec::kVp8, vp8}, std::pair{VideoCodec::kVp9, vp9}}) {
    const auto picture = (*create_vpx_decoder(codec))->decode(bytes);
    BOOST_REQUIRE(!picture.ok());
    BOOST_TEST(picture.error().message.find("4096") != std::string::npos);
  }
}

// One byte that shows a frame before it again, and behind it a key frame of 5000x5000.
BOOST_AUTO_TEST_CASE(no_larger_picture_comes_in_behind_a_small_one) {
  Codec codec(20'000'000, VideoCodec::kVp9);
  TestScreen screen(kWidth, kHeight, 13);
  const FrameView view = screen.view(0);
  const I420Frame frame = converted(view);
  codec.through(frame, damage_of(view), true);
  std::vector<std::uint8_t> again{0x88};
  BOOST_TEST(codec.decoder->decode(again).ok());
  const std::vector<std::uint8_t> huge{0x82, 0x49, 0x83, 0x42, 0x01, 0x38, 0x71, 0x38, 0x70,
                                       0x00, 0x80, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x01};
  again.insert(again.end(), huge.begin(), huge.end());
  const auto picture = codec.decoder->decode(again);
  BOOST_REQUIRE(!picture.ok());
  BOOST_TEST(picture.error().message.find("allocate") != std::string::npos);
  codec.through(frame, damage_of(view), true);
}

BOOST_AUTO_TEST_CASE(odd_sizes_work) {
  auto encoder = std::move(*create_vpx_encoder({203, 117, 5'000'000, 60}));
  auto decoder = std::move(*create_vpx_decoder());
  TestScreen screen(203, 117, 17);
  const FrameView view = screen.view(0);
  const I420Frame frame = converted(view);
  const auto encoded = encoder->encode(frame, damage_of(view), true, 0);
  BOOST_REQUIRE(encoded.ok());
  const auto picture = decoder->decode(encoded->bytes);
  BOOST_REQUIRE(picture.ok());
  BOOST_TEST(picture->width_px == 203);
  BOOST_TEST(picture->height_px == 117);
  BOOST_TEST(!create_vpx_encoder({0, 10, 1000, 60}).ok());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
