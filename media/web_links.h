// All WebSockets of a host, for the door's thread: one descriptor to wait on, one turn for all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "media/web_link.h"

namespace rookery::media {

class WebLinks {
 public:
  static constexpr std::size_t kLinksMax = 1024;
  // Without an authentic packet for so long, a connection is closed: first, and ever after.
  static constexpr std::int64_t kProveUs = 10'000'000;
  static constexpr std::int64_t kSilenceUs = 30'000'000;

  explicit WebLinks(std::size_t links_max = kLinksMax);
  ~WebLinks();
  WebLinks(const WebLinks&) = delete;
  WebLinks& operator=(const WebLinks&) = delete;

  // Any thread. One too many takes the place of the oldest that has proved nothing, or is closed.
  void add(std::unique_ptr<ByteStream> stream, std::int64_t now_us);

  // Readable when take_turn() has something to do.
  int fd() const { return epoll_fd_; }
  using Take = std::function<void(const std::shared_ptr<WebLink>&, BytesView)>;
  // Hands over what came, sends what waited, closes who is silent. False: call again at once.
  bool take_turn(const Take& take, std::int64_t now_us);
  // When take_turn() closes the next silent one at the earliest; kNever: there is none.
  std::int64_t next_wake_us() const;

 private:
  struct Entry {
    std::shared_ptr<WebLink> link;
    std::int64_t added_us = 0;
    bool unread = true;  // what came with the upgrade is not announced
  };

  bool close_oldest_unproved();
  void close_silent(std::int64_t now_us);

  const std::size_t links_max_;
  const int epoll_fd_;
  mutable std::mutex mutex_;
  std::unordered_map<int, Entry> entries_;  // by descriptor
  std::int64_t looked_us_ = 0;
};

}  // namespace rookery::media
