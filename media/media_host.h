// The host's media side: admits viewers by ticket and streams phones to them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "media/frame_source.h"
#include "media/input_sink.h"
#include "media/key_pair.h"
#include "schemas/byte_stream.h"
#include "schemas/host_messages.h"
#include "schemas/result.h"
#include "schemas/video_codec.h"

namespace rookery::media {

struct MediaOptions {
  std::string bind_address = "127.0.0.1";
  std::uint16_t port = 0;  // UDP; 0: any free one
  KeyPair key;
  std::uint32_t bitrate_bps_max = 20'000'000;
  std::uint16_t frames_per_second_max = 60;
  std::int64_t silence_ms_max = 10'000;  // a viewer not heard from so long has ended
  VideoCodec codec = VideoCodec::kVp8;   // of all phones
};

// Thread-safe. Reports SessionConnected, SessionQuality (about every 2 s while frames flow),
// SessionTraffic (about every 5 s when the figures changed) and SessionEnded (exactly once for
// every admitted session, also when its ticket expired unused) to the sink.
class MediaHost {
 public:
  virtual ~MediaHost() = default;

  virtual std::uint16_t port() const = 0;
  // A viewer that comes by WebSocket; its HTTP upgrade is done.
  virtual void let_in(std::unique_ptr<ByteStream> stream) = 0;
  // Begins to stream this guest to whoever is admitted for the phone. Nothing is captured or
  // encoded while nobody watches or nothing changes.
  virtual void attach_phone(const EntityId& phone, std::unique_ptr<FrameSource> source,
                            std::unique_ptr<InputSink> input) = 0;
  // Returns after the source and the sink are destroyed; its sessions end with `reason`.
  virtual void detach_phone(const EntityId& phone, const std::string& reason) = 0;
  virtual void admit(const host::AdmitSession& session) = 0;
  virtual void close(const EntityId& session, const std::string& reason) = 0;
};

Result<std::unique_ptr<MediaHost>> start_media_host(const MediaOptions& options,
                                                    host::ReportSink reports);

}  // namespace rookery::media
