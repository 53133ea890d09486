// One CAF actor a phone: it owns the phone's pipeline and knows its sessions, from admission to
// end, and so ends each exactly once. It only passes words on; frames never come here.
#pragma once

#include <future>
#include <map>
#include <memory>
#include <string>

#include "media/actor_engine.h"
#include "media/phone_pipeline.h"
#include "media/ticket_book.h"
#include "schemas/host_messages.h"

namespace rookery::media {

// Pipelines travel in shared_ptr because CAF copies messages; there is one owner at a time.
struct AttachPipeline {
  std::shared_ptr<PhonePipeline> pipeline;
};
// Gives the pipeline (or null) to the sender, who may block to stop it; a handler may not.
struct YieldPipeline {
  std::shared_ptr<std::promise<std::shared_ptr<PhonePipeline>>> taker;
};
// The pipeline is gone: sessions that are still open end. `lost`: their viewers may come back.
struct PhoneDetached {
  std::string reason;
  bool lost = false;
  std::shared_ptr<std::promise<void>> done;
};
struct AdmitViewer {
  host::AdmitSession admission;
};
struct CloseSessionNow {
  EntityId session;
  std::string reason;
};
// From the pipeline (a viewer connected, its figures, its end) or the ticket book (expired).
struct SessionReported {
  host::Report report;
};

struct MediaActorState {
  struct Session {
    Id128 ticket;
    bool connected = false;
  };
  std::shared_ptr<PhonePipeline> pipeline;
  std::map<EntityId, Session> sessions;
};

// `reports` and `tickets` outlive the actor.
caf::behavior media_actor(caf::stateful_actor<MediaActorState>* self,
                          const host::ReportSink* reports, TicketBook* tickets);

}  // namespace rookery::media

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::media::AttachPipeline)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::media::YieldPipeline)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::media::PhoneDetached)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::media::AdmitViewer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::media::CloseSessionNow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rookery::media::SessionReported)
