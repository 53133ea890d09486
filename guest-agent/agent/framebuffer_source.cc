#include "guest-agent/agent/framebuffer_source.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "guest-agent/agent/x_reply.h"
#include "guest-agent/message_codec.h"

namespace rookery::guest {
namespace {

constexpr std::uint32_t kBytesPerPixel = 4;
constexpr std::uint32_t kAllPlanes = ~0U;

// Sealed, so that the host can read it without fear.
FileDescriptor make_memory(std::size_t bytes) {
  FileDescriptor memory(::memfd_create("rookery-screen", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory || ::ftruncate(memory.get(), static_cast<off_t>(bytes)) != 0 ||
      ::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return {};
  }
  return memory;
}

bool four_bytes_a_pixel(xcb_connection_t* connection, std::uint8_t depth) {
  auto formats = xcb_setup_pixmap_formats_iterator(xcb_get_setup(connection));
  for (; formats.rem > 0; xcb_format_next(&formats)) {
    if (formats.data->depth == depth) return formats.data->bits_per_pixel == 8 * kBytesPerPixel;
  }
  return false;
}

}  // namespace

std::vector<Rectangle> row_bands(std::vector<Rectangle> rectangles) {
  std::sort(rectangles.begin(), rectangles.end(),
            [](const Rectangle& a, const Rectangle& b) { return a.y < b.y; });
  std::vector<Rectangle> bands;
  for (const Rectangle& one : rectangles) {
    if (bands.empty() || one.y > bands.back().y + bands.back().height) {
      bands.push_back(one);
    } else {
      bands.back() = bounding_box(std::vector<Rectangle>{bands.back(), one});
    }
  }
  return bands;
}

Result<std::unique_ptr<FramebufferSource>> FramebufferSource::open(xcb_connection_t* connection,
                                                                   const xcb_screen_t& screen) {
  std::unique_ptr<FramebufferSource> source(new FramebufferSource(connection, screen));
  const Status ready = source->set_up();
  if (!ready) return ready.error();
  return source;
}

std::uint32_t FramebufferSource::stride_bytes() const {
  return screen_.width_in_pixels * kBytesPerPixel;
}

Status FramebufferSource::set_up() {
  const auto shm =
      owned(xcb_shm_query_version_reply(connection_, xcb_shm_query_version(connection_), nullptr));
  if (!shm || shm->major_version * 100 + shm->minor_version < 102) {
    return Error{"the X server shares no memory by file (MIT-SHM 1.2)"};
  }
  const auto fixes = owned(xcb_xfixes_query_version_reply(
      connection_, xcb_xfixes_query_version(connection_, 5, 0), nullptr));
  const auto damage = owned(xcb_damage_query_version_reply(
      connection_, xcb_damage_query_version(connection_, 1, 1), nullptr));
  if (!fixes || !damage) return Error{"the X server reports no damage (DAMAGE, XFIXES)"};
  if (!four_bytes_a_pixel(connection_, screen_.root_depth)) {
    return Error{"the X server's pixels have not 32 bits"};
  }
  damage_event_ = xcb_get_extension_data(connection_, &xcb_damage_id)->first_event;

  memory_ = make_memory(std::size_t{stride_bytes()} * screen_.height_in_pixels);
  if (!memory_) return Error{"no memory for the screen"};
  segment_ = xcb_generate_id(connection_);
  // xcb closes the number it is given.
  const int shared = ::fcntl(memory_.get(), F_DUPFD_CLOEXEC, 0);
  const auto attached = xcb_shm_attach_fd_checked(connection_, segment_, shared, 0);
  if (owned(xcb_request_check(connection_, attached))) {
    return Error{"the X server does not take the memory for the screen"};
  }
  region_ = xcb_generate_id(connection_);
  xcb_xfixes_create_region(connection_, region_, 0, nullptr);
  damage_ = xcb_generate_id(connection_);
  xcb_damage_create(connection_, damage_, screen_.root, XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY);
  xcb_flush(connection_);
  return Done{};
}

bool FramebufferSource::take_event(const xcb_generic_event_t& event, std::int64_t now_us) {
  if ((event.response_type & 0x7f) != damage_event_ + XCB_DAMAGE_NOTIFY) return false;
  if (dirty_since_us_ == 0) dirty_since_us_ = now_us;
  return true;
}

bool FramebufferSource::capture(bool full, std::int64_t now_us, FrameReady& frame) {
  // A full frame is the answer to a question, not to a change that nobody waited for.
  frame.captured_us = full || dirty_since_us_ == 0 ? now_us : dirty_since_us_;
  // Damage first, pixels then: what is drawn between the two is seen again in the next frame.
  dirty_since_us_ = 0;
  frame.damage = take_damage();
  if (full) {
    frame.damage = {{0, 0, screen_.width_in_pixels, screen_.height_in_pixels}};
  }
  const std::vector<Rectangle> bands = row_bands(frame.damage);
  if (bands.empty() || !read_rows(bands)) return false;
  if (frame.damage.size() > kDamageRectanglesMax) frame.damage = bands;
  frame.sequence = ++sequence_;
  return true;
}

std::vector<Rectangle> FramebufferSource::take_damage() {
  xcb_damage_subtract(connection_, damage_, XCB_NONE, region_);
  const auto reply = owned(xcb_xfixes_fetch_region_reply(
      connection_, xcb_xfixes_fetch_region(connection_, region_), nullptr));
  std::vector<Rectangle> out;
  if (!reply) return out;
  const xcb_rectangle_t* rectangles = xcb_xfixes_fetch_region_rectangles(reply.get());
  const int count = xcb_xfixes_fetch_region_rectangles_length(reply.get());
  for (int i = 0; i < count; ++i) {
    const int left = std::max<int>(rectangles[i].x, 0);
    const int top = std::max<int>(rectangles[i].y, 0);
    const int right = std::min<int>(rectangles[i].x + rectangles[i].width, screen_.width_in_pixels);
    const int bottom =
        std::min<int>(rectangles[i].y + rectangles[i].height, screen_.height_in_pixels);
    if (right <= left || bottom <= top) continue;
    out.push_back({static_cast<std::uint16_t>(left), static_cast<std::uint16_t>(top),
                   static_cast<std::uint16_t>(right - left),
                   static_cast<std::uint16_t>(bottom - top)});
  }
  return out;
}

// Whole rows, because an image lands without gaps: so each row falls into its own place.
bool FramebufferSource::read_rows(const std::vector<Rectangle>& bands) {
  std::vector<xcb_shm_get_image_cookie_t> asked;
  asked.reserve(bands.size());
  for (const Rectangle& band : bands) {
    asked.push_back(xcb_shm_get_image(
        connection_, screen_.root, 0, static_cast<int16_t>(band.y), screen_.width_in_pixels,
        band.height, kAllPlanes, XCB_IMAGE_FORMAT_Z_PIXMAP, segment_, band.y * stride_bytes()));
  }
  bool all = true;
  for (const auto& cookie : asked) {
    all &= owned(xcb_shm_get_image_reply(connection_, cookie, nullptr)) != nullptr;
  }
  return all;
}

}  // namespace rookery::guest
