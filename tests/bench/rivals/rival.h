// Other stores under the load of store_load.h: as many events, of as many bytes, each appended to
// its stream at its version and on disk before its writer goes on. Each store is started by the
// bench, in the bench's folder, from Debian's packages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rookery::bench {

class Rival {
 public:
  virtual ~Rival() = default;
  virtual const std::string& name() const = 0;
  // Whether its answer means that the event is on disk.
  virtual bool durable() const = 0;
  // Returns when so many appends, at least one a writer, were answered.
  virtual void run(std::uint64_t appends) = 0;
};

// Nothing when its server is not installed. `folder` is the store's own, and empty.
std::unique_ptr<Rival> start_postgresql(const std::filesystem::path& folder, std::size_t writers);
std::unique_ptr<Rival> start_redis(const std::filesystem::path& folder, std::size_t writers);
std::unique_ptr<Rival> start_etcd(const std::filesystem::path& folder, std::size_t writers);
std::unique_ptr<Rival> start_nats(const std::filesystem::path& folder, std::size_t writers);

// All that are installed; the others are named on standard error.
std::vector<std::unique_ptr<Rival>> start_rivals(const std::filesystem::path& folder,
                                                 std::size_t writers);

}  // namespace rookery::bench
