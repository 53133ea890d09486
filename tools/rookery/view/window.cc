#include "tools/rookery/view/window.h"

#include <SDL2/SDL.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "tools/rookery/interrupt.h"
#include "tools/rookery/table.h"
#include "tools/rookery/view/window_input.h"

namespace rookery::tool {
namespace {

constexpr int kEventWaitMs = 100;
constexpr std::uint32_t kTitleEveryMs = 1000;
constexpr std::uint8_t kDimOpacity = 150;  // of 255, over a picture that is no longer live
constexpr double kPartOfDesktopMax = 0.85;

struct Destroy {
  void operator()(SDL_Window* window) const { SDL_DestroyWindow(window); }
  void operator()(SDL_Renderer* renderer) const { SDL_DestroyRenderer(renderer); }
  void operator()(SDL_Texture* texture) const { SDL_DestroyTexture(texture); }
};
struct QuitSdl {
  ~QuitSdl() { SDL_Quit(); }
};

Error sdl_error() {
  return Error{std::string("cannot open a window (") + escape_text(SDL_GetError()) +
               "): run it on a desktop, or use --headless"};
}

class Window {
 public:
  Window(const WindowOptions& options, Screen& screen, const InputSender& send)
      : options_(options), screen_(screen), input_(send) {}
  ~Window() { screen_.on_picture(nullptr); }

  Status open();
  void run();

 private:
  void draw();
  void place();
  bool upload();
  void show_title();

  const WindowOptions& options_;
  Screen& screen_;
  WindowInput input_;
  QuitSdl quit_;
  std::unique_ptr<SDL_Window, Destroy> window_;
  std::unique_ptr<SDL_Renderer, Destroy> renderer_;
  std::unique_ptr<SDL_Texture, Destroy> texture_;
  Picture picture_;
  Size texture_size_;
  std::uint64_t seen_ = 0;
  std::uint64_t frames_before_ = 0;
  std::uint32_t titled_ms_ = 0;
  std::uint32_t picture_event_ = 0;
  bool broken_ = false;                 // there is no stream: the picture is an old one
  std::atomic<bool> announced_{false};  // at most one picture event waits in SDL's queue
};

Status Window::open() {
  SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");  // one touch is one finger, not a mouse as well
  SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
  SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "linear");
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
  if (SDL_Init(SDL_INIT_VIDEO) != 0) return sdl_error();
  picture_ = screen_.newest();
  SDL_Rect desktop{0, 0, 1280, 800};
  SDL_GetDisplayUsableBounds(0, &desktop);
  const Placement place = fit({picture_.width_px, picture_.height_px},
                              {static_cast<int>(desktop.w * kPartOfDesktopMax),
                               static_cast<int>(desktop.h * kPartOfDesktopMax)});
  window_.reset(SDL_CreateWindow(
      options_.phone_name.c_str(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
      std::min(place.width_px, picture_.width_px), std::min(place.height_px, picture_.height_px),
      SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI));
  if (!window_) return sdl_error();
  renderer_.reset(SDL_CreateRenderer(window_.get(), -1, 0));
  if (!renderer_) return sdl_error();
  SDL_SetYUVConversionMode(SDL_YUV_CONVERSION_BT601);
  picture_event_ = SDL_RegisterEvents(1);
  screen_.on_picture([this] {
    if (announced_.exchange(true)) return;
    SDL_Event event{};
    event.type = picture_event_;
    if (SDL_PushEvent(&event) < 0) announced_ = false;
  });
  SDL_StartTextInput();
  return Done{};
}

bool Window::upload() {
  if (!screen_.take(picture_, seen_)) return texture_ != nullptr;
  if (!texture_ || texture_size_.width_px != picture_.width_px ||
      texture_size_.height_px != picture_.height_px) {
    texture_size_ = {picture_.width_px, picture_.height_px};
    texture_.reset(SDL_CreateTexture(renderer_.get(), SDL_PIXELFORMAT_IYUV,
                                     SDL_TEXTUREACCESS_STREAMING, picture_.width_px,
                                     picture_.height_px));
  }
  if (!texture_) return false;
  SDL_UpdateYUVTexture(texture_.get(), nullptr, picture_.planes[0].data(), picture_.width_px,
                       picture_.planes[1].data(), picture_.chroma_width_px(),
                       picture_.planes[2].data(), picture_.chroma_width_px());
  return true;
}

void Window::place() {
  Size device;
  Size window;
  SDL_GetRendererOutputSize(renderer_.get(), &device.width_px, &device.height_px);
  SDL_GetWindowSize(window_.get(), &window.width_px, &window.height_px);
  input_.place(texture_size_, device, window);
  const Placement place = fit(texture_size_, device);
  const SDL_Rect target{place.x, place.y, place.width_px, place.height_px};
  SDL_RenderCopy(renderer_.get(), texture_.get(), nullptr, &target);
}

void Window::draw() {
  const bool drawable = upload();
  SDL_SetRenderDrawColor(renderer_.get(), 0, 0, 0, 255);
  SDL_RenderClear(renderer_.get());
  if (drawable) place();
  if (broken_) {
    SDL_SetRenderDrawBlendMode(renderer_.get(), SDL_BLENDMODE_BLEND);
    SDL_SetRenderDrawColor(renderer_.get(), 0, 0, 0, kDimOpacity);
    SDL_RenderFillRect(renderer_.get(), nullptr);
  }
  SDL_RenderPresent(renderer_.get());
}

void Window::show_title() {
  const std::uint32_t now_ms = SDL_GetTicks();
  if (titled_ms_ != 0 && now_ms - titled_ms_ < kTitleEveryMs) return;
  const WindowStatus status = options_.status();
  std::string title = options_.phone_name;
  if (!status.trouble.empty()) {
    title += " · connecting again: " + escape_text(status.trouble);
  } else if (titled_ms_ != 0) {
    const double seconds = (now_ms - titled_ms_) / 1000.0;
    const double frames = static_cast<double>(status.frames_decoded - frames_before_);
    char figures[64];
    std::snprintf(figures, sizeof figures, " · %.0f fps · %.1f ms", frames / seconds,
                  status.round_trip_us / 1000.0);
    title += figures;
  }
  SDL_SetWindowTitle(window_.get(), title.c_str());
  frames_before_ = status.frames_decoded;
  titled_ms_ = std::max<std::uint32_t>(now_ms, 1);
}

void Window::run() {
  draw();
  while (!interrupted() && !options_.finished()) {
    SDL_Event event;
    bool stale = false;
    for (int got = SDL_WaitEventTimeout(&event, kEventWaitMs); got != 0;
         got = SDL_PollEvent(&event)) {
      if (event.type == SDL_QUIT) {
        input_.release_all();
        return;
      }
      if (event.type == picture_event_) announced_ = false;
      stale = stale || event.type == picture_event_ || event.type == SDL_WINDOWEVENT;
      input_.handle(event);
    }
    const bool broken = !options_.status().trouble.empty();
    if (std::exchange(broken_, broken) != broken) stale = true;
    if (stale) draw();
    show_title();
  }
  input_.release_all();
}

}  // namespace

Status check_desktop() {
  const QuitSdl quit;
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
  if (SDL_Init(SDL_INIT_VIDEO) != 0) return sdl_error();
  const char* asked_for = std::getenv("SDL_VIDEODRIVER");
  const std::string_view driver = SDL_GetCurrentVideoDriver();
  if ((driver == "offscreen" || driver == "dummy") && (asked_for == nullptr || *asked_for == 0)) {
    return Error{"there is no desktop here to open a window on: use --headless"};
  }
  return Done{};
}

Status run_window(const WindowOptions& options, Screen& screen, const InputSender& send) {
  Window window(options, screen, send);
  if (auto status = window.open(); !status) return status;
  window.run();
  return Done{};
}

}  // namespace rookery::tool
