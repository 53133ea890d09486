// A whole host and viewers on loopback, with a guest in memory.
#include "media/media_host.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <optional>
#include <set>
#include <thread>

#include "media/client/stream_client.h"
#include "media/media_clock.h"
#include "media/stream_session.h"
#include "media/vp9_header.h"
#include "tests/unit/media/memory_guest.h"

namespace rookery::media {
namespace {

constexpr int kWidth = 352;
constexpr int kHeight = 640;
constexpr auto kPatience = std::chrono::seconds(30);
constexpr std::int64_t kHandshakeMs = 20'000;
constexpr std::int64_t kRefusedMs = 700;  // three knocks without an answer

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

// A value that threads change and a test waits on.
template <class T>
class Watched {
 public:
  void change(const std::function<void(T&)>& how) {
    const std::lock_guard lock(mutex_);
    how(value_);
    changed_.notify_all();
  }
  bool wait(const std::function<bool(const T&)>& until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return until(value_); });
  }
  T now() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  T value_{};
};

struct Seen {
  std::vector<std::uint8_t> luma;
  int width_px = 0;
  int height_px = 0;
  std::vector<std::vector<std::uint8_t>> encoded;
  std::set<VideoCodec> codecs;
  std::optional<std::string> ended;
};

struct Viewer {
  Watched<Seen> seen;
  std::unique_ptr<StreamClient> client;

  bool connect(const Invitation& invitation, std::int64_t timeout_ms = kHandshakeMs) {
    ClientCallbacks callbacks;
    callbacks.on_frame = [this](const DecodedFrame& frame) {
      seen.change([&](Seen& now) {
        now.width_px = frame.width_px;
        now.height_px = frame.height_px;
        now.luma.clear();
        for (int y = 0; y < frame.height_px; ++y) {
          const std::uint8_t* row = frame.planes[0] + y * frame.strides_bytes[0];
          now.luma.insert(now.luma.end(), row, row + frame.width_px);
        }
      });
    };
    callbacks.on_encoded = [this](const EncodedFrame& frame) {
      seen.change([&](Seen& now) {
        now.encoded.emplace_back(frame.bytes.begin(), frame.bytes.end());
        now.codecs.insert(frame.codec);
      });
    };
    callbacks.on_ended = [this](const std::string& reason) {
      seen.change([&](Seen& now) { now.ended = reason; });
    };
    auto connected = connect_stream(invitation, std::move(callbacks), timeout_ms);
    if (!connected) return false;
    client = std::move(*connected);
    return true;
  }
  bool shows(const I420Frame& wanted, double psnr_min) {
    return seen.wait([&](const Seen& now) {
      return now.width_px == wanted.width_px() && now.height_px == wanted.height_px() &&
             luma_psnr(wanted, now.luma.data(), now.width_px) >= psnr_min;
    });
  }
};

struct Reports {
  std::vector<host::Report> all;

  template <class T>
  std::vector<T> of() const {
    std::vector<T> some;
    for (const host::Report& report : all) {
      if (const T* one = std::get_if<T>(&report)) some.push_back(*one);
    }
    return some;
  }
};

struct Rig {
  Watched<Reports> reports;
  MemoryGuest guest{kWidth, kHeight, 21};
  MediaOptions options;
  std::unique_ptr<MediaHost> host;
  EntityId phone = make_entity_id(EntityKind::kPhone, {1});
  std::uint8_t sessions = 0;

  explicit Rig(VideoCodec codec = VideoCodec::kVp8) {
    options.key = make_key_pair();
    options.codec = codec;
    start();
    host->attach_phone(phone, guest.source(), guest.sink());
  }
  void start() {
    auto started = start_media_host(options, [this](host::Report report) {
      reports.change([&](Reports& now) { now.all.push_back(std::move(report)); });
    });
    BOOST_REQUIRE_MESSAGE(started.ok(), "the host starts");
    host = std::move(*started);
  }

  Invitation admit(bool control = true, std::int64_t lifetime_us = 600'000'000) {
    host::AdmitSession admission;
    ++sessions;
    admission.session = make_entity_id(EntityKind::kSession, {sessions});
    admission.phone = phone;
    admission.user = make_entity_id(EntityKind::kUser, {1});
    admission.ticket.bytes = {9, sessions};
    admission.ticket_key.fill(static_cast<std::uint8_t>(sessions + 40));
    admission.ticket_expires_us = wall_us() + lifetime_us;
    admission.control = control;
    admission.clipboard = usual_clipboard(control);
    host->admit(admission);
    return {"127.0.0.1:" + std::to_string(host->port()), options.key.public_key, admission.ticket,
            admission.ticket_key};
  }
  EntityId last_session() const { return make_entity_id(EntityKind::kSession, {sessions}); }
  bool ended(const EntityId& session, const std::string& reason_part) {
    return reports.wait([&](const Reports& now) {
      for (const auto& each : now.of<host::SessionEnded>()) {
        if (each.session == session) return each.reason.find(reason_part) != std::string::npos;
      }
      return false;
    });
  }
};

BOOST_AUTO_TEST_SUITE(media_host)

BOOST_AUTO_TEST_CASE(the_picture_arrives_and_follows_the_screen) {
  Rig rig;
  Viewer viewer;
  BOOST_REQUIRE(viewer.connect(rig.admit()));
  BOOST_TEST(viewer.shows(rig.guest.picture(), 36));
  for (int i = 0; i < 10; ++i) {
    rig.guest.draw([&](TestScreen& screen) {
      screen.draw_text(
          {static_cast<std::uint16_t>(i * 20), static_cast<std::uint16_t>(i * 40), 120, 90});
    });
    BOOST_TEST(viewer.shows(rig.guest.picture(), 36));
  }
  const auto connected = rig.reports.now().of<host::SessionConnected>();
  BOOST_REQUIRE(connected.size() == 1u);
  BOOST_TEST((connected[0].session == rig.last_session()));
  BOOST_TEST(connected[0].remote_address.starts_with("127.0.0.1:"));
  BOOST_TEST(connected[0].cipher == "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b");
  viewer.client.reset();
  BOOST_TEST(rig.ended(rig.last_session(), "the viewer left"));
  const auto ended = rig.reports.now().of<host::SessionEnded>();
  BOOST_REQUIRE(ended.size() == 1u);
  BOOST_TEST(ended[0].frames_sent >= 11u);
  BOOST_TEST(ended[0].bytes_sent > 1000u);
  BOOST_TEST(ended[0].bytes_received > 100u);
}

BOOST_AUTO_TEST_CASE(a_host_that_codes_vp9_says_so_and_its_picture_arrives) {
  for (const VideoCodec codec : {VideoCodec::kVp8, VideoCodec::kVp9}) {
    Rig rig(codec);
    Viewer viewer;
    BOOST_REQUIRE(viewer.connect(rig.admit()));
    BOOST_TEST(viewer.shows(rig.guest.picture(), 38));
    rig.guest.draw([](TestScreen& screen) { screen.draw_text({64, 128, 200, 90}); });
    BOOST_TEST(viewer.shows(rig.guest.picture(), 38));
    BOOST_TEST((viewer.seen.now().codecs == std::set{codec}));
    const std::vector<std::uint8_t> first = viewer.seen.now().encoded.front();
    BOOST_TEST(read_vp9_header(first).has_value() == (codec == VideoCodec::kVp9));
  }
}

BOOST_AUTO_TEST_CASE(inputs_arrive_once_and_in_order) {
  Rig rig;
  Viewer viewer;
  BOOST_REQUIRE(viewer.connect(rig.admit()));
  std::vector<InputEvent> sent;
  for (std::uint16_t i = 0; i < 500; ++i) sent.push_back(Touch{0, TouchPhase::kMove, {i, i}});
  sent.push_back(Text{"grüß"});
  sent.push_back(Key{0xff0d, true});
  sent.push_back(Scroll{{3, 4}, 0, -120});
  for (const InputEvent& event : sent) viewer.client->send(event);
  BOOST_TEST(
      eventually([&] { return viewer.client->statistics().inputs_acknowledged >= sent.size(); }));
  BOOST_TEST((rig.guest.inputs() == sent));
}

BOOST_AUTO_TEST_CASE(a_watcher_without_control_moves_nothing) {
  Rig rig;
  Viewer viewer;
  BOOST_REQUIRE(viewer.connect(rig.admit(false)));
  viewer.client->send(Touch{0, TouchPhase::kDown, {1, 1}});
  BOOST_TEST(eventually([&] { return viewer.client->statistics().inputs_acknowledged >= 1; }));
  BOOST_TEST(viewer.client->statistics().inputs_acknowledged == 1u);
  BOOST_TEST(rig.guest.inputs().empty());
  viewer.client.reset();
  BOOST_TEST(rig.ended(rig.last_session(), "the viewer left"));
  BOOST_TEST(rig.reports.now().of<host::SessionEnded>()[0].inputs_received == 1u);
}

BOOST_AUTO_TEST_CASE(a_ticket_works_once) {
  Rig rig;
  const Invitation invitation = rig.admit();
  Viewer first;
  BOOST_REQUIRE(first.connect(invitation));
  BOOST_TEST(first.shows(rig.guest.picture(), 30));
  Viewer second;
  BOOST_TEST(!second.connect(invitation, kRefusedMs));
  first.client.reset();
  BOOST_TEST(rig.ended(rig.last_session(), "the viewer left"));
  BOOST_TEST(!second.connect(invitation, kRefusedMs));
}

BOOST_AUTO_TEST_CASE(two_who_hold_one_ticket_at_once_are_one_viewer) {
  Rig rig;
  const Invitation invitation = rig.admit();
  // Both may shake hands before either has proved the key; one of them is then sent away.
  Viewer first;
  Viewer second;
  bool first_in = false;
  bool second_in = false;
  std::thread other([&] { second_in = second.connect(invitation, 3'000); });
  first_in = first.connect(invitation, 3'000);
  other.join();
  BOOST_TEST((first_in || second_in));
  if (first_in && second_in) {
    const auto gone = [](Viewer& viewer) { return viewer.seen.now().ended.has_value(); };
    BOOST_TEST(eventually([&] { return gone(first) || gone(second); }));
    BOOST_TEST(gone(first) != gone(second));
  }
  BOOST_TEST(rig.reports.now().of<host::SessionConnected>().size() <= 1u);
}

BOOST_AUTO_TEST_CASE(a_wrong_key_or_ticket_opens_nothing) {
  Rig rig;
  Viewer viewer;
  Invitation wrong_key = rig.admit();
  wrong_key.ticket_key[0] ^= 1;
  BOOST_TEST(!viewer.connect(wrong_key, kRefusedMs));
  Invitation wrong_ticket = rig.admit();
  wrong_ticket.ticket.bytes[0] ^= 1;
  BOOST_TEST(!viewer.connect(wrong_ticket, kRefusedMs));
  Invitation wrong_host = rig.admit();
  wrong_host.server_public_key = make_key_pair().public_key;
  BOOST_TEST(!viewer.connect(wrong_host, kRefusedMs));
  BOOST_TEST(!viewer.connect(rig.admit(true, -1), kRefusedMs));
  BOOST_TEST(rig.reports.now().of<host::SessionConnected>().empty());
  BOOST_TEST(rig.guest.frames_asked() == 0u);
}

BOOST_AUTO_TEST_CASE(an_unused_ticket_ends_its_session) {
  Rig rig;
  rig.admit(true, 50'000);
  BOOST_TEST(rig.ended(rig.last_session(), "ticket expired"));
}

BOOST_AUTO_TEST_CASE(viewers_share_one_encode) {
  Rig rig;
  Viewer first;
  Viewer second;
  BOOST_REQUIRE(first.connect(rig.admit()));
  BOOST_TEST(first.shows(rig.guest.picture(), 36));
  BOOST_REQUIRE(second.connect(rig.admit()));
  BOOST_TEST(second.shows(rig.guest.picture(), 36));
  const std::uint64_t taken = rig.guest.frames_taken();
  for (int i = 0; i < 8; ++i) {
    rig.guest.draw([&](TestScreen& screen) {
      screen.fill({static_cast<std::uint16_t>(i * 32), 100, 32, 32},
                  0x00ff00u + static_cast<std::uint32_t>(i));
    });
    BOOST_TEST(first.shows(rig.guest.picture(), 36));
    BOOST_TEST(second.shows(rig.guest.picture(), 36));
  }
  BOOST_TEST(rig.guest.frames_taken() - taken == 8u);
  // Whatever the second got since it joined, the first got too, byte for byte.
  const auto second_got = second.seen.now().encoded;
  BOOST_TEST(first.seen.wait([&](const Seen& now) {
    return std::search(now.encoded.begin(), now.encoded.end(), second_got.begin(),
                       second_got.end()) != now.encoded.end();
  }));
}

BOOST_AUTO_TEST_CASE(many_who_join_share_a_key_frame) {
  Rig rig;
  Viewer first;
  BOOST_REQUIRE(first.connect(rig.admit()));
  BOOST_TEST(first.shows(rig.guest.picture(), 36));
  const std::int64_t began_us = monotonic_us();
  std::vector<std::unique_ptr<Viewer>> others;
  for (int i = 0; i < 12; ++i) {
    others.push_back(std::make_unique<Viewer>());
    BOOST_REQUIRE(others.back()->connect(rig.admit()));
  }
  for (const auto& other : others) BOOST_TEST(other->shows(rig.guest.picture(), 36));
  const std::int64_t took_us = monotonic_us() - began_us;
  // A key frame's first bit is 0 (RFC 6386, section 9.1).
  const auto encoded = first.seen.now().encoded;
  const auto keys = std::count_if(encoded.begin(), encoded.end(),
                                  [](const auto& frame) { return (frame.at(0) & 1) == 0; });
  BOOST_TEST(keys <= 2 + took_us / kKeyIntervalUs);
}

BOOST_AUTO_TEST_CASE(closing_and_detaching_end_sessions_with_their_reason) {
  Rig rig;
  Viewer closed;
  BOOST_REQUIRE(closed.connect(rig.admit()));
  BOOST_TEST(closed.shows(rig.guest.picture(), 30));
  rig.host->close(rig.last_session(), "by the owner");
  BOOST_TEST(rig.ended(rig.last_session(), "by the owner"));
  BOOST_TEST(closed.seen.wait([](const Seen& now) { return now.ended == "by the owner"; }));

  rig.admit();
  rig.host->close(rig.last_session(), "never used");
  BOOST_TEST(rig.ended(rig.last_session(), "never used"));

  Viewer watching;
  BOOST_REQUIRE(watching.connect(rig.admit()));
  BOOST_TEST(watching.shows(rig.guest.picture(), 30));
  const EntityId watched = rig.last_session();
  rig.admit();
  rig.host->detach_phone(rig.phone, "the phone stopped");
  BOOST_TEST(rig.guest.source_destroyed());
  BOOST_TEST(rig.ended(watched, "the phone stopped"));
  BOOST_TEST(rig.ended(rig.last_session(), "the phone stopped"));
  BOOST_TEST(watching.seen.wait([](const Seen& now) { return now.ended == "the phone stopped"; }));
  rig.host.reset();
  BOOST_TEST(rig.reports.now().of<host::SessionEnded>().size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_still_screen_sends_nothing_but_keep_alives) {
  Rig rig;
  Viewer viewer;
  BOOST_REQUIRE(viewer.connect(rig.admit()));
  BOOST_TEST(viewer.shows(rig.guest.picture(), 38));  // the debt is paid
  // Three words from the viewer without a frame between them: nothing is on its way any more.
  ClientStatistics before = viewer.client->statistics();
  int quiet = 0;
  BOOST_TEST(eventually([&] {
    const ClientStatistics now = viewer.client->statistics();
    if (now.bytes_sent == before.bytes_sent) return false;
    quiet = now.frames_decoded == before.frames_decoded ? quiet + 1 : 0;
    before = now;
    return quiet == 3;
  }));
  BOOST_TEST(rig.guest.frames_taken() == 1u);
  // The one request that waits for the next change.
  BOOST_TEST(rig.guest.frames_asked() <= 2u);
  rig.guest.draw([](TestScreen& screen) { screen.draw_text({0, 0, 100, 100}); });
  BOOST_TEST(viewer.shows(rig.guest.picture(), 36));
}

BOOST_AUTO_TEST_CASE(a_phone_that_nobody_watches_is_not_captured) {
  Rig rig;
  Viewer viewer;
  BOOST_REQUIRE(viewer.connect(rig.admit()));
  BOOST_TEST(viewer.shows(rig.guest.picture(), 30));
  viewer.client.reset();
  BOOST_TEST(rig.ended(rig.last_session(), "the viewer left"));
  const auto taken = rig.guest.frames_taken();
  for (int i = 0; i < 20; ++i) {
    rig.guest.draw([](TestScreen& screen) { screen.draw_text({0, 0, 100, 100}); });
  }
  // At most the one frame that was asked for already.
  BOOST_TEST(rig.guest.frames_taken() <= taken + 1);
  Viewer next;
  BOOST_REQUIRE(next.connect(rig.admit()));
  BOOST_TEST(next.shows(rig.guest.picture(), 36));
}

BOOST_AUTO_TEST_CASE(a_viewer_that_falls_silent_ends_and_does_not_hold_up_others) {
  Rig rig;
  rig.host.reset();
  rig.options.silence_ms_max = 3'000;
  rig.start();
  rig.host->attach_phone(rig.phone, rig.guest.source(), rig.guest.sink());
  Viewer live;
  BOOST_REQUIRE(live.connect(rig.admit()));
  // Stops reading and writing in the middle of its first picture.
  std::mutex gate;
  gate.lock();
  ClientCallbacks stuck;
  stuck.on_frame = [&](const DecodedFrame&) { const std::lock_guard wait(gate); };
  stuck.on_ended = [](const std::string&) {};
  auto dead = connect_stream(rig.admit(), std::move(stuck), kHandshakeMs);
  BOOST_REQUIRE(dead.ok());
  const EntityId dead_session = rig.last_session();
  for (int i = 0; i < 20; ++i) {
    rig.guest.draw([&](TestScreen& screen) {
      screen.draw_text({static_cast<std::uint16_t>(i * 10), 100, 100, 100});
    });
    BOOST_TEST(live.shows(rig.guest.picture(), 36));
  }
  BOOST_TEST(rig.ended(dead_session, "silent"));
  gate.unlock();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
