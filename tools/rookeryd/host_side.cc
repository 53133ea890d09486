#include "tools/rookeryd/host_side.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>
#include <vector>

#include "actors/domain/decision.h"
#include "tools/rookeryd/agent_adapters.h"

namespace rookery {
namespace {

// Boots are slow and mostly waiting: so many phones boot or stop at once.
constexpr std::size_t kLaneThreads = 4;
constexpr std::chrono::seconds kWatchEvery{1};
constexpr std::chrono::seconds kRemoveAgainAfter{10};

}  // namespace

HostSide::HostSide(host::Description description, std::string driver_name,
                   std::unique_ptr<guest::GuestDriver> driver,
                   std::unique_ptr<media::MediaHost> media, host::ReportSink reports)
    : description_(std::move(description)),
      driver_name_(std::move(driver_name)),
      driver_(std::move(driver)),
      media_(std::move(media)),
      reports_(std::move(reports)),
      lanes_(kLaneThreads),
      watcher_([this] { watch(); }) {}

HostSide::~HostSide() { close(true); }

void HostSide::send(host::Command command) {
  std::visit(overloaded{
                 [this](const host::StartGuest& start) {
                   in_lane(start.phone, [this, start] { start_guest(start); });
                 },
                 [this](const host::StopGuest& stop) {
                   in_lane(stop.phone, [this, stop] { stop_guest(stop); });
                 },
                 [this](const host::RemoveGuest& remove) {
                   in_lane(remove.phone, [this, remove] { remove_guest(remove.phone); });
                 },
                 [this](const auto& session) { send_session(session); },
             },
             command);
}

void HostSide::let_in(std::unique_ptr<ByteStream> stream) { media_->let_in(std::move(stream)); }

void HostSide::close(bool keep_guests) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return;
    closing_ = true;
    changed_.notify_all();
  }
  watcher_.join();
  lanes_.close();
  media_.reset();
  if (keep_guests) return;
  for (const auto& [phone, attached] : attached_) {
    const Status stopped = driver_->stop(phone);
    if (!stopped) spdlog::warn("{} was not stopped: {}", to_text(phone), stopped.error().message);
  }
}

void HostSide::start_guest(const host::StartGuest& start) {
  if (attached_boot(start.phone) == start.boot) {
    reports_(host::GuestStarted{start.phone, start.boot});
    return;
  }
  const auto failed = [&](const std::string& reason) {
    spdlog::warn("{} did not start: {}", to_text(start.phone), reason);
    reports_(host::GuestStopped{start.phone, start.boot, true, reason});
  };
  if (!start.image.starts_with(driver_name_ + ":")) {
    return failed("this host runs images named " + driver_name_ + ":…, not " + start.image);
  }
  guest::GuestSpecification specification;
  specification.phone = start.phone;
  specification.boot = start.boot;
  specification.image = start.image.substr(driver_name_.size() + 1);
  specification.width_px = start.width_px;
  specification.height_px = start.height_px;
  auto connection = driver_->start(specification);
  if (!connection) return failed(connection.error().message);
  AdaptedAgent agent = adapt_agent(std::move(*connection));
  if (attached_boot(start.phone) != 0) media_->detach_phone(start.phone, "the phone restarted");
  media_->attach_phone(start.phone, std::move(agent.source), std::move(agent.input));
  {
    const std::lock_guard lock(mutex_);
    attached_[start.phone] = {start.boot, agent.connection};
  }
  spdlog::info("{} runs (boot {}, {})", to_text(start.phone), start.boot, start.image);
  reports_(host::GuestStarted{start.phone, start.boot});
}

void HostSide::stop_guest(const host::StopGuest& stop) {
  const std::uint64_t boot = attached_boot(stop.phone);
  if (boot > stop.boot) return;  // overtaken by a later start
  if (boot != 0) media_->detach_phone(stop.phone, "the phone stopped");
  const Status stopped = driver_->stop(stop.phone);
  {
    const std::lock_guard lock(mutex_);
    attached_.erase(stop.phone);
    // A guest that still runs is not called stopped: watch() tries again.
    stops_due_.erase(stop.phone);
    if (!stopped) stops_due_.emplace(stop.phone, stop);
  }
  if (!stopped) {
    spdlog::error("{}", stopped.error().message);
    return;
  }
  spdlog::info("{} stopped as asked", to_text(stop.phone));
  reports_(host::GuestStopped{stop.phone, stop.boot, false, "stopped as asked"});
}

void HostSide::remove_guest(const EntityId& phone) {
  const Status removed = driver_->remove(phone);
  if (!removed) {
    spdlog::error("{} was deleted, but its folder stays until the next try: {}", to_text(phone),
                  removed.error().message);
  }
  const std::lock_guard lock(mutex_);
  removals_due_.erase(phone);
  if (!removed) {
    removals_due_.emplace(phone, std::chrono::steady_clock::now() + kRemoveAgainAfter);
  }
}

// A guest that ended by itself is gone for good: its phone stops, a start boots it anew.
void HostSide::check_guest(const EntityId& phone) {
  const std::uint64_t boot = attached_boot(phone);
  if (boot == 0 || (driver_->running(phone) && speaks(phone))) return;
  spdlog::warn("{}: the guest ended by itself", to_text(phone));
  media_->detach_phone(phone, "the guest ended");
  const Status cleaned = driver_->stop(phone);
  if (!cleaned) spdlog::warn("{}: {}", to_text(phone), cleaned.error().message);
  {
    const std::lock_guard lock(mutex_);
    attached_.erase(phone);
  }
  reports_(host::GuestStopped{phone, boot, true, "the guest ended by itself"});
}

void HostSide::watch() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kWatchEvery, [this] { return closing_; })) {
    std::vector<EntityId> phones;
    for (const auto& [phone, attached] : attached_) phones.push_back(phone);
    const auto stops = stops_due_;
    const auto removals = removals_due_;
    lock.unlock();
    for (const auto& [phone, stop] : stops) {
      if (lanes_.idle(phone)) lanes_.submit(phone, [this, stop = stop] { stop_guest(stop); });
    }
    for (const auto& [phone, due] : removals) {
      const bool now = due <= std::chrono::steady_clock::now() && lanes_.idle(phone);
      if (now) lanes_.submit(phone, [this, phone = phone] { remove_guest(phone); });
    }
    for (const EntityId& phone : phones) {
      if (lanes_.idle(phone)) lanes_.submit(phone, [this, phone] { check_guest(phone); });
    }
    lock.lock();
  }
}

// Right behind the phone's boot, if one is under way: a viewer is admitted to what can be seen.
// Otherwise at once; other phones' boots are not its concern.
void HostSide::in_order(const EntityId& phone, std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  const auto orders = orders_.find(phone);
  if (orders != orders_.end()) {
    orders->second.back().push_back(std::move(work));
  } else if (!closing_) {
    work();
  }
}

void HostSide::in_lane(const EntityId& phone, std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  orders_[phone].emplace_back();
  lanes_.submit(phone, [this, phone, work = std::move(work)] {
    work();
    const std::lock_guard done(mutex_);
    auto& orders = orders_[phone];
    for (const auto& next : orders.front()) next();
    orders.pop_front();
    if (orders.empty()) orders_.erase(phone);
  });
}

void HostSide::send_session(const host::AdmitSession& session) {
  {
    const std::lock_guard lock(mutex_);
    phones_of_sessions_[session.session] = session.phone;
  }
  in_order(session.phone, [this, session] { media_->admit(session); });
}

// Never before its admission.
void HostSide::send_session(const host::CloseSession& session) {
  EntityId phone;
  {
    const std::lock_guard lock(mutex_);
    const auto found = phones_of_sessions_.find(session.session);
    if (found == phones_of_sessions_.end()) return;
    phone = found->second;
    phones_of_sessions_.erase(found);
  }
  in_order(phone, [this, session] { media_->close(session.session, session.reason); });
}

std::uint64_t HostSide::attached_boot(const EntityId& phone) const {
  const std::lock_guard lock(mutex_);
  const auto found = attached_.find(phone);
  return found == attached_.end() ? 0 : found->second.boot;
}

// Does its agent keep to the protocol? One that does not is as good as gone.
bool HostSide::speaks(const EntityId& phone) const {
  const std::lock_guard lock(mutex_);
  const auto found = attached_.find(phone);
  const auto agent = found == attached_.end() ? nullptr : found->second.agent.lock();
  return agent != nullptr && !agent->ended();
}

}  // namespace rookery
