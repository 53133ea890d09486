// E8: sessions whose viewer stays away too long end.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "actors/clock.h"
#include "actors/projections/read_models.h"
#include "actors/runtime/entity_directory.h"

namespace rookery {

// Looks every few seconds, from start() until it is destroyed. All arguments must outlive it.
class Absences {
 public:
  // How long a viewer may be away: a laptop's night.
  static constexpr std::int64_t kAwayUsMax = std::int64_t{12} * 3600 * 1'000'000;
  // One who never came with the ticket at all.
  static constexpr std::int64_t kNeverCameUsMax = 60'000'000;

  Absences(const ReadModels& models, EntityDirectory& directory, const Clock& clock);
  ~Absences();
  Absences(const Absences&) = delete;
  Absences& operator=(const Absences&) = delete;

  void start();

 private:
  void run();
  void look();

  const ReadModels& models_;
  EntityDirectory& directory_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace rookery
