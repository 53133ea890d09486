// Who asks, when proxies stand between.
#pragma once

#include <string>
#include <vector>

namespace rookery {

// `peer`: whose connection it is. Only what trusted proxies wrote is believed: from the right, the
// first address of X-Forwarded-For that is none of theirs. Anything that is no IP ends the walk.
std::string client_address(const std::string& peer, const std::string& forwarded_for,
                           const std::vector<std::string>& trusted_proxies);

}  // namespace rookery
