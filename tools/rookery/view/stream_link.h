// Keeps a phone's stream open: a session over HTTP, the media connection, and again after a break.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "media/client/stream_client.h"
#include "media/recording/webm_writer.h"
#include "schemas/ids.h"
#include "tools/rookery/api.h"
#include "tools/rookery/view/latency.h"
#include "tools/rookery/view/screen.h"

namespace rookery::tool {

// Of all sessions together.
struct ViewStatistics {
  std::int64_t join_ms = 0;  // from asking for the first session to its first picture
  std::uint64_t sessions = 0;
  media::ClientStatistics client;
  LatencySamples glass_to_glass;  // host and viewer must share a clock: one machine
};

// media::connect_stream, or its twin in tests.
using StreamConnector = std::function<Result<std::unique_ptr<media::StreamClient>>(
    const media::Invitation&, media::ClientCallbacks, std::int64_t timeout_ms)>;

// Thread-safe after start().
class StreamLink {
 public:
  // `screen` and `recorder` (may be null) must outlive the link.
  StreamLink(Api api, StreamConnector connect, const EntityId& phone, bool control, Screen& screen,
             media::WebmWriter* recorder);
  ~StreamLink();
  StreamLink(const StreamLink&) = delete;
  StreamLink& operator=(const StreamLink&) = delete;

  // Called, from some thread, with each new reason why there is no stream, and with none when it is
  // back. Set it before start(); it must not call the link.
  void on_trouble(std::function<void(const std::optional<std::string>&)> listener);

  // Opens the first session; an Error when that fails. Later breaks are mended in the background.
  Status start();
  // Says goodbye; nothing is shown or recorded after it.
  void stop();
  // Dropped while the stream is broken: what a person did then must not happen later.
  void send(const InputEvent& event);

  // How many of the inputs given to send() are not known to have reached the phone.
  std::uint64_t undelivered() const;
  // Waits until that is none, as long as there is a stream; returns what is left.
  std::uint64_t wait_delivered(std::int64_t ms_max) const;

  ViewStatistics statistics() const;
  // Why there is no stream just now; empty when there is.
  std::string trouble() const;
  // Set when it makes no sense to try again.
  std::optional<Error> given_up() const;
  // What went wrong with the recording, if anything.
  std::optional<Error> recording_error() const;

 private:
  Status open_session();
  void keep_open();
  void on_frame(const media::DecodedFrame& frame);
  void on_encoded(const media::EncodedFrame& frame);
  void close_client();
  void set_trouble(const std::string& reason);  // under the lock

  Api api_;
  const StreamConnector connect_;
  const EntityId phone_;
  const bool control_;
  Screen& screen_;
  media::WebmWriter* const recorder_;

  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::unique_ptr<media::StreamClient> client_;
  ViewStatistics past_;  // everything but the current client's figures
  std::int64_t asked_us_ = 0;
  bool pictured_ = false;  // the current session has shown something
  bool ended_ = false;
  bool stopping_ = false;
  std::uint64_t dropped_ = 0;  // inputs given to send() while there was no stream
  std::string trouble_;
  std::function<void(const std::optional<std::string>&)> trouble_listener_;
  std::optional<Error> given_up_;
  std::optional<Error> recording_error_;
  std::thread keeper_;
};

}  // namespace rookery::tool
