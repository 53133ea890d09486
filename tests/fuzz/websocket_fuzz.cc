// Anything that a client may send after the upgrade, in any pieces.
#include <algorithm>

#include "media/secure_channel.h"
#include "media/websocket_frames.h"
#include "tests/fuzz/target.h"
#include "tests/websocket_end.h"

using namespace rookery;
using namespace rookery::media;

namespace {

struct Outcome {
  std::vector<Bytes> said;  // datagrams and pings, in order
  int closes = 0;
  WebSocketClose code{};
  bool operator==(const Outcome&) const = default;
};

Outcome read_in_pieces(BytesView bytes, std::size_t step) {
  Outcome outcome;
  WebSocketReader reader;
  const auto note = [&](std::uint8_t mark, BytesView one) {
    fuzz::require(outcome.closes == 0, "nothing comes after a close");
    outcome.said.emplace_back(one.begin(), one.end());
    outcome.said.back().push_back(mark);
  };
  const WebSocketReader::Takers takers{[&](BytesView one) {
                                         fuzz::require(one.size() <= kPacketBytesMax,
                                                       "a message is a datagram");
                                         note(1, one);
                                       },
                                       [&](BytesView one) {
                                         fuzz::require(one.size() <= 125, "a ping is short");
                                         note(2, one);
                                       },
                                       [&](WebSocketClose code) {
                                         ++outcome.closes;
                                         outcome.code = code;
                                       }};
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.take(bytes.subspan(at, std::min(step, bytes.size() - at)), takers);
  }
  fuzz::require(outcome.closes <= 1, "a close comes once");
  fuzz::require(reader.closed() == (outcome.closes == 1), "the reader knows that it is closed");
  return outcome;
}

void put(Bytes& out, std::uint8_t first, std::size_t size) {
  const Bytes frame = test::client_frame(first, Bytes(size, 3));
  out.insert(out.end(), frame.begin(), frame.end());
}

}  // namespace

// How the bytes are cut changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const BytesView all(bytes, size);
  const Outcome whole = read_in_pieces(all, size);
  fuzz::require(whole == read_in_pieces(all, 1), "byte for byte is the same");
  fuzz::require(whole == read_in_pieces(all, 13), "piece for piece is the same");
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  Bytes datagrams, fragments, refused;
  put(datagrams, test::kBinaryFrame, 122);
  put(datagrams, test::kBinaryFrame, 1200);
  put(datagrams, test::kCloseFrame, 2);
  put(fragments, 0x02, 5);
  put(fragments, test::kPingFrame, 4);
  put(fragments, 0x80, 6);
  put(refused, test::kBinaryFrame, 1);
  put(refused, 0x81, 4);
  return {{"datagrams", datagrams}, {"fragments", fragments}, {"refused", refused}};
}
