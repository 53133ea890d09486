// A host and viewers that come by WebSocket, with a guest in memory.
#include "tests/unit/media/web_viewer.h"

#include <boost/test/unit_test.hpp>
#include <mutex>
#include <thread>

#include "media/clipboard_limit.h"
#include "tests/unit/media/memory_guest.h"

namespace rookery::media {
namespace {

constexpr int kWidth = 352;
constexpr int kHeight = 640;
// A network that holds little; what it does not hold is late.
constexpr int kSmallBuffer = 8 * 1024;

struct Rig {
  MemoryGuest guest{kWidth, kHeight, 33};
  MediaOptions options;
  std::mutex mutex;
  std::vector<host::Report> reports;
  std::unique_ptr<MediaHost> host;
  EntityId phone = make_entity_id(EntityKind::kPhone, {1});
  std::uint8_t sessions = 0;
  std::uint8_t tickets = 0;

  explicit Rig(std::int64_t silence_ms_max = 10'000) {
    options.silence_ms_max = silence_ms_max;
    options.key = make_key_pair();
    auto started = start_media_host(options, [this](host::Report report) {
      const std::lock_guard lock(mutex);
      reports.push_back(std::move(report));
    });
    BOOST_REQUIRE(started.ok());
    host = std::move(*started);
    host->attach_phone(phone, guest.source(), guest.sink());
  }
  // `session` 0: a new one.
  Invitation admit(bool control = true, std::uint8_t session = 0, std::int64_t ends_us = 0,
                   const std::string& viewer = "") {
    host::AdmitSession admission;
    if (session == 0) session = ++sessions;
    ++tickets;
    admission.session = make_entity_id(EntityKind::kSession, {session});
    admission.phone = phone;
    admission.ticket.bytes = {9, tickets};
    admission.ticket_key.fill(static_cast<std::uint8_t>(tickets + 40));
    admission.ends_us = ends_us;
    admission.viewer = viewer;
    admission.sees_names = !viewer.empty();
    admission.ticket_expires_us = wall_us() + 600'000'000;
    admission.control = control;
    admission.clipboard = rules.value_or(usual_clipboard(control));
    host->admit(admission);
    return {"", options.key.public_key, admission.ticket, admission.ticket_key};
  }
  std::optional<ClipboardRules> rules{};  // of those who are admitted; none: the usual

  template <class T>
  std::vector<T> reported() {
    const std::lock_guard lock(mutex);
    std::vector<T> some;
    for (const host::Report& report : reports) {
      if (const T* one = std::get_if<T>(&report)) some.push_back(*one);
    }
    return some;
  }
  void draw(int i) {
    guest.draw([&](TestScreen& screen) {
      screen.draw_text({static_cast<std::uint16_t>(i % 10 * 20),
                        static_cast<std::uint16_t>(i % 10 * 40), 120, 90});
    });
  }
};

BOOST_AUTO_TEST_SUITE(web_viewer)

BOOST_AUTO_TEST_CASE(the_picture_arrives_and_touches_go_back) {
  Rig rig;
  WebViewer viewer(*rig.host);
  BOOST_REQUIRE(viewer.shake_hands(rig.admit()));
  BOOST_TEST(viewer.shows(rig.guest.picture(), 36));
  for (int i = 0; i < 5; ++i) {
    rig.draw(i);
    BOOST_TEST(viewer.shows(rig.guest.picture(), 36));
  }
  BOOST_TEST(viewer.key_frames == 1);
  const std::vector<InputEvent> touches = {Touch{0, TouchPhase::kDown, {5, 6}},
                                           Touch{0, TouchPhase::kUp, {5, 6}}};
  viewer.say(wire::InputBatch{1, touches});
  viewer.say(wire::InputBatch{1, touches});
  BOOST_TEST(viewer.wait_for([&] { return viewer.acknowledged == 2u; }));
  BOOST_TEST((rig.guest.inputs() == touches));
  const auto connected = rig.reported<host::SessionConnected>();
  BOOST_REQUIRE_EQUAL(connected.size(), 1u);
  BOOST_TEST(connected[0].remote_address == "127.0.0.1:9");
  rig.host->close(connected[0].session, "the link was revoked");
  BOOST_TEST(viewer.wait_for([&] { return viewer.goodbye == "the link was revoked"; }));
  BOOST_TEST(viewer.wait_for([&] { return viewer.last_frame_kind == test::kCloseFrame; }));
}

BOOST_AUTO_TEST_CASE(the_first_word_of_the_host_is_what_it_took) {
  Rig rig;
  WebViewer viewer(*rig.host);
  BOOST_REQUIRE(viewer.shake_hands(rig.admit(false)));
  BOOST_TEST(viewer.wait_for([&] { return viewer.acknowledged.has_value(); }));
  BOOST_TEST(*viewer.acknowledged == 0u);
}

BOOST_AUTO_TEST_CASE(frames_that_a_slow_viewer_cannot_take_are_never_encoded) {
  Rig rig;
  WebViewer slow(*rig.host, kSmallBuffer);
  BOOST_REQUIRE(slow.shake_hands(rig.admit()));
  BOOST_TEST(slow.shows(rig.guest.picture(), 36));
  const std::uint64_t before = rig.guest.frames_taken();
  const int shown_before = slow.frames;
  // It reads nothing while the screen changes for a while.
  constexpr int kChanges = 300;
  for (int i = 0; i < kChanges; ++i) {
    rig.draw(i);
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  BOOST_TEST(rig.guest.frames_taken() - before < 10u);
  // Then comes what was on the way, and at once the newest.
  BOOST_TEST(slow.shows(rig.guest.picture(), 36));
  BOOST_TEST(slow.frames - shown_before < 12);
}

BOOST_AUTO_TEST_CASE(a_viewer_goes_on_over_another_connection) {
  Rig rig;
  WebViewer viewer(*rig.host);
  BOOST_REQUIRE(viewer.shake_hands(rig.admit()));
  BOOST_TEST(viewer.shows(rig.guest.picture(), 36));
  viewer.say(wire::InputBatch{1, {Key{'a', true}}});
  BOOST_TEST(viewer.wait_for([&] { return viewer.acknowledged == 1u; }));
  viewer.hang_up();
  rig.draw(3);
  viewer.move(*rig.host);
  BOOST_TEST(viewer.shows(rig.guest.picture(), 36));
  BOOST_TEST(viewer.key_frames == 2);
  viewer.say(wire::InputBatch{1, {Key{'a', true}, Key{'a', false}}});
  BOOST_TEST(viewer.wait_for([&] { return viewer.acknowledged == 2u; }));
  BOOST_TEST((rig.guest.inputs() == std::vector<InputEvent>{Key{'a', true}, Key{'a', false}}));
  BOOST_TEST(rig.reported<host::SessionConnected>().size() == 1u);
  BOOST_TEST(rig.reported<host::SessionEnded>().empty());
}

BOOST_AUTO_TEST_CASE(a_viewer_with_another_ticket_goes_on_where_they_were) {
  Rig rig;
  WebViewer before(*rig.host);
  BOOST_REQUIRE(before.shake_hands(rig.admit()));
  BOOST_TEST(before.shows(rig.guest.picture(), 36));
  before.say(wire::InputBatch{1, {Key{'a', true}, Key{'a', false}}});
  BOOST_TEST(before.wait_for([&] { return before.acknowledged == 2u; }));
  // The host has not missed them yet.
  WebViewer back(*rig.host);
  BOOST_REQUIRE(back.shake_hands(rig.admit(true, 1)));
  BOOST_TEST(back.shows(rig.guest.picture(), 36));
  BOOST_TEST(*back.acknowledged == 2u);
  // What was on its way comes twice, and arrives once.
  back.say(wire::InputBatch{2, {Key{'a', false}, Key{'b', true}}});
  BOOST_TEST(back.wait_for([&] { return back.acknowledged == 3u; }));
  BOOST_TEST((rig.guest.inputs() ==
              std::vector<InputEvent>{Key{'a', true}, Key{'a', false}, Key{'b', true}}));
  BOOST_TEST(before.wait_for([&] { return before.goodbye.has_value(); }));
  BOOST_TEST(rig.reported<host::SessionEnded>().empty());
  const auto connected = rig.reported<host::SessionConnected>();
  BOOST_REQUIRE_EQUAL(connected.size(), 2u);
  BOOST_TEST((connected[0].session == connected[1].session));
  BOOST_TEST((connected[0].ticket != connected[1].ticket));
}

BOOST_AUTO_TEST_CASE(viewers_hear_who_watches_and_guests_no_names) {
  Rig rig;
  WebViewer ann(*rig.host);
  BOOST_REQUIRE(ann.shake_hands(rig.admit(true, 0, 0, "ann")));
  const wire::Watcher you{true, true, "ann"};
  const wire::Watchers alone{1, {you}};
  BOOST_TEST(ann.wait_for([&] { return ann.watchers == alone; }));
  WebViewer guest(*rig.host);
  BOOST_REQUIRE(guest.shake_hands(rig.admit(false)));
  const wire::Watchers both{2, {you, {false, false, ""}}};
  BOOST_TEST(ann.wait_for([&] { return ann.watchers == both; }));
  const wire::Watchers nameless{2, {{false, true, ""}, {true, false, ""}}};
  BOOST_TEST(guest.wait_for([&] { return guest.watchers == nameless; }));
  guest.say(wire::Bye{"done"});
  BOOST_TEST(ann.wait_for([&] { return ann.watchers == alone; }));
}

BOOST_AUTO_TEST_CASE(what_is_copied_goes_to_those_who_ask_and_may) {
  Rig rig;
  const std::string text(2 * wire::kClipboardPartBytesMax + 1, 'x');
  rig.guest.copy({ClipboardState::kText, text});
  WebViewer asker(*rig.host);
  WebViewer watcher(*rig.host);
  WebViewer other(*rig.host);
  BOOST_REQUIRE(asker.shake_hands(rig.admit()));
  BOOST_REQUIRE(watcher.shake_hands(rig.admit(false)));
  BOOST_REQUIRE(other.shake_hands(rig.admit()));
  watcher.say(wire::ClipboardRequest{});
  BOOST_TEST(watcher.wait_for([&] { return !watcher.clipboard.empty(); }));
  BOOST_TEST((watcher.clipboard[0] == wire::ClipboardPart{ClipboardState::kRefused, 0, 1, ""}));
  BOOST_TEST(rig.guest.clipboard_asked() == 0);
  asker.say(wire::ClipboardRequest{});
  BOOST_TEST(asker.wait_for([&] { return asker.clipboard.size() == 3; }));
  BOOST_TEST(asker.clipboard[0].bytes + asker.clipboard[1].bytes + asker.clipboard[2].bytes ==
             text);
  asker.say(wire::ClipboardRequest{});
  BOOST_TEST(asker.wait_for([&] { return asker.clipboard.size() == 6; }));
  BOOST_TEST(rig.guest.clipboard_asked() == 2);
  // By this answer, whatever was sent before has come.
  other.say(wire::InputBatch{1, {Key{'a', true}}});
  BOOST_TEST(other.wait_for([&] { return other.acknowledged == 1u; }));
  BOOST_TEST(other.clipboard.empty());
}

// As a page in a hidden tab, whose timers hardly run.
BOOST_AUTO_TEST_CASE(one_that_only_answers_is_not_missed) {
  Rig rig(900);
  WebViewer quiet(*rig.host);
  BOOST_REQUIRE(quiet.shake_hands(rig.admit()));
  BOOST_TEST(quiet.wait_for([&] { return quiet.pings >= 7; }));
  BOOST_TEST(!quiet.goodbye.has_value());
}

BOOST_AUTO_TEST_CASE(what_is_copied_and_pasted_is_reported_by_its_length) {
  Rig rig;
  rig.guest.copy({ClipboardState::kText, "grüße"});
  WebViewer viewer(*rig.host);
  BOOST_REQUIRE(viewer.shake_hands(rig.admit()));
  viewer.say(wire::ClipboardRequest{});
  BOOST_TEST(viewer.wait_for([&] { return viewer.clipboard.size() == 1; }));
  viewer.say(wire::InputBatch{1, {Text{std::string(512, 'a'), true}, Text{"bc", true, true}}});
  viewer.say(wire::InputBatch{3, {Text{"d", true, true}, Text{std::string(500, 'e')}}});
  BOOST_TEST(viewer.wait_for([&] { return viewer.acknowledged == 4u; }));
  const std::vector<InputEvent> arrived = rig.guest.inputs();
  BOOST_REQUIRE(arrived.size() == 4u);
  BOOST_TEST((arrived[1] == InputEvent(Text{"bc"})), "guests know no pastes");
  rig.host.reset();
  const auto passed = rig.reported<host::SessionClipboard>();
  BOOST_REQUIRE(passed.size() == 4u);
  BOOST_TEST((!passed[0].in && passed[0].bytes == 7u && passed[0].number == 1u));
  BOOST_TEST((passed[1].in && passed[1].bytes == 514u && passed[1].number == 2u));
  BOOST_TEST((passed[2].in && passed[2].bytes == 1u && passed[2].number == 3u));
  BOOST_TEST((passed[3].in && passed[3].bytes == 500u && passed[3].number == 4u));
}

BOOST_AUTO_TEST_CASE(clipboard_rules_hold_whatever_the_viewer_claims) {
  Rig rig;
  rig.guest.copy({ClipboardState::kText, "secret"});
  rig.rules = ClipboardRules{false, true};
  WebViewer copies(*rig.host);
  BOOST_REQUIRE(copies.shake_hands(rig.admit(true)));
  WebViewer watches_and_copies(*rig.host);
  BOOST_REQUIRE(watches_and_copies.shake_hands(rig.admit(false)));
  rig.rules = ClipboardRules{true, false};
  WebViewer pastes(*rig.host);
  BOOST_REQUIRE(pastes.shake_hands(rig.admit(true)));

  const std::string many(193, 'x');  // more than hands type at once
  copies.say(wire::InputBatch{1, {Text{"a", true, true}, Text{many}, Text{"typed"}}});
  BOOST_TEST(copies.wait_for([&] { return copies.acknowledged == 3u; }));
  BOOST_TEST(copies.refusals == 1);
  BOOST_REQUIRE(rig.guest.inputs().size() == 1u);
  BOOST_TEST((rig.guest.inputs()[0] == InputEvent(Text{"typed"})));
  watches_and_copies.say(wire::ClipboardRequest{});
  BOOST_TEST(watches_and_copies.wait_for([&] { return !watches_and_copies.clipboard.empty(); }));
  BOOST_TEST(watches_and_copies.clipboard[0].bytes == "secret");
  pastes.say(wire::ClipboardRequest{});
  BOOST_TEST(pastes.wait_for([&] { return !pastes.clipboard.empty(); }));
  BOOST_TEST((pastes.clipboard[0] == wire::ClipboardPart{ClipboardState::kRefused, 0, 1, ""}));
  pastes.say(wire::InputBatch{1, {Text{many, true, true}}});
  BOOST_TEST(pastes.wait_for([&] { return pastes.acknowledged == 1u; }));
  BOOST_TEST(rig.guest.inputs().size() == 2u);
  rig.host.reset();
  BOOST_TEST(rig.reported<host::SessionClipboard>().size() == 2u);
}

BOOST_AUTO_TEST_CASE(nobody_copies_faster_than_hands) {
  ClipboardLimit limit;
  for (std::uint32_t i = 0; i < ClipboardLimit::kPassesMax; ++i) BOOST_TEST(limit.take(1));
  BOOST_TEST(!limit.take(ClipboardLimit::kSpanUs - 1));
  BOOST_TEST(limit.take(ClipboardLimit::kSpanUs + 1));
}

BOOST_AUTO_TEST_CASE(inputs_of_one_who_may_only_watch_are_refused_and_reported_once) {
  Rig rig;
  WebViewer watcher(*rig.host);
  BOOST_REQUIRE(watcher.shake_hands(rig.admit(false)));
  watcher.say(wire::InputBatch{1, {Key{'a', true}, Key{'a', false}}});
  watcher.say(wire::InputBatch{3, {Key{'b', true}}});
  BOOST_TEST(watcher.wait_for([&] { return watcher.acknowledged == 3u; }));
  BOOST_TEST(watcher.refusals == 1);
  BOOST_TEST(rig.guest.inputs().empty());
  rig.host.reset();  // nothing is reported later
  BOOST_TEST(rig.reported<host::SessionInputsRefused>().size() == 1u);
}

// As after a kill -9 of the host: it has forgotten, the guest has not.
BOOST_AUTO_TEST_CASE(a_new_host_knows_from_the_guest_which_inputs_it_had) {
  Rig rig;
  WebViewer before(*rig.host);
  BOOST_REQUIRE(before.shake_hands(rig.admit()));
  before.say(wire::InputBatch{1, {Key{'a', true}, Key{'a', false}}});
  BOOST_TEST(before.wait_for([&] { return before.acknowledged == 2u; }));
  const InputNumber last = rig.guest.last_number();
  BOOST_TEST(last.number == 2u);
  rig.guest.remember({last});
  rig.host->detach_phone(rig.phone, "the host is gone");
  rig.host->attach_phone(rig.phone, rig.guest.source(), rig.guest.sink());
  WebViewer back(*rig.host);
  BOOST_REQUIRE(back.shake_hands(rig.admit(true, 1)));
  BOOST_TEST(back.wait_for([&] { return back.acknowledged == 2u; }));
  back.say(wire::InputBatch{2, {Key{'a', false}, Key{'b', true}}});
  BOOST_TEST(back.wait_for([&] { return back.acknowledged == 3u; }));
  BOOST_TEST((rig.guest.inputs() ==
              std::vector<InputEvent>{Key{'a', true}, Key{'a', false}, Key{'b', true}}));
}

BOOST_AUTO_TEST_CASE(viewers_hear_what_a_frame_takes) {
  Rig rig;
  WebViewer viewer(*rig.host);
  BOOST_REQUIRE(viewer.shake_hands(rig.admit()));
  int drawn = 0;
  BOOST_TEST(viewer.wait_for([&] {
    rig.draw(++drawn);
    return viewer.timings >= 2;
  }));
}

BOOST_AUTO_TEST_CASE(a_view_ends_with_its_time) {
  Rig rig;
  WebViewer viewer(*rig.host);
  BOOST_REQUIRE(viewer.shake_hands(rig.admit(true, 0, wall_us() + 300'000)));
  BOOST_TEST(viewer.wait_for([&] { return viewer.goodbye == "the link has expired"; }));
  rig.host.reset();  // nothing is reported later
  BOOST_REQUIRE_EQUAL(rig.reported<host::SessionEnded>().size(), 1u);
  BOOST_TEST(!rig.reported<host::SessionEnded>()[0].lost);
}

BOOST_AUTO_TEST_CASE(one_who_hung_up_holds_up_nobody) {
  Rig rig;
  WebViewer gone(*rig.host);
  WebViewer there(*rig.host);
  BOOST_REQUIRE(gone.shake_hands(rig.admit()));
  BOOST_TEST(gone.shows(rig.guest.picture(), 36));
  BOOST_REQUIRE(there.shake_hands(rig.admit()));
  BOOST_TEST(there.shows(rig.guest.picture(), 36));
  gone.hang_up();
  for (int i = 0; i < 20; ++i) {
    rig.draw(i);
    BOOST_TEST(there.shows(rig.guest.picture(), 36));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
