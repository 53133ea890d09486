// How long after an event is durable a subscriber over HTTP has it, on a log on disk. The baseline
// is one request for one event.
#include <chrono>
#include <future>
#include <map>

#include "eventstore/rocksdb_event_log.h"
#include "tests/bench/json_line.h"
#include "tests/unit/eventstore/logs.h"
#include "tests/unit/server/test_node.h"

namespace rookery::test {
namespace {

constexpr std::size_t kEvents = 1000;

using Clock = std::chrono::steady_clock;

double ms_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

// When each position became durable.
class DurableTimes {
 public:
  explicit DurableTimes(EventLog& log)
      : listening_(log.on_commit([this](Shard, std::uint64_t last) {
          const std::lock_guard lock(mutex_);
          while (known_ < last) times_[++known_] = Clock::now();
        })),
        known_(log.last_position(0)) {}
  Clock::time_point at(std::uint64_t position) {
    const std::lock_guard lock(mutex_);
    return times_.at(position);
  }

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, Clock::time_point> times_;
  std::shared_ptr<void> listening_;
  std::uint64_t known_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(subscription) {
  testing::TemporaryFolder folder;
  TestNode node(std::shared_ptr<EventLog>(testing::must_open(folder.path() / "events")));
  DurableTimes durable(*node.log);
  const std::uint64_t next = node.log->last_position(0) + 1;
  std::vector<double> latencies;
  std::future<void> following = std::async(std::launch::async, [&] {
    node.admin().read_lines("/v1/events/follow?from_position=" + std::to_string(next),
                            [&](const std::string& line) {
                              const auto now = Clock::now();
                              if (line.empty()) return true;
                              const std::uint64_t position = Json::parse(line)["position"];
                              latencies.push_back(ms_between(durable.at(position), now));
                              return latencies.size() < kEvents;
                            });
  });
  HttpClient admin = node.admin();
  std::vector<double> requests;
  for (std::size_t i = 0; i < kEvents + 10; ++i) {
    admin.post("/v1/phones", {{"organization", node.organization()}, {"name", "p"}});
    const auto begin = Clock::now();
    admin.get("/v1/events?limit=1&from_position=" + std::to_string(next + i));
    requests.push_back(ms_between(begin, Clock::now()));
  }
  following.get();
  for (const double share : {0.5, 0.99}) {
    const std::string name = share < 0.9 ? "p50" : "p99";
    bench::print_figure("subscription", "after_durable_" + name,
                        bench::percentile(latencies, share), "ms",
                        bench::percentile(requests, share));
  }
}

}  // namespace rookery::test
