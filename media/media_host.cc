#include "media/media_host.h"

#include <sodium.h>

#include <future>
#include <map>
#include <mutex>
#include <utility>

#include "media/actor_engine.h"
#include "media/door.h"
#include "media/media_actor.h"
#include "media/phone_pipeline.h"
#include "media/receiver_table.h"

namespace rookery::media {
namespace {

class UdpMediaHost final : public MediaHost {
 public:
  UdpMediaHost(const MediaOptions& options, UdpSocket socket, host::ReportSink reports)
      : options_(options),
        reports_(std::move(reports)),
        socket_(std::move(socket)),
        passed_on_([this](host::Report report) { pass_on(std::move(report)); }),
        door_(std::make_unique<Door>(door_links())) {}

  ~UdpMediaHost() override {
    door_.reset();  // nobody joins any more
    for (;;) {
      EntityId phone;
      {
        const std::lock_guard lock(mutex_);
        if (phones_.empty()) break;
        phone = phones_.begin()->first;
      }
      detach(phone, "the host is stopping", true);
    }
  }

  std::uint16_t port() const override { return socket_.local_address().port(); }

  void let_in(std::unique_ptr<ByteStream> stream) override { door_->let_in(std::move(stream)); }

  void attach_phone(const EntityId& phone, std::unique_ptr<FrameSource> source,
                    std::unique_ptr<InputSink> input) override {
    if (inbox_of(phone) != nullptr) detach_phone(phone, "the guest was replaced");
    const auto inbox = std::make_shared<PhoneInbox>();
    const std::lock_guard lock(mutex_);
    const caf::actor actor = actor_locked(phone);
    const SessionSurroundings surroundings{
        options_,
        socket_,
        tickets_,
        [actor](host::Report report) { caf::anon_send(actor, SessionReported{std::move(report)}); },
        [this](std::uint32_t index) { receivers_.close(index); },
        [inbox] { inbox->post(LookAgain{}); }};
    caf::anon_send(actor, AttachPipeline{std::make_shared<PhonePipeline>(
                              std::move(source), std::move(input), inbox, surroundings)});
    phones_[phone].inbox = inbox;
  }

  void detach_phone(const EntityId& phone, const std::string& reason) override {
    detach(phone, reason, false);
  }

  void admit(const host::AdmitSession& session) override {
    const std::lock_guard lock(mutex_);
    admitted_.insert_or_assign(session.session, Admitted{session.phone, session.ticket});
    caf::anon_send(actor_locked(session.phone), AdmitViewer{session});
  }

  void close(const EntityId& session, const std::string& reason) override {
    tell_phone_of(session, CloseSessionNow{session, reason});
  }

 private:
  // `lost`: nobody wanted it, and the viewers may come back.
  void detach(const EntityId& phone, const std::string& reason, bool lost) {
    caf::actor actor;
    {
      const std::lock_guard lock(mutex_);
      const auto found = phones_.find(phone);
      if (found == phones_.end()) return;
      actor = found->second.actor;
      phones_.erase(found);
    }
    const auto taker = std::make_shared<std::promise<std::shared_ptr<PhonePipeline>>>();
    caf::anon_send(actor, YieldPipeline{taker});
    if (auto pipeline = taker->get_future().get()) pipeline->stop(reason, lost);
    // The viewers' own ends were sent to the actor before this word.
    const auto done = std::make_shared<std::promise<void>>();
    caf::anon_send(actor, PhoneDetached{reason, lost, done});
    done->get_future().wait();
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  }

  struct Phone {
    caf::actor actor;
    std::shared_ptr<PhoneInbox> inbox;  // null until a guest is attached; shared with its pipeline
  };

  struct Admitted {
    EntityId phone;
    Id128 ticket;
  };

  Door::Links door_links() {
    return {options_.key,
            socket_,
            tickets_,
            receivers_,
            [this](const EntityId& phone) { return inbox_of(phone); },
            [this](const host::AdmitSession& unused) {
              host::SessionEnded ended;
              ended.session = unused.session;
              ended.reason = "ticket expired";
              ended.ticket = unused.ticket;
              ended.lost = true;
              tell_phone_of(unused.session, SessionReported{ended});
            }};
  }

  template <class Word>
  void tell_phone_of(const EntityId& session, Word word) {
    const std::lock_guard lock(mutex_);
    const auto admitted = admitted_.find(session);
    if (admitted == admitted_.end()) return;
    const auto found = phones_.find(admitted->second.phone);
    if (found != phones_.end()) caf::anon_send(found->second.actor, std::move(word));
  }

  const caf::actor& actor_locked(const EntityId& phone) {
    Phone& entry = phones_[phone];
    if (entry.actor == nullptr) {
      entry.actor = engine_.system().spawn(media_actor, &passed_on_, &tickets_);
    }
    return entry.actor;
  }

  std::shared_ptr<PhoneInbox> inbox_of(const EntityId& phone) const {
    const std::lock_guard lock(mutex_);
    const auto found = phones_.find(phone);
    return found == phones_.end() ? nullptr : found->second.inbox;
  }

  // On a CAF worker; no lock is held while the server hears of it.
  void pass_on(host::Report report) {
    if (const auto* ended = std::get_if<host::SessionEnded>(&report)) {
      const std::lock_guard lock(mutex_);
      // With another ticket its viewer is back already.
      const auto admitted = admitted_.find(ended->session);
      const bool its_own = admitted != admitted_.end() && admitted->second.ticket == ended->ticket;
      if (its_own) admitted_.erase(admitted);
    }
    reports_(std::move(report));
  }

  const MediaOptions options_;
  const host::ReportSink reports_;
  UdpSocket socket_;
  TicketBook tickets_;
  ReceiverTable receivers_;
  const host::ReportSink passed_on_;
  mutable std::mutex mutex_;
  std::map<EntityId, Phone> phones_;
  std::map<EntityId, Admitted> admitted_;  // by session
  ActorEngine engine_;                     // gone before what its actors point to
  std::unique_ptr<Door> door_;
};

}  // namespace

Result<std::unique_ptr<MediaHost>> start_media_host(const MediaOptions& options,
                                                    host::ReportSink reports) {
  if (sodium_init() < 0) return Error{"libsodium does not start; reinstall it"};
  if (options.frames_per_second_max == 0 || options.bitrate_bps_max == 0) {
    return Error{"media: frames per second and bitrate must be above zero"};
  }
  auto socket = UdpSocket::bind(options.bind_address, options.port);
  if (!socket) return socket.error();
  return std::unique_ptr<MediaHost>(
      std::make_unique<UdpMediaHost>(options, std::move(*socket), std::move(reports)));
}

}  // namespace rookery::media
