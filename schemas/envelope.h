// What surrounds every stored event: who, when, why, and where in the log it stands.
#pragma once

#include <cstdint>
#include <string>

#include "schemas/ids.h"

namespace rookery {

// Who caused an append, and why.
struct Provenance {
  EntityId principal;             // user, or the system (all zero)
  Id128 command_id;               // the command whose effect this is
  Id128 causation_id;             // the command or event that led to that command
  Id128 correlation_id;           // one value for a whole chain of causes
  std::int64_t wall_time_us = 0;  // microseconds since 1970-01-01 UTC
};

// An event as the log keeps it. The byte layout is eventstore/FORMAT.md's.
struct Envelope {
  std::uint32_t type = 0;      // stable event type id; see event_types.h
  std::uint16_t schema = 0;    // version of the payload's struct, from 1
  std::uint64_t position = 0;  // place in the shard's log, from 1, gap-free
  std::uint64_t version = 0;   // place in its own stream, from 1, gap-free
  std::uint64_t epoch = 0;     // fencing number of the shard's owner
  EntityId stream;
  Provenance provenance;
  std::string payload;  // one cereal PortableBinary archive of the struct
};

}  // namespace rookery
