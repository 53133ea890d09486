#include <utility>

#include "actors/domain/decision.h"
#include "tools/rookeryd/local_host.h"

namespace rookery {
namespace {

class GuestlessHost final : public LocalHost {
 public:
  GuestlessHost(std::string name, host::ReportSink reports)
      : name_(std::move(name)), reports_(std::move(reports)) {}

  host::Description description() const override { return {name_, "", {}}; }

  void send(host::Command command) override {
    std::visit(overloaded{
                   [this](const host::StartGuest& start) {
                     reports_(host::GuestStopped{start.phone, start.boot, true,
                                                 "this node runs no guests: start rookeryd "
                                                 "without --no-guests"});
                   },
                   [this](const host::StopGuest& stop) {
                     reports_(host::GuestStopped{stop.phone, stop.boot, false, "stopped"});
                   },
                   [](const host::RemoveGuest&) {},
                   [this](const host::AdmitSession& session) {
                     host::SessionEnded ended;
                     ended.session = session.session;
                     ended.reason = "this node runs no media";
                     ended.ticket = session.ticket;
                     reports_(std::move(ended));
                   },
                   [](const host::CloseSession&) {},
               },
               command);
  }

  void close(bool) override {}

 private:
  const std::string name_;
  const host::ReportSink reports_;
};

}  // namespace

std::unique_ptr<LocalHost> make_guestless_host(const Options& options, host::ReportSink reports) {
  return std::make_unique<GuestlessHost>(options.host_name, std::move(reports));
}

}  // namespace rookery
