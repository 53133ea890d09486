#include "tools/rookery/view/picture.h"

#include <png.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>

#include "tools/rookery/view/fit.h"
#include "tools/rookery/view/invitation.h"

using namespace rookery;
using namespace rookery::tool;

namespace {

struct Rgb {
  int red = 0;
  int green = 0;
  int blue = 0;
};

// The whole way to a file and back, for a picture of one colour.
Rgb through_png(std::uint8_t y, std::uint8_t u, std::uint8_t v) {
  Picture picture;
  picture.width_px = 5;
  picture.height_px = 3;
  picture.planes[0].assign(15, y);
  picture.planes[1].assign(6, u);
  picture.planes[2].assign(6, v);
  const auto file = std::filesystem::temp_directory_path() /
                    ("rookery_picture_test." + std::to_string(getpid()) + ".png");
  BOOST_REQUIRE(write_png(picture, file).ok());
  // A link stays a link: what it names is written.
  const std::string link = std::string(file) + ".link";
  std::filesystem::create_symlink(file, link);
  BOOST_TEST(write_png(picture, link).ok());
  BOOST_TEST(std::filesystem::is_symlink(link));
  std::filesystem::remove(link);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  BOOST_REQUIRE(png_image_begin_read_from_file(&image, file.c_str()) != 0);
  BOOST_TEST(image.width == 5u);
  BOOST_TEST(image.height == 3u);
  image.format = PNG_FORMAT_RGB;
  std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
  BOOST_REQUIRE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) != 0);
  std::filesystem::remove(file);
  return {pixels[42], pixels[43], pixels[44]};
}

bool close_to(const Rgb& colour, int red, int green, int blue) {
  return std::abs(colour.red - red) <= 3 && std::abs(colour.green - green) <= 3 &&
         std::abs(colour.blue - blue) <= 3;
}

}  // namespace

// ITU-R BT.601, limited range.
BOOST_AUTO_TEST_CASE(a_png_has_the_colours_of_its_picture) {
  BOOST_TEST(close_to(through_png(16, 128, 128), 0, 0, 0));
  BOOST_TEST(close_to(through_png(235, 128, 128), 255, 255, 255));
  BOOST_TEST(close_to(through_png(81, 90, 240), 255, 0, 0));
  BOOST_TEST(close_to(through_png(145, 54, 34), 0, 255, 0));
  BOOST_TEST(close_to(through_png(41, 240, 110), 0, 0, 255));
}

BOOST_AUTO_TEST_CASE(a_png_that_cannot_be_written_is_an_error) {
  Picture picture;
  BOOST_TEST(!write_png(picture, "/tmp/never.png").ok());
  picture.width_px = picture.height_px = 2;
  picture.planes[0].assign(4, 16);
  picture.planes[1].assign(1, 128);
  picture.planes[2].assign(1, 128);
  BOOST_TEST(!write_png(picture, "/nonexistent/a.png").ok());
}

BOOST_AUTO_TEST_CASE(a_picture_fits_with_its_sides_in_proportion) {
  const Placement wide = fit({720, 1280}, {1920, 640});
  BOOST_TEST(wide.width_px == 360);
  BOOST_TEST(wide.height_px == 640);
  BOOST_TEST(wide.x == 780);
  BOOST_TEST(wide.y == 0);
  const Placement tall = fit({720, 1280}, {360, 1000});
  BOOST_TEST(tall.width_px == 360);
  BOOST_TEST(tall.height_px == 640);
  BOOST_TEST(tall.y == 180);
}

BOOST_AUTO_TEST_CASE(each_pixel_of_the_picture_is_reached_exactly) {
  const Size picture{720, 1280};
  for (const Size window : {Size{720, 1280}, Size{1440, 2560}, Size{2200, 2600}}) {
    const Placement place = fit(picture, window);
    for (int x = 0; x < picture.width_px; ++x) {
      const double middle = place.x + (x + 0.5) * place.width_px / picture.width_px;
      const auto at = point_in_picture(picture, place, middle, place.y + 0.5, false);
      BOOST_REQUIRE(at.has_value());
      BOOST_REQUIRE_EQUAL(at->x, x);
      BOOST_REQUIRE_EQUAL(at->y, 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(points_beside_the_picture_are_nothing_or_its_edge) {
  const Size picture{100, 100};
  const Placement place = fit(picture, {300, 100});
  BOOST_TEST(!point_in_picture(picture, place, 99.5, 50, false).has_value());
  BOOST_TEST(!point_in_picture(picture, place, 200.5, 50, false).has_value());
  BOOST_TEST((point_in_picture(picture, place, -7, 500, true) == Point{0, 99}));
  BOOST_TEST((point_in_picture(picture, place, 999, 50, true) == Point{99, 50}));
}

BOOST_AUTO_TEST_CASE(an_invitation_needs_all_its_parts) {
  const std::string zeros(43, 'A');
  Json answer{{"ticket", std::string(26, '0')},
              {"ticket_key", zeros},
              {"server_public_key", "_" + zeros.substr(1)},
              {"media_address", "127.0.0.1:9"}};
  BOOST_REQUIRE(read_invitation(answer).ok());
  BOOST_TEST(read_invitation(answer)->server_public_key[0] == 0xfc);
  for (const char* part : {"ticket", "ticket_key", "server_public_key", "media_address"}) {
    Json broken = answer;
    broken[part] = "!";
    if (std::string(part) == "media_address") broken[part] = "";
    BOOST_TEST(!read_invitation(broken).ok(), part);
    broken.erase(part);
    BOOST_TEST(!read_invitation(broken).ok(), part);
  }
  BOOST_TEST(!decode_key(zeros.substr(1)).has_value());
  BOOST_TEST(!decode_key(zeros.substr(1) + "B").has_value());
  BOOST_TEST(decode_key(zeros + "=").has_value());
}
