#include "eventstore/stored_events.h"

namespace rookery {

Result<std::optional<std::string>> stored_event(const RocksDbTables& tables, ArchiveReader& archive,
                                                Shard shard, const StreamPlace& place) {
  auto stored = tables.get(Table::kEvents, event_key(shard, place.stream, place.version).view());
  if (!stored || *stored || tables.archive().empty()) return stored;
  const auto archived = archive.find(shard, place);
  if (!archived) return archived.error();
  if (!*archived) return std::optional<std::string>();
  return std::optional<std::string>(std::string(**archived));
}

StoredEventWalk::StoredEventWalk(const RocksDbTables& tables)
    : tables_(tables), table_(tables.walk(Table::kEvents)) {
  table_->SeekToFirst();
  for (const auto& segment : tables.archive().segments()) segments_.emplace_back(segment);
  choose();
}

void StoredEventWalk::next() {
  if (from_table_) {
    table_->Next();
  } else {
    from_segment_->next();
  }
  choose();
}

// The least key of all; of an event that is archived and not yet dropped, the table's.
void StoredEventWalk::choose() {
  from_segment_ = nullptr;
  from_table_ = table_->Valid();
  std::string_view least = from_table_ ? table_->key().ToStringView() : std::string_view();
  FixedBytes<26> found;
  for (SegmentWalk& segment : segments_) {
    while (segment.valid()) {
      const StreamPlace& place = segment.event().place;
      const auto key = event_key(segment.segment().record.shard, place.stream, place.version);
      if (least.empty() || key.view() < least) {
        found = key;
        least = found.view();
        from_segment_ = &segment;
        from_table_ = false;
      } else if (key.view() == least) {
        segment.next();
        continue;
      }
      break;
    }
  }
  segment_key_ = found;
}

std::string_view StoredEventWalk::key() const {
  return from_table_ ? table_->key().ToStringView() : segment_key_.view();
}

std::string_view StoredEventWalk::value() const {
  return from_table_ ? table_->value().ToStringView() : from_segment_->event().envelope;
}

Status StoredEventWalk::status() const {
  if (!table_->status().ok()) return store_error(tables_.folder(), table_->status());
  for (const SegmentWalk& segment : segments_) {
    if (!segment.status()) return segment.status();
  }
  return Done{};
}

}  // namespace rookery
