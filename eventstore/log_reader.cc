#include "eventstore/log_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "eventstore/envelope_codec.h"

namespace rookery {

LogReader::LogReader(const RocksDbTables& tables, Shard shard)
    : tables_(tables),
      shard_(shard),
      log_(tables.iterate(Table::kLog)),
      events_(tables.iterate(Table::kEvents)),
      archive_(tables.archive()) {}

Status LogReader::read(std::uint64_t position, std::uint64_t last, const EnvelopeVisitor& visit) {
  std::size_t size = 1;
  for (bool stopped = false; position <= last && !stopped;) {
    size = std::min<std::uint64_t>(size, last - position + 1);
    if (auto status = read_entries(position, size); !status) return status;
    const auto fits = fetch(position);
    if (!fits) return fits.error();
    if (!*fits) {
      size = std::max<std::size_t>(size / 8, 1);
      continue;
    }
    if (auto status = tell(position, visit, stopped); !status) return status;
    position += size;
    // Grows only as far as windows like this one stay well below their limit.
    if (fetched_.size() < kLogWindowBytesMax / 8) size = std::min(size * 4, kLogWindowMax);
  }
  return Done{};
}

Status LogReader::read_entries(std::uint64_t position, std::size_t size) {
  window_.clear();
  const auto first = log_key(shard_, position);
  if (!log_->Valid() || log_->key() != slice(first.view())) log_->Seek(slice(first.view()));
  for (std::size_t i = 0; i < size; ++i, log_->Next()) {
    if (!log_->Valid() || log_->key() != slice(log_key(shard_, position + i).view())) {
      if (!log_->status().ok()) return store_error(tables_.folder(), log_->status());
      return damaged(position + i, "missing in the log");
    }
    const auto entry = decode_log_entry(log_->value().ToStringView());
    if (!entry) return damaged(position + i, "broken log entry");
    window_.push_back({event_key(shard_, entry->stream, entry->version)});
  }
  return Done{};
}

Result<std::string_view> LogReader::value_of(std::uint64_t position, std::string_view key) {
  const auto wanted = slice(key);
  if (events_->Valid() && events_->key().compare(wanted) < 0) events_->Next();
  if (!events_->Valid() || events_->key() != wanted) {
    // Where a whole range is archived the iterator stands behind it already.
    const bool behind = events_->Valid() && passed_ < key && wanted.compare(events_->key()) < 0;
    if (!behind) events_->Seek(wanted);
  }
  passed_.assign(key);
  if (events_->Valid() && events_->key() == wanted) return events_->value().ToStringView();
  if (!events_->status().ok()) return store_error(tables_.folder(), events_->status());
  const auto place = decode_event_key(key);
  const auto archived = archive_.find(shard_, {place->stream, place->version});
  if (!archived) return archived.error();
  if (!*archived) return damaged(position, "its event is missing");
  return **archived;
}

Result<bool> LogReader::fetch(std::uint64_t position) {
  order_.clear();
  for (std::size_t at = 0; at < window_.size(); ++at) {
    std::uint64_t head = 0;
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(&head, window_[at].key.bytes.data() + sizeof(Shard), sizeof head);
    order_.emplace_back(__builtin_bswap64(head), at);  // as numbers in the order of the bytes
  }
  std::sort(order_.begin(), order_.end(), [this](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return window_[a.second].key.view() < window_[b.second].key.view();
  });
  fetched_.clear();
  for (const auto& [head, at] : order_) {
    Place& place = window_[at];
    const auto stored = value_of(position + at, place.key.view());
    if (!stored) return stored.error();
    const std::string_view value = *stored;
    const bool first = at == order_.front().second;
    if (!first && fetched_.size() + value.size() > kLogWindowBytesMax) return false;
    place.begin = fetched_.size();
    place.size = value.size();
    fetched_.append(value.data(), value.size());
  }
  return true;
}

Status LogReader::tell(std::uint64_t position, const EnvelopeVisitor& visit, bool& stopped) {
  for (std::size_t i = 0; i < window_.size() && !stopped; ++i, ++position) {
    const std::string_view stored(fetched_.data() + window_[i].begin, window_[i].size);
    if (auto status = decode_envelope(stored, envelope_); !status) {
      return damaged(position, status.error().message);
    }
    if (envelope_.position != position) return damaged(position, "another's event stands here");
    stopped = !visit(envelope_);
  }
  return Done{};
}

Error LogReader::damaged(std::uint64_t position, const std::string& what) const {
  return store_error(tables_.folder(), rocksdb::Status::Corruption(
                                           "position " + std::to_string(position) + ": " + what));
}

}  // namespace rookery
