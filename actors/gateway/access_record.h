// Puts on the log who asked for what, and what was refused before any actor saw it: each principal
// has a stream of its own for that (schemas/access_events.h).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "actors/clock.h"
#include "actors/random.h"
#include "eventstore/event_log.h"
#include "schemas/access_events.h"

namespace rookery {

struct Asked {
  EntityId principal;
  std::string action;
  EntityId subject;  // all zero: nobody in particular
  std::string remote_address;
  Id128 correlation_id;
  std::string refusal_code;  // empty: it was answered
  std::string refusal_message;
};

// The first of a kind (principal, action, subject, refusal) is appended at once, what follows it
// within a minute is one event more, with a count: so a client that polls costs two small events a
// minute. Belongs to the io context's one thread; nothing here waits for a disk but note_durably().
class AccessRecord {
 public:
  // Subjects that one principal's minute tells apart; the others are counted as one, all zero.
  static constexpr std::size_t kKindsPerPrincipalMax = 256;
  static constexpr std::int64_t kSpanUs = 60'000'000;

  AccessRecord(boost::asio::io_context& io, EventLog& log, const Clock& clock, Random& random);

  void note(const Asked& asked);
  // Each by itself. False: the store did not take it, and the question must not be answered.
  boost::asio::awaitable<bool> note_durably(Asked asked);

  void start();
  // Appends what is still only counted.
  void close();

 private:
  using Kind = std::tuple<EntityId, std::string, EntityId, std::string>;
  struct Counted {
    std::int64_t since_us = 0;
    std::int64_t first_us = 0;
    std::int64_t last_us = 0;
    std::uint64_t count = 0;  // since the first was appended
    Asked asked;              // the first of those
  };
  // What the store had no room for, until the next try.
  struct Postponed {
    std::mutex mutex;
    std::vector<Append> appends;
  };

  Append append_of(const Asked& asked, std::uint64_t count, std::int64_t first_us,
                   std::int64_t last_us);
  void append(Append append);
  boost::asio::awaitable<AppendResult> appended(Append append);
  void sweep(bool all);
  void wait_for_the_next_sweep();

  boost::asio::io_context& io_;
  EventLog& log_;
  const Clock& clock_;
  Random& random_;
  boost::asio::steady_timer timer_;
  bool closing_ = false;
  std::map<Kind, Counted> counted_;
  std::map<EntityId, std::size_t> kinds_of_;  // by principal
  std::shared_ptr<Postponed> postponed_ = std::make_shared<Postponed>();
};

// Whom a request is about: the actor of its path, or the one it asks for.
struct Request;
EntityId subject_of(const std::string& path, const Request& request);

}  // namespace rookery
