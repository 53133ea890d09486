// One input event on a wire, the same from the client to the host and from the host to the guest.
#pragma once

#include "schemas/bounded_decode.h"
#include "schemas/input_events.h"

namespace rookery {

// Text beyond kTextBytesMax is cut.
void put_input(ByteWriter& out, const InputEvent& event);
// Fails the reader on anything that put_input() never writes.
InputEvent take_input(ByteReader& in);

}  // namespace rookery
