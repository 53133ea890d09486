// An upgraded connection on its way out of the gateway.
#pragma once

#include <memory>
#include <string>

#include "schemas/byte_stream.h"

namespace rookery {

// Owns `socket`, a connected non-blocking descriptor; `early` are bytes that were read from it
// already.
std::unique_ptr<ByteStream> make_socket_stream(int socket, std::string early, std::string remote);

}  // namespace rookery
