// Files of archived events, as a damaged disk or somebody's hand may leave them.
#include "eventstore/archive_segment.h"
#include "eventstore/envelope_codec.h"
#include "tests/fuzz/target.h"

using namespace rookery;

namespace {

const NoteSigner& log_key() {
  static const NoteSigner key =
      NoteSigner::from_seed("rookery.local/fuzz", NoteKeyKind::kEd25519, {1, 2, 3});
  return key;
}

std::vector<std::string> envelopes(std::uint8_t streams, std::uint64_t versions) {
  std::vector<std::string> all;
  for (std::uint8_t stream = 1; stream <= streams; ++stream) {
    for (std::uint64_t version = 1; version <= versions; ++version) {
      Envelope envelope;
      envelope.type = 0x030001;
      envelope.schema = 1;
      envelope.stream = make_entity_id(EntityKind::kPhone, {stream});
      envelope.version = version;
      envelope.position = (version - 1) * streams + stream;
      envelope.payload = std::string(version % 60, 'x');
      all.push_back(encode_envelope(envelope));
    }
  }
  return all;
}

std::string segment_of(std::uint8_t streams, std::uint64_t versions) {
  SegmentHead head;
  head.identity = std::string(32, 'a');
  head.number = 1;
  return build_segment(head, envelopes(streams, versions), {log_key()});
}

const std::string& truth() {
  static const std::string bytes = segment_of(3, 200);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string file(reinterpret_cast<const char*>(bytes), size);
  const auto segment = ArchiveSegment::open(
      [&](std::uint64_t offset, std::size_t wanted) -> Result<std::string> {
        return offset < file.size() ? file.substr(offset, wanted) : std::string();
      },
      file.size());
  if (!segment) return 0;
  std::uint64_t events = 0;
  const auto verified =
      segment->verify({log_key().verifier()}, [&](const SegmentEvent& event) -> Status {
        ++events;
        const auto frame = segment->frame_of(event.place);
        fuzz::require(frame.has_value(), "the index knows every event");
        return Done{};
      });
  if (!verified) return 0;
  fuzz::require(events == segment->head().events, "as many events as the head says");
  const bool known = file == truth() || file == segment_of(1, 1);
  fuzz::require(known, "only what the log's key sealed is believed");
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  std::vector<Seed> all;
  const auto add = [&](const std::string& name, const std::string& bytes) {
    all.push_back({name, {bytes.begin(), bytes.end()}});
  };
  add("small", segment_of(1, 1));
  add("frames", truth());
  return all;
}
