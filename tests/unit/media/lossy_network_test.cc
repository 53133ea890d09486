// The whole way over a network that loses every seventh datagram, either way.
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <mutex>
#include <random>
#include <thread>

#include "media/client/stream_client.h"
#include "media/media_clock.h"
#include "media/media_host.h"
#include "media/udp_socket.h"
#include "tests/unit/media/memory_guest.h"

namespace rookery::media {
namespace {

constexpr int kWidth = 352;
constexpr int kHeight = 640;

// Passes datagrams between one viewer and the host, but for those that chance takes.
class LossyRelay {
 public:
  LossyRelay(std::uint16_t host_port, unsigned lose_one_in)
      : front_(std::move(*UdpSocket::bind("127.0.0.1", 0))),
        back_(std::move(
            *UdpSocket::connect(*Address::parse("127.0.0.1:" + std::to_string(host_port))))),
        lose_one_in_(lose_one_in),
        thread_([this] { run(); }) {}
  ~LossyRelay() {
    stopping_ = true;
    eventfd_write(stop_fd_, 1);
    thread_.join();
    close(stop_fd_);
  }
  LossyRelay(const LossyRelay&) = delete;
  LossyRelay& operator=(const LossyRelay&) = delete;

  std::string address() const { return front_.local_address().text(); }
  std::uint64_t lost() const { return lost_; }

 private:
  void run() {
    while (!stopping_) {
      std::array<pollfd, 3> fds{pollfd{front_.fd(), POLLIN, 0}, pollfd{back_.fd(), POLLIN, 0},
                                pollfd{stop_fd_, POLLIN, 0}};
      poll(fds.data(), fds.size(), -1);
      front_.receive([this](const Address& from, BytesView packet) {
        viewer_ = from;
        if (!loses()) back_.send_one(viewer_, packet);
      });
      back_.receive([this](const Address&, BytesView packet) {
        if (!loses()) front_.send_one(viewer_, packet);
      });
    }
  }
  bool loses() {
    const bool lose = chance_() % lose_one_in_ == 0;
    lost_ += lose ? 1 : 0;
    return lose;
  }

  UdpSocket front_;
  UdpSocket back_;
  const unsigned lose_one_in_;
  const int stop_fd_ = eventfd(0, EFD_CLOEXEC);
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> lost_{0};
  Address viewer_;
  std::mt19937 chance_{42};
  std::thread thread_;
};

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < deadline) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

BOOST_AUTO_TEST_SUITE(lossy_network)

BOOST_AUTO_TEST_CASE(every_picture_and_every_input_arrives_in_the_end) {
  MemoryGuest guest(kWidth, kHeight, 31);
  MediaOptions options;
  options.key = make_key_pair();
  auto host = std::move(*start_media_host(options, [](const host::Report&) {}));
  host::AdmitSession admission;
  admission.session = make_entity_id(EntityKind::kSession, {1});
  admission.phone = make_entity_id(EntityKind::kPhone, {1});
  admission.ticket_expires_us = wall_us() + 600'000'000;
  admission.control = true;
  host->attach_phone(admission.phone, guest.source(), guest.sink());
  host->admit(admission);
  const LossyRelay relay(host->port(), 7);

  std::mutex mutex;
  std::vector<std::uint8_t> shown;
  bool ended = false;
  ClientCallbacks callbacks;
  callbacks.on_frame = [&](const DecodedFrame& frame) {
    const std::lock_guard lock(mutex);
    shown.clear();
    for (int y = 0; y < frame.height_px; ++y) {
      const std::uint8_t* row = frame.planes[0] + y * frame.strides_bytes[0];
      shown.insert(shown.end(), row, row + frame.width_px);
    }
  };
  callbacks.on_ended = [&](const std::string&) {
    const std::lock_guard lock(mutex);
    ended = true;
  };
  auto client = connect_stream(
      {relay.address(), options.key.public_key, admission.ticket, admission.ticket_key},
      std::move(callbacks), 30'000);
  BOOST_REQUIRE(client.ok());
  const auto shows = [&](const I420Frame& wanted) {
    return eventually([&] {
      const std::lock_guard lock(mutex);
      return !shown.empty() && luma_psnr(wanted, shown.data(), kWidth) >= 36;
    });
  };
  std::vector<InputEvent> sent;
  for (std::uint16_t i = 0; i < 40; ++i) {
    // Some frames are one packet, some are many; the last one has nothing after it.
    const auto size = static_cast<std::uint16_t>(i % 2 == 0 ? 16 : 200);
    guest.draw([&](TestScreen& screen) {
      screen.draw_text(
          {static_cast<std::uint16_t>(i * 3), static_cast<std::uint16_t>(i * 10), size, size});
    });
    sent.push_back(Touch{0, TouchPhase::kMove, {i, i}});
    (*client)->send(sent.back());
    BOOST_TEST(shows(guest.picture()));
  }
  BOOST_TEST(eventually([&] { return guest.inputs().size() >= sent.size(); }));
  BOOST_TEST((guest.inputs() == sent));
  BOOST_TEST(relay.lost() > 20u);
  const std::lock_guard lock(mutex);
  BOOST_TEST(!ended);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
