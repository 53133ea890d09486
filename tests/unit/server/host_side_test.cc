#include "tools/rookeryd/host_side.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <future>
#include <set>
#include <vector>

#include "actors/random.h"
#include "tools/rookeryd/agent_adapters.h"

namespace rookery::test {
namespace {

// Everything that happens, in order, for tests to wait on.
class Diary {
 public:
  void write(const std::string& line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
    changed_.notify_all();
  }
  bool wait_for(const std::string& line) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return place(line) >= 0; });
  }
  // Place of the line's first appearance; -1: it did not happen.
  long place(const std::string& line) const {
    const auto found = std::find(lines_.begin(), lines_.end(), line);
    return found == lines_.end() ? -1 : found - lines_.begin();
  }
  long count(const std::string& line) {
    const std::lock_guard lock(mutex_);
    return std::count(lines_.begin(), lines_.end(), line);
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

class TwinAgent final : public guest::AgentConnection {
 public:
  TwinAgent(Diary& diary, const std::atomic<bool>& broken) : diary_(diary), broken_(broken) {
    shape_.stride_bytes = 2880;
  }
  ~TwinAgent() override { diary_.write("connection closed"); }
  const guest::Hello& hello() const override { return shape_; }
  const std::uint8_t* pixels() const override { return &pixel_; }
  int event_fd() const override { return 5; }
  short wanted_events() const override { return 1; }
  void request_frame(bool full) override { diary_.write(full ? "full frame" : "frame"); }
  bool next_frame(guest::FrameReady& frame) override {
    frame.sequence = 9;
    frame.damage = {{1, 2, 3, 4}};
    return true;
  }
  void inject(const InputEvent&, const InputNumber&) override { diary_.write("input"); }
  void request_clipboard() override { diary_.write("clipboard"); }
  std::optional<ClipboardText> take_clipboard() override {
    return ClipboardText{ClipboardState::kText, "copied"};
  }
  bool full(const EntityId&) const override { return false; }
  void forget(const EntityId&) override { diary_.write("forget"); }
  bool ended() const override { return broken_; }

 private:
  Diary& diary_;
  const std::atomic<bool>& broken_;
  guest::Hello shape_;
  std::uint8_t pixel_ = 0;
};

class TwinDriver final : public guest::GuestDriver {
 public:
  explicit TwinDriver(Diary& diary) : diary_(diary) {}
  Result<std::unique_ptr<guest::AgentConnection>> start(
      const guest::GuestSpecification& wanted) override {
    if (wanted.image == "slow") held.wait();
    if (wanted.image == "broken") return Error{"no screen"};
    diary_.write("boot " + std::to_string(wanted.boot));
    const std::lock_guard lock(mutex_);
    running_.insert(wanted.phone);
    return std::unique_ptr<guest::AgentConnection>(std::make_unique<TwinAgent>(diary_, broken));
  }
  Status stop(const EntityId& phone) override {
    diary_.write("driver stop");
    if (stops_refused > 0) {
      --stops_refused;
      return Error{"it would not stop"};
    }
    die(phone);
    return Done{};
  }
  Status remove(const EntityId&) override {
    diary_.write("driver remove");
    if (removals_refused > 0) {
      --removals_refused;
      return Error{"the disk says no"};
    }
    diary_.write("removed");
    return Done{};
  }
  bool running(const EntityId& phone) const override {
    const std::lock_guard lock(mutex_);
    return running_.contains(phone);
  }
  void die(const EntityId& phone) {
    const std::lock_guard lock(mutex_);
    running_.erase(phone);
  }

  std::promise<void> hold;
  const std::shared_future<void> held = hold.get_future().share();
  std::atomic<int> stops_refused{0};
  std::atomic<int> removals_refused{0};
  std::atomic<bool> broken{false};  // its agents talk nonsense

 private:
  Diary& diary_;
  mutable std::mutex mutex_;
  std::set<EntityId> running_;
};

class TwinMedia final : public media::MediaHost {
 public:
  explicit TwinMedia(Diary& diary) : diary_(diary) {}
  std::uint16_t port() const override { return 1; }
  void let_in(std::unique_ptr<ByteStream>) override { diary_.write("let in"); }
  void attach_phone(const EntityId& phone, std::unique_ptr<media::FrameSource> source,
                    std::unique_ptr<media::InputSink> input) override {
    agents_[phone] = {std::move(source), std::move(input), {}};
    diary_.write("attach");
  }
  void detach_phone(const EntityId& phone, const std::string& reason) override {
    agents_.erase(phone);
    diary_.write("detach: " + reason);
  }
  void admit(const host::AdmitSession&) override { diary_.write("admit"); }
  void close(const EntityId&, const std::string& reason) override {
    diary_.write("close: " + reason);
  }

 private:
  Diary& diary_;
  std::map<EntityId, AdaptedAgent> agents_;
};

struct Scene {
  Scene() {
    auto owned = std::make_unique<TwinDriver>(diary);
    driver = owned.get();
    host = std::make_unique<HostSide>(
        host::Description{"twin", "", {}}, "process", std::move(owned),
        std::make_unique<TwinMedia>(diary), [this](const host::Report& report) {
          if (const auto* started = std::get_if<host::GuestStarted>(&report)) {
            if (when_started) std::exchange(when_started, {})();
            diary.write("started " + std::to_string(started->boot));
          } else if (const auto* stopped = std::get_if<host::GuestStopped>(&report)) {
            diary.write((stopped->failed ? "failed: " : "stopped: ") + stopped->reason);
          }
        });
  }
  void start(std::uint64_t boot, const std::string& image) {
    host->send(host::StartGuest{phone, boot, image, 720, 1280});
  }

  void boot_slow_others() {
    for (int i = 0; i < 40; ++i) {
      const EntityId other = named_entity_id(EntityKind::kPhone, "other " + std::to_string(i));
      host->send(host::StartGuest{other, 7, "process:slow"});
    }
  }

  Diary diary;
  std::function<void()> when_started;  // once, on the thread that booted
  TwinDriver* driver = nullptr;
  std::unique_ptr<HostSide> host;
  const EntityId phone = named_entity_id(EntityKind::kPhone, "p");
  const EntityId session = named_entity_id(EntityKind::kSession, "s");
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(host_side, Scene)

BOOST_AUTO_TEST_CASE(a_guest_is_booted_streamed_reported_and_stopped) {
  start(1, "process:desktop");
  BOOST_TEST(diary.wait_for("started 1"));
  BOOST_TEST(diary.place("boot 1") < diary.place("attach"));
  BOOST_TEST(diary.place("attach") < diary.place("started 1"));
  host->send(host::StopGuest{phone, 1});
  BOOST_TEST(diary.wait_for("stopped: stopped as asked"));
  BOOST_TEST(diary.place("detach: the phone stopped") < diary.place("driver stop"));
  BOOST_TEST(diary.place("connection closed") >= 0);
}

BOOST_AUTO_TEST_CASE(the_same_start_again_boots_nothing) {
  start(1, "process:desktop");
  start(1, "process:desktop");
  start(2, "process:desktop");
  BOOST_TEST(diary.wait_for("started 2"));
  BOOST_TEST(diary.count("boot 1") == 1);
  BOOST_TEST(diary.count("started 1") == 2);
}

BOOST_AUTO_TEST_CASE(what_cannot_start_is_reported_with_the_reason) {
  start(1, "process:broken");
  BOOST_TEST(diary.wait_for("failed: no screen"));
  start(2, "oci:android");
  BOOST_TEST(diary.wait_for("failed: this host runs images named process:…, not oci:android"));
}

BOOST_AUTO_TEST_CASE(a_guest_that_ends_by_itself_is_noticed) {
  start(1, "process:desktop");
  BOOST_TEST(diary.wait_for("started 1"));
  driver->die(phone);
  BOOST_TEST(diary.wait_for("failed: the guest ended by itself"));
  BOOST_TEST(diary.place("detach: the guest ended") >= 0);
}

BOOST_AUTO_TEST_CASE(a_guest_whose_agent_breaks_the_protocol_is_stopped) {
  start(1, "process:desktop");
  BOOST_TEST(diary.wait_for("started 1"));
  driver->broken = true;
  BOOST_TEST(diary.wait_for("failed: the guest ended by itself"));
  BOOST_TEST(!driver->running(phone));
}

BOOST_AUTO_TEST_CASE(a_guest_that_will_not_stop_is_not_called_stopped) {
  start(1, "process:desktop");
  BOOST_TEST(diary.wait_for("started 1"));
  driver->stops_refused = 2;
  host->send(host::StopGuest{phone, 1});
  BOOST_TEST(diary.wait_for("stopped: stopped as asked"));
  BOOST_TEST(diary.count("driver stop") == 3);
  BOOST_TEST(!driver->running(phone));
}

BOOST_AUTO_TEST_CASE(a_deleted_phones_home_goes_after_its_guest_however_often_it_takes) {
  start(1, "process:desktop");
  driver->removals_refused = 1;
  host->send(host::StopGuest{phone, 1});
  host->send(host::RemoveGuest{phone});
  BOOST_TEST(diary.wait_for("removed"));
  BOOST_TEST(diary.place("stopped: stopped as asked") < diary.place("driver remove"));
  BOOST_TEST(diary.count("driver remove") == 2);
}

BOOST_AUTO_TEST_CASE(a_session_waits_for_its_phones_boot_and_closes_after_its_admission) {
  start(1, "process:slow");
  host->send(host::AdmitSession{session, phone, {}, {}, {}, 0, true});
  host->send(host::CloseSession{session, "left"});
  driver->hold.set_value();
  BOOST_TEST(diary.wait_for("close: left"));
  BOOST_TEST(diary.place("attach") < diary.place("admit"));
  BOOST_TEST(diary.place("admit") < diary.place("close: left"));
}

BOOST_AUTO_TEST_CASE(one_slow_boot_holds_up_nobody_else) {
  start(1, "process:slow");
  host->send(host::StartGuest{named_entity_id(EntityKind::kPhone, "other"), 7, "process:desktop"});
  BOOST_TEST(diary.wait_for("started 7"));
  driver->hold.set_value();
  BOOST_TEST(diary.wait_for("started 1"));
}

BOOST_AUTO_TEST_CASE(a_viewer_is_admitted_however_many_others_boot) {
  start(1, "process:desktop");
  BOOST_TEST(diary.wait_for("started 1"));
  boot_slow_others();
  host->send(host::AdmitSession{session, phone, {}, {}, {}, 0, true});
  BOOST_TEST(diary.wait_for("admit"));
  BOOST_TEST(diary.count("started 7") == 0);
  driver->hold.set_value();
}

BOOST_AUTO_TEST_CASE(a_viewer_who_comes_while_the_boot_ends_waits_for_no_other) {
  when_started = [this] {
    boot_slow_others();
    host->send(host::AdmitSession{session, phone, {}, {}, {}, 0, true});
  };
  start(1, "process:desktop");
  BOOST_TEST(diary.wait_for("admit"));
  BOOST_TEST(diary.count("started 7") == 0);
  driver->hold.set_value();
}

BOOST_AUTO_TEST_CASE(closing_stops_guests_unless_they_are_to_be_kept) {
  start(1, "process:desktop");
  BOOST_TEST(diary.wait_for("started 1"));
  host->close(false);
  BOOST_TEST(diary.count("driver stop") == 1);
}

BOOST_AUTO_TEST_CASE(kept_guests_outlive_the_host_side) {
  start(1, "process:desktop");
  BOOST_TEST(diary.wait_for("started 1"));
  host->close(true);
  BOOST_TEST(diary.count("driver stop") == 0);
  BOOST_TEST(diary.count("connection closed") == 1);
}

BOOST_AUTO_TEST_CASE(an_agent_is_a_frame_source_and_an_input_sink) {
  const std::atomic<bool> broken{false};
  AdaptedAgent agent = adapt_agent(std::make_unique<TwinAgent>(diary, broken));
  media::FrameView frame;
  agent.source->request_frame(true);
  BOOST_TEST(agent.source->take_frame(frame));
  BOOST_TEST(frame.sequence == 9u);
  BOOST_TEST(frame.stride_bytes == 2880u);
  BOOST_TEST((frame.damage == std::vector<Rectangle>{{1, 2, 3, 4}}));
  agent.source->request_clipboard();
  BOOST_TEST(diary.count("clipboard") == 1);
  BOOST_TEST(agent.source->take_clipboard()->utf8 == "copied");
  agent.source.reset();
  agent.input->inject(Text{"x"}, {});
  BOOST_TEST(diary.count("input") == 1);
  BOOST_TEST(diary.count("connection closed") == 0);
  agent.input.reset();
  BOOST_TEST(diary.count("connection closed") == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
