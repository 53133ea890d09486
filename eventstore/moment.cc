#include "eventstore/moment.h"

#include <optional>

namespace rookery {
namespace {

Result<std::optional<Envelope>> read_one(const EventLog& log, const EntityId& stream,
                                         std::uint64_t version) {
  std::optional<Envelope> found;
  const Status read = log.read_stream(stream, version, [&](const Envelope& envelope) {
    found = envelope;
    return false;
  });
  if (!read) return read.error();
  return found;
}

std::string counted(const char* what, std::uint64_t number) {
  return std::string("has only come to ") + what + " " + std::to_string(number);
}

// Times may jump back: the first event that came later ends the search.
Result<std::uint64_t> last_version_by_time(const EventLog& log, const EntityId& stream,
                                           std::int64_t time_us) {
  std::uint64_t version = 0;
  const Status read = log.read_stream(stream, 1, [&](const Envelope& envelope) {
    if (envelope.provenance.wall_time_us > time_us) return false;
    version = envelope.version;
    return true;
  });
  if (!read) return read.error();
  return version;
}

}  // namespace

Result<std::uint64_t> first_version_from(const EventLog& log, const EntityId& stream,
                                         std::uint64_t position) {
  const auto last = log.stream_version(stream);
  if (!last) return last.error();
  std::uint64_t low = 1;
  std::uint64_t high = *last + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const auto envelope = read_one(log, stream, middle);
    if (!envelope) return envelope.error();
    if (*envelope && (*envelope)->position < position) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::variant<std::uint64_t, NoSuchMoment, Error> version_at(const EventLog& log,
                                                            const EntityId& stream,
                                                            const Moment& moment) {
  const auto last = log.stream_version(stream);
  if (!last) return last.error();
  if (*last == 0) return NoSuchMoment{"there is no " + to_text(stream) + " in this log"};
  Result<std::uint64_t> version = *last;
  switch (moment.by) {
    case Moment::By::kEnd:
      break;
    case Moment::By::kVersion:
      if (moment.number > *last) return NoSuchMoment{"the actor " + counted("version", *last)};
      version = moment.number;
      break;
    case Moment::By::kPosition: {
      const std::uint64_t end = log.last_position(log.shard_of(stream));
      if (moment.number > end) return NoSuchMoment{"the log " + counted("position", end)};
      version = first_version_from(log, stream, moment.number + 1);
      if (version) version = *version - 1;
      break;
    }
    case Moment::By::kTime:
      version = last_version_by_time(log, stream, moment.time_us);
      break;
  }
  if (!version) return version.error();
  if (*version > 0) return *version;
  const auto first = read_one(log, stream, 1);
  if (!first) return first.error();
  return NoSuchMoment{"there was no " + to_text(stream) +
                      " yet at that moment: its first event is at position " +
                      std::to_string(*first ? (*first)->position : 0)};
}

}  // namespace rookery
