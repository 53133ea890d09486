#include "eventstore/archive.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <cstdio>

#include "schemas/bounded_decode.h"

namespace rookery {
namespace {

constexpr std::string_view kKeyPrefix = "archive/";
constexpr std::size_t kUnpackedMax = 16;  // frames that a reader remembers

Error segment_error(const std::filesystem::path& file, const std::string& what) {
  return Error{file.string() + ": " + what};
}

StoredSegment open_segment(rocksdb::Env& env, const std::filesystem::path& folder,
                           const std::string& identity, const SegmentRecord& record) {
  StoredSegment stored;
  stored.record = record;
  stored.file = folder / segment_name(record.number);
  const auto fail = [&](const std::string& what) {
    stored.problem = segment_error(stored.file, what).message;
    return stored;
  };
  std::uint64_t bytes = 0;
  if (!env.GetFileSize(stored.file.string(), &bytes).ok()) {
    return fail("the archive segment is missing: put it back from a backup");
  }
  if (bytes != record.bytes) {
    return fail("the archive segment has " + std::to_string(bytes) + " bytes and had " +
                std::to_string(record.bytes));
  }
  auto read = segment_file(env, stored.file);
  if (!read) return fail(read.error().message);
  auto segment = ArchiveSegment::open(std::move(*read), bytes);
  if (!segment) return fail(segment.error().message);
  const SegmentHead& head = segment->head();
  if (head.identity != identity || head.number != record.number || head.shard != record.shard ||
      head.first_position != record.first_position || head.last_position != record.last_position ||
      head.events != record.events) {
    return fail("another archive segment stands in its place");
  }
  stored.segment = std::move(*segment);
  return stored;
}

}  // namespace

std::string segment_key(std::uint32_t number) {
  std::string key(kKeyPrefix);
  for (int shift = 24; shift >= 0; shift -= 8) key += static_cast<char>(number >> shift);
  return key;
}

std::optional<std::uint32_t> decode_segment_key(std::string_view key) {
  if (!key.starts_with(kKeyPrefix) || key.size() != kKeyPrefix.size() + 4) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : key.substr(kKeyPrefix.size())) {
    number = number << 8 | static_cast<std::uint8_t>(c);
  }
  return number;
}

std::string encode_segment_record(const SegmentRecord& record) {
  ByteWriter out;
  out.u16(record.shard).u8(record.dropped ? 1 : 0).u64(record.first_position);
  out.u64(record.last_position).u64(record.events).u64(record.bytes).bytes(record.hash);
  return {out.result().begin(), out.result().end()};
}

std::optional<SegmentRecord> decode_segment_record(std::uint32_t number, std::string_view bytes) {
  ByteReader in({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  SegmentRecord record;
  record.number = number;
  record.shard = in.u16();
  const auto dropped = in.u8();
  record.dropped = dropped == 1;
  record.first_position = in.u64();
  record.last_position = in.u64();
  record.events = in.u64();
  record.bytes = in.u64();
  record.hash = in.array<32>();
  if (!in.done() || dropped > 1) return std::nullopt;
  return record;
}

std::string segment_name(std::uint32_t number) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "archive-%06u.seg", number);
  return name.data();
}

Result<SegmentBytes> segment_file(rocksdb::Env& env, const std::filesystem::path& file) {
  std::unique_ptr<rocksdb::RandomAccessFile> opened;
  const auto status = env.NewRandomAccessFile(file.string(), &opened, rocksdb::EnvOptions());
  if (!status.ok()) return Error{status.ToString()};
  const std::shared_ptr<rocksdb::RandomAccessFile> shared = std::move(opened);
  return SegmentBytes([shared](std::uint64_t offset, std::size_t size) -> Result<std::string> {
    std::string bytes(size, '\0');
    rocksdb::Slice read;
    const auto status = shared->Read(offset, size, &read, bytes.data());
    if (!status.ok()) return Error{status.ToString()};
    if (read.data() != bytes.data()) return read.ToString();
    bytes.resize(read.size());
    return bytes;
  });
}

Status StoredSegment::verify(const std::vector<NoteVerifier>& known,
                             const std::function<Status(const SegmentEvent&)>& visit) const {
  if (!segment) return Error{problem};
  const auto whole = segment->whole_hash(record.bytes);
  if (!whole) return segment_error(file, whole.error().message);
  if (*whole != record.hash) {
    return segment_error(file, "the archive segment is not the one that was written");
  }
  const auto status = segment->verify(known, visit);
  return status ? status : segment_error(file, status.error().message);
}

Archive Archive::open(rocksdb::Env& env, const std::filesystem::path& folder,
                      const std::string& identity, std::vector<SegmentRecord> records) {
  Archive archive;
  for (const SegmentRecord& record : records) {
    archive.segments_.push_back(
        std::make_shared<const StoredSegment>(open_segment(env, folder, identity, record)));
  }
  return archive;
}

Result<const ArchiveReader::Unpacked*> ArchiveReader::unpack(const StoredSegment& stored,
                                                             std::size_t frame) {
  for (const Unpacked& known : unpacked_) {
    if (known.from == &stored && known.frame == frame) return &known;
  }
  auto raw = stored.segment->frame(frame);
  if (!raw) return segment_error(stored.file, raw.error().message);
  if (unpacked_.size() < kUnpackedMax) {
    unpacked_.reserve(kUnpackedMax);
    oldest_ = unpacked_.size();
    unpacked_.emplace_back();
  } else {
    oldest_ = (oldest_ + 1) % kUnpackedMax;
  }
  Unpacked& fresh = unpacked_[oldest_];
  fresh.from = nullptr;
  fresh.raw = std::move(*raw);
  fresh.events.clear();
  const auto status = visit_frame(fresh.raw, [&](const SegmentEvent& event) {
    fresh.events.push_back(event);
    return true;
  });
  if (!status) return segment_error(stored.file, status.error().message);
  fresh.from = &stored;
  fresh.frame = frame;
  return &fresh;
}

Result<std::optional<std::string_view>> ArchiveReader::find(Shard shard, const StreamPlace& place) {
  std::string problem;
  for (const auto& stored : archive_.segments()) {
    if (stored->record.shard != shard) continue;
    if (!stored->segment) {
      problem = stored->problem;
      continue;
    }
    const auto frame = stored->segment->frame_of(place);
    if (!frame) continue;
    const auto unpacked = unpack(*stored, *frame);
    if (!unpacked) {
      problem = unpacked.error().message;
      continue;
    }
    const auto& events = (*unpacked)->events;
    const auto found = std::lower_bound(
        events.begin(), events.end(), place,
        [](const SegmentEvent& event, const StreamPlace& wanted) { return event.place < wanted; });
    if (found != events.end() && found->place == place) {
      return std::optional<std::string_view>(found->envelope);
    }
  }
  if (!problem.empty()) return Error{problem};
  return std::optional<std::string_view>();
}

SegmentWalk::SegmentWalk(std::shared_ptr<const StoredSegment> stored) : stored_(std::move(stored)) {
  if (!stored_->segment) {
    status_ = Error{stored_->problem};
    return;
  }
  load();
}

void SegmentWalk::next() {
  if (++at_ == events_.size()) load();
}

void SegmentWalk::load() {
  at_ = 0;
  events_.clear();
  if (frame_ == stored_->segment->frames().size()) return;
  auto raw = stored_->segment->frame(frame_++);
  if (raw) {
    raw_ = std::move(*raw);
    const auto walked = visit_frame(raw_, [this](const SegmentEvent& event) {
      events_.push_back(event);
      return true;
    });
    if (walked) return;
    raw = walked.error();
    events_.clear();
  }
  status_ = segment_error(stored_->file, raw.error().message);
}

}  // namespace rookery
