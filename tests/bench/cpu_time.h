// CPU time of others: threads of this process, and the processes that it started.
#pragma once

#include <sys/types.h>

#include <set>

namespace rookery::bench {

// The threads that this process has now.
std::set<pid_t> threads();
// Those of `now` that `before` had not.
std::set<pid_t> threads_since(const std::set<pid_t>& before);
// What these threads have used since they began; those that ended count nothing.
double thread_cpu_us(const std::set<pid_t>& threads);
// What all processes that descend from this one have used.
double descendants_cpu_us();
// What the calling thread has used.
double own_cpu_us();

}  // namespace rookery::bench
