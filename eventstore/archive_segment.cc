#include "eventstore/archive_segment.h"

#include <isa-l/crc.h>
#include <sodium.h>
#include <zstd.h>

#include <algorithm>
#include <cassert>
#include <limits>

#include "eventstore/checkpoint.h"
#include "eventstore/envelope_codec.h"
#include "schemas/bounded_decode.h"

namespace rookery {
namespace {

// These values are embedded in stored data: never change them.
constexpr std::string_view kMagic = "RKARCHIV";
constexpr std::string_view kEndMagic = "RKSEALED";
constexpr std::size_t kHeadBytes = 56;
constexpr std::size_t kFrameRecordBytes = 72;
constexpr std::size_t kTrailerBytes = 24;
constexpr std::size_t kFramesMax = 1 << 18;
constexpr std::uint64_t kFileBytesMax = 1 << 30;
constexpr int kCompression = 6;
constexpr std::size_t kPositionAt = 24;  // in an envelope: FORMAT.md, "Envelope"
constexpr std::size_t kVersionAt = 32;
constexpr std::size_t kStreamAt = 56;

std::span<const std::uint8_t> span_of(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::string text_of(const ByteWriter& writer) {
  return {writer.result().begin(), writer.result().end()};
}

std::uint32_t crc32c(std::string_view bytes) {
  auto* begin = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));  // NOLINT
  return ~crc32_iscsi(begin, static_cast<int>(bytes.size()), ~0U);
}

Error broken(const std::string& what) { return Error{"the archive segment is damaged: " + what}; }

void write_place(ByteWriter& out, const StreamPlace& place) {
  out.bytes(place.stream.bytes).number(place.version);
}

StreamPlace read_place(ByteReader& in) {
  StreamPlace place;
  place.stream.bytes = in.array<16>();
  place.version = in.u64();
  return place;
}

std::string encode_head(const SegmentHead& head) {
  std::array<std::uint8_t, 16> identity{};
  sodium_hex2bin(identity.data(), identity.size(), head.identity.data(), head.identity.size(),
                 nullptr, nullptr, nullptr);
  ByteWriter out;
  out.bytes(span_of(kMagic)).u16(kSegmentLayout).u16(head.shard).u32(head.number);
  out.bytes(identity).u64(head.first_position).u64(head.last_position).u64(head.events);
  return text_of(out);
}

Result<SegmentHead> decode_head(std::string_view bytes) {
  ByteReader in(span_of(bytes));
  const auto magic = in.array<8>();
  if (!in.ok() || !std::equal(magic.begin(), magic.end(), kMagic.begin())) {
    return Error{"this is no archive segment"};
  }
  const auto layout = in.u16();
  if (layout != kSegmentLayout) {
    return Error{"the archive segment has layout " + std::to_string(layout) +
                 ", newer than this build; use a newer one"};
  }
  SegmentHead head;
  head.shard = in.u16();
  head.number = in.u32();
  const auto identity = in.array<16>();
  head.identity.resize(33);
  sodium_bin2hex(head.identity.data(), head.identity.size(), identity.data(), identity.size());
  head.identity.pop_back();
  head.first_position = in.u64();
  head.last_position = in.u64();
  head.events = in.u64();
  if (!in.done()) return broken("it is cut");
  if (head.number == 0 || head.events == 0 || head.events > kSegmentEventsMax ||
      head.first_position == 0 || head.first_position > head.last_position) {
    return broken("its head contradicts itself");
  }
  return head;
}

std::string seal_text(const SegmentHead& head, const std::string& key_name, const Hash256& hash) {
  return "rookery.archive/1\n" + checkpoint_origin(key_name, head.shard) + "\n" +
         std::to_string(head.number) + "\n" + std::to_string(head.first_position) + " " +
         std::to_string(head.last_position) + " " + std::to_string(head.events) + "\n" +
         to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()}) + "\n";
}

// Frames in the making.
class SegmentWriter {
 public:
  explicit SegmentWriter(const SegmentHead& head) : out_(encode_head(head)) {}

  void add(std::string_view envelope, const StreamPlace& place) {
    if (frame_.events++ == 0) frame_.first = place;
    frame_.last = place;
    raw_ += text_of(ByteWriter().u32(static_cast<std::uint32_t>(envelope.size())));
    raw_ += envelope;
    if (raw_.size() >= kFrameBytes) end_frame();
  }
  void end_frame() {
    if (raw_.empty()) return;
    std::string packed(ZSTD_compressBound(raw_.size()), '\0');
    packed.resize(
        ZSTD_compress(packed.data(), packed.size(), raw_.data(), raw_.size(), kCompression));
    frame_.offset = out_.size();
    frame_.bytes = static_cast<std::uint32_t>(packed.size());
    frame_.raw_bytes = static_cast<std::uint32_t>(raw_.size());
    frame_.crc = crc32c(packed);
    out_ += packed;
    write_place(index_, frame_.first);
    write_place(index_, frame_.last);
    index_.u64(frame_.offset).u32(frame_.bytes).u32(frame_.raw_bytes);
    index_.u32(frame_.events).u32(frame_.crc);
    frame_ = {};
    raw_.clear();
  }
  std::string finish(const SegmentHead& head, const std::vector<NoteSigner>& signers) {
    end_frame();
    const std::uint64_t index_offset = out_.size();
    out_ += text_of(index_);
    const std::uint64_t seal_offset = out_.size();
    LeafHasher hasher;
    const std::string text = seal_text(head, signers.front().verifier().name, hasher.bytes(out_));
    out_ += text + "\n";
    for (const NoteSigner& signer : signers) out_ += signer.sign(text);
    out_ += text_of(ByteWriter().u64(index_offset).u64(seal_offset).bytes(span_of(kEndMagic)));
    return std::move(out_);
  }

 private:
  std::string out_;
  std::string raw_;
  SegmentFrame frame_;
  ByteWriter index_;
};

}  // namespace

std::optional<SegmentEvent> segment_event(std::string_view envelope) {
  if (envelope.size() < kEnvelopeHeaderBytes) return std::nullopt;
  SegmentEvent event;
  event.position = ByteReader(span_of(envelope.substr(kPositionAt))).u64();
  event.place.version = ByteReader(span_of(envelope.substr(kVersionAt))).u64();
  event.place.stream.bytes = ByteReader(span_of(envelope.substr(kStreamAt))).array<16>();
  event.envelope = envelope;
  return event;
}

std::string build_segment(SegmentHead head, const std::vector<std::string>& envelopes,
                          const std::vector<NoteSigner>& signers) {
  assert(!envelopes.empty() && envelopes.size() <= kSegmentEventsMax && !signers.empty());
  head.events = envelopes.size();
  head.first_position = std::numeric_limits<std::uint64_t>::max();
  head.last_position = 0;
  for (const auto& envelope : envelopes) {
    const auto event = segment_event(envelope);
    head.first_position = std::min(head.first_position, event->position);
    head.last_position = std::max(head.last_position, event->position);
  }
  SegmentWriter writer(head);
  for (const auto& envelope : envelopes) writer.add(envelope, segment_event(envelope)->place);
  return writer.finish(head, signers);
}

Result<ArchiveSegment> ArchiveSegment::open(SegmentBytes bytes, std::uint64_t file_bytes) {
  if (file_bytes < kHeadBytes + kTrailerBytes || file_bytes > kFileBytesMax) {
    return broken("it has " + std::to_string(file_bytes) + " bytes");
  }
  ArchiveSegment segment;
  segment.bytes_ = std::move(bytes);
  const auto first = segment.bytes_(0, kHeadBytes);
  if (!first) return first.error();
  const auto head = decode_head(*first);
  if (!head) return head.error();
  segment.head_ = *head;
  const std::uint64_t end = file_bytes - kTrailerBytes;
  const auto trailer = segment.bytes_(end, kTrailerBytes);
  if (!trailer) return trailer.error();
  ByteReader in(span_of(*trailer));
  const std::uint64_t index_offset = in.u64();
  const std::uint64_t seal_offset = in.u64();
  const auto magic = in.array<8>();
  if (!in.done() || !std::equal(magic.begin(), magic.end(), kEndMagic.begin())) {
    return broken("its end is missing");
  }
  if (index_offset < kHeadBytes || index_offset > seal_offset || seal_offset > end ||
      end - seal_offset > kNoteBytesMax) {
    return broken("its end contradicts itself");
  }
  segment.sealed_bytes_ = seal_offset;
  if (auto status = segment.read_index(index_offset, seal_offset); !status) return status.error();
  auto seal = segment.bytes_(seal_offset, end - seal_offset);
  if (!seal) return seal.error();
  segment.seal_ = std::move(*seal);
  return segment;
}

Status ArchiveSegment::read_index(std::uint64_t index_offset, std::uint64_t seal_offset) {
  const std::uint64_t size = seal_offset - index_offset;
  if (size % kFrameRecordBytes != 0 || size / kFrameRecordBytes > kFramesMax) {
    return broken("its index has another size");
  }
  const auto index = bytes_(index_offset, size);
  if (!index) return index.error();
  ByteReader in(span_of(*index));
  for (std::uint64_t i = 0; i < size / kFrameRecordBytes; ++i) {
    SegmentFrame frame;
    frame.first = read_place(in);
    frame.last = read_place(in);
    frame.offset = in.u64();
    frame.bytes = in.u32();
    frame.raw_bytes = in.u32();
    frame.events = in.u32();
    frame.crc = in.u32();
    frames_.push_back(frame);
  }
  if (!in.done()) return broken("it is cut");
  return check_frames(index_offset);
}

Status ArchiveSegment::check_frames(std::uint64_t index_offset) const {
  std::uint64_t offset = kHeadBytes;
  std::uint64_t events = 0;
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const SegmentFrame& frame = frames_[i];
    if (frame.offset != offset || frame.raw_bytes > kFrameBytesMax || frame.events == 0 ||
        frame.last < frame.first || (i > 0 && frame.first <= frames_[i - 1].last)) {
      return broken("its index contradicts itself");
    }
    offset += frame.bytes;
    events += frame.events;
  }
  if (offset != index_offset || events != head_.events) {
    return broken("its index contradicts its head");
  }
  return Done{};
}

std::size_t ArchiveSegment::frame_from(const StreamPlace& place) const {
  const auto found = std::lower_bound(
      frames_.begin(), frames_.end(), place,
      [](const SegmentFrame& frame, const StreamPlace& wanted) { return frame.last < wanted; });
  return static_cast<std::size_t>(found - frames_.begin());
}

std::optional<std::size_t> ArchiveSegment::frame_of(const StreamPlace& place) const {
  const std::size_t found = frame_from(place);
  if (found == frames_.size() || place < frames_[found].first) return std::nullopt;
  return found;
}

Result<std::string> ArchiveSegment::frame(std::size_t index) const {
  const SegmentFrame& frame = frames_[index];
  const auto packed = bytes_(frame.offset, frame.bytes);
  if (!packed) return packed.error();
  const std::string which = "frame " + std::to_string(index);
  if (packed->size() != frame.bytes || crc32c(*packed) != frame.crc) {
    return broken(which + " is not as it was written");
  }
  if (ZSTD_getFrameContentSize(packed->data(), packed->size()) != frame.raw_bytes) {
    return broken(which + " has another size");
  }
  std::string raw(frame.raw_bytes, '\0');
  const auto size = ZSTD_decompress(raw.data(), raw.size(), packed->data(), packed->size());
  if (ZSTD_isError(size) != 0 || size != raw.size()) return broken(which + " does not unpack");
  return raw;
}

Status visit_frame(std::string_view raw, const std::function<bool(const SegmentEvent&)>& visit) {
  std::optional<StreamPlace> before;
  ByteReader in(span_of(raw));
  while (in.remaining() > 0) {
    const std::size_t size = in.u32();
    const auto bytes = in.take(size);
    const auto event = segment_event({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (!in.ok() || !event) return broken("a frame ends within an event");
    if (before && event->place <= *before) return broken("events are out of order");
    before = event->place;
    if (!visit(*event)) return Done{};
  }
  return Done{};
}

Result<Hash256> ArchiveSegment::whole_hash(std::uint64_t file_bytes) const {
  const auto content = bytes_(0, file_bytes);
  if (!content) return content.error();
  return LeafHasher().bytes(*content);
}

Status ArchiveSegment::verify(const std::vector<NoteVerifier>& known,
                              const std::function<Status(const SegmentEvent&)>& visit) const {
  const auto content = bytes_(0, sealed_bytes_);
  if (!content) return content.error();
  LeafHasher hasher;
  const Hash256 hash = hasher.bytes(*content);
  const auto note = parse_signed_note(seal_);
  if (!note) return broken("its seal: " + note.error().message);
  bool agrees = false;
  for (const NoteSignature& signature : note->signatures) {
    agrees = agrees || note->text == seal_text(head_, signature.name, hash);
  }
  if (!agrees) return broken("its content is not what was sealed");
  if (!known.empty()) {
    const auto vouchers = verify_signed_note(*note, known);
    if (!vouchers) return broken("its seal: " + vouchers.error().message);
    if (vouchers->empty()) return broken("its seal is signed by no known key");
  }
  Status outcome = Done{};
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const auto raw = frame(i);
    if (!raw) return raw.error();
    std::uint32_t events = 0;
    bool inside = true;
    const auto walked = visit_frame(*raw, [&](const SegmentEvent& event) {
      ++events;
      inside = event.place >= frames_[i].first && event.place <= frames_[i].last &&
               event.position >= head_.first_position && event.position <= head_.last_position;
      if (inside) outcome = visit(event);
      return inside && outcome.ok();
    });
    if (!outcome) return outcome;
    if (!walked) return walked;
    if (!inside || events != frames_[i].events) {
      return broken("frame " + std::to_string(i) + " holds other events than its index says");
    }
  }
  return Done{};
}

}  // namespace rookery
