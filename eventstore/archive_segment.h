// A sealed file of archived events: compressed, described by itself, signed by the log's keys.
// Layout: FORMAT.md, "Archive segment". Bytes from such a file are not believed before they are
// checked: every decoder here is bounded.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/event_log.h"
#include "eventstore/signed_note.h"
#include "schemas/result.h"

namespace rookery {

inline constexpr std::uint16_t kSegmentLayout = 1;
inline constexpr std::size_t kFrameBytes = 32 << 10;  // of envelopes; what passes it ends the frame
inline constexpr std::size_t kFrameBytesMax = 2 << 20;
inline constexpr std::size_t kSegmentBytesMax = 64 << 20;  // of envelopes
inline constexpr std::uint64_t kSegmentEventsMax = 1 << 18;

struct SegmentHead {
  std::string identity;  // of the store: 32 hexadecimal digits
  Shard shard = 0;
  std::uint32_t number = 0;  // of the store's segments, from 1
  std::uint64_t first_position = 0;
  std::uint64_t last_position = 0;  // not every one between them is in it
  std::uint64_t events = 0;
};

// Place in the order in which a segment holds its events.
struct StreamPlace {
  EntityId stream;
  std::uint64_t version = 0;

  auto operator<=>(const StreamPlace&) const = default;
};

struct SegmentFrame {
  StreamPlace first;
  StreamPlace last;
  std::uint64_t offset = 0;
  std::uint32_t bytes = 0;      // compressed
  std::uint32_t raw_bytes = 0;  // and not
  std::uint32_t events = 0;
  std::uint32_t crc = 0;  // CRC-32C of the compressed bytes
};

struct SegmentEvent {
  StreamPlace place;
  std::uint64_t position = 0;
  std::string_view envelope;  // the stored bytes
};
// The place and position that an envelope names; nothing when it is too short for one.
std::optional<SegmentEvent> segment_event(std::string_view envelope);

// A whole segment. The envelopes are of one shard, in the order of their places, within the limits
// above; `head`'s positions and count are set here.
std::string build_segment(SegmentHead head, const std::vector<std::string>& envelopes,
                          const std::vector<NoteSigner>& signers);

// Gives `size` bytes from `offset` on; fewer at the file's end.
using SegmentBytes = std::function<Result<std::string>(std::uint64_t offset, std::size_t size)>;

// Thread-safe, as `bytes` is. Of the file only head, index and seal are read at first.
class ArchiveSegment {
 public:
  // Error: no segment, cut, or parts of it contradict each other.
  static Result<ArchiveSegment> open(SegmentBytes bytes, std::uint64_t file_bytes);

  const SegmentHead& head() const { return head_; }
  const std::vector<SegmentFrame>& frames() const { return frames_; }
  const std::string& seal() const { return seal_; }

  // The frame in which the event would be; nothing when there is none.
  std::optional<std::size_t> frame_of(const StreamPlace& place) const;
  // The first frame that ends at `place` or later; frames().size() when there is none.
  std::size_t frame_from(const StreamPlace& place) const;
  // A frame's envelopes, one after the other, each behind its u32 length. Error: it is damaged.
  Result<std::string> frame(std::size_t index) const;
  // SHA-256 over the first `file_bytes` bytes.
  Result<Hash256> whole_hash(std::uint64_t file_bytes) const;
  // Reads everything: each frame, the content's hash, the seal. Signatures are checked where
  // `known` is not empty. Error: the first thing that is not as it was sealed.
  Status verify(const std::vector<NoteVerifier>& known,
                const std::function<Status(const SegmentEvent&)>& visit) const;

 private:
  Status read_index(std::uint64_t index_offset, std::uint64_t seal_offset);
  Status check_frames(std::uint64_t index_offset) const;

  SegmentBytes bytes_;
  SegmentHead head_;
  std::vector<SegmentFrame> frames_;
  std::string seal_;
  std::uint64_t sealed_bytes_ = 0;  // before the seal
};

// Calls `visit` for each envelope of a frame in turn, until it returns false. Error: the lengths do
// not fit, or the places do not ascend.
Status visit_frame(std::string_view raw, const std::function<bool(const SegmentEvent&)>& visit);

}  // namespace rookery
