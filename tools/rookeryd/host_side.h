// The host half of a node: carries out host commands with a guest driver and a media host.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "guest-agent/driver/guest_driver.h"
#include "media/media_host.h"
#include "tools/rookeryd/lanes.h"
#include "tools/rookeryd/local_host.h"

namespace rookery {

class HostSide final : public LocalHost {
 public:
  // `driver_name` is what stands before the colon of the images this host can run.
  HostSide(host::Description description, std::string driver_name,
           std::unique_ptr<guest::GuestDriver> driver, std::unique_ptr<media::MediaHost> media,
           host::ReportSink reports);
  ~HostSide() override;

  host::Description description() const override { return description_; }
  void send(host::Command command) override;
  void let_in(std::unique_ptr<ByteStream> stream) override;
  void close(bool keep_guests) override;

 private:
  void start_guest(const host::StartGuest& start);
  void stop_guest(const host::StopGuest& stop);
  void remove_guest(const EntityId& phone);
  void check_guest(const EntityId& phone);
  void watch();
  void in_order(const EntityId& phone, std::function<void()> work);
  void in_lane(const EntityId& phone, std::function<void()> work);
  void send_session(const host::AdmitSession& session);
  void send_session(const host::CloseSession& session);
  std::uint64_t attached_boot(const EntityId& phone) const;
  bool speaks(const EntityId& phone) const;

  struct Attached {
    std::uint64_t boot = 0;
    std::weak_ptr<const guest::AgentConnection> agent;
  };

  const host::Description description_;
  const std::string driver_name_;
  const std::unique_ptr<guest::GuestDriver> driver_;
  std::unique_ptr<media::MediaHost> media_;
  const host::ReportSink reports_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<EntityId, Attached> attached_;            // phones that are streamed
  std::map<EntityId, EntityId> phones_of_sessions_;  // admitted and not yet closed
  std::map<EntityId, host::StopGuest> stops_due_;    // guests that would not stop
  // For each order in the phone's lane, or under way, what is to be done right after it.
  std::map<EntityId, std::deque<std::vector<std::function<void()>>>> orders_;
  // What could not be removed, and when it is tried again.
  std::map<EntityId, std::chrono::steady_clock::time_point> removals_due_;
  bool closing_ = false;
  Lanes lanes_;
  std::thread watcher_;
};

}  // namespace rookery
