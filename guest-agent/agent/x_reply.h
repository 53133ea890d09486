#pragma once

#include <cstdlib>
#include <memory>

namespace rookery::guest {

// Frees what xcb allocated: replies, events and errors.
struct FreeReply {
  void operator()(void* reply) const { std::free(reply); }
};

// Takes what an xcb call returned, which may be nothing.
template <class T>
std::unique_ptr<T, FreeReply> owned(T* reply) {
  return std::unique_ptr<T, FreeReply>(reply);
}

}  // namespace rookery::guest
