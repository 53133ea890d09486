// Where a viewer is reached: behind the host's UDP socket, or at its own WebSocket.
#pragma once

#include <memory>
#include <string>

#include "media/udp_socket.h"
#include "media/web_link.h"

namespace rookery::media {

struct Route {
  Route() = default;
  Route(const Address& udp) : address(udp) {}                    // NOLINT: an address is a route
  Route(std::shared_ptr<WebLink> web) : link(std::move(web)) {}  // NOLINT

  std::string text() const { return link == nullptr ? address.text() : link->remote(); }
  bool operator==(const Route& other) const = default;

  Address address;                // where there is no link
  std::shared_ptr<WebLink> link;  // shared with the door, which reads it
};

}  // namespace rookery::media
