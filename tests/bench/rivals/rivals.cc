#include <cstdio>

#include "tests/bench/rivals/rival.h"

namespace rookery::bench {

std::vector<std::unique_ptr<Rival>> start_rivals(const std::filesystem::path& folder,
                                                 std::size_t writers) {
  struct Known {
    const char* name;
    const char* package;
    std::unique_ptr<Rival> (*start)(const std::filesystem::path&, std::size_t);
  };
  std::vector<std::unique_ptr<Rival>> out;
  for (const Known& known :
       {Known{"postgresql", "postgresql", start_postgresql},
        Known{"redis", "redis-server", start_redis}, Known{"etcd", "etcd-server", start_etcd},
        Known{"nats", "nats-server", start_nats}}) {
    const std::filesystem::path place = folder / known.name;
    std::filesystem::create_directory(place);
    auto rival = known.start(place, writers);
    if (rival) {
      out.push_back(std::move(rival));
    } else {
      std::fprintf(stderr, "bench: left out: %s (package %s is not installed)\n", known.name,
                   known.package);
    }
  }
  return out;
}

}  // namespace rookery::bench
