#include "media/websocket_frames.h"

#include <algorithm>

#include "media/secure_channel.h"

namespace rookery::media {
namespace {

// Section 5.2.
constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kLengthOf16Bits = 126;
constexpr std::uint8_t kLengthOf64Bits = 127;
constexpr std::size_t kControlBytesMax = 125;
constexpr std::size_t kMaskBytes = 4;

// Of a bundle: a length that the header holds in 16 bits.
constexpr std::size_t kBundleBytesMax = 48 * 1024;
// Where a datagram has its kind.
constexpr std::uint8_t kBundle = 5;

constexpr std::uint8_t kContinuation = 0x0;
constexpr std::uint8_t kText = 0x1;
constexpr std::uint8_t kBinary = 0x2;
constexpr std::uint8_t kClose = 0x8;
constexpr std::uint8_t kPing = 0x9;
constexpr std::uint8_t kPong = 0xA;

bool is_control(std::uint8_t opcode) { return opcode >= kClose; }

void put_frame(Bytes& out, std::uint8_t opcode, BytesView payload) {
  out.push_back(kFinal | opcode);
  if (payload.size() < kLengthOf16Bits) {
    out.push_back(static_cast<std::uint8_t>(payload.size()));
  } else {
    out.push_back(kLengthOf16Bits);
    out.push_back(static_cast<std::uint8_t>(payload.size() >> 8));
    out.push_back(static_cast<std::uint8_t>(payload.size()));
  }
  out.insert(out.end(), payload.begin(), payload.end());
}

}  // namespace

void put_binary_frame(Bytes& out, BytesView datagram) { put_frame(out, kBinary, datagram); }

void put_bundles(Bytes& out, std::span<const Bytes> datagrams) {
  if (datagrams.size() == 1) return put_binary_frame(out, datagrams.front());
  Bytes bundle;
  for (const Bytes& datagram : datagrams) {
    if (bundle.size() + 2 + datagram.size() > kBundleBytesMax) {
      put_frame(out, kBinary, bundle);
      bundle.clear();
    }
    if (bundle.empty()) bundle.push_back(kBundle);
    bundle.push_back(static_cast<std::uint8_t>(datagram.size()));
    bundle.push_back(static_cast<std::uint8_t>(datagram.size() >> 8));
    bundle.insert(bundle.end(), datagram.begin(), datagram.end());
  }
  if (!bundle.empty()) put_frame(out, kBinary, bundle);
}

void put_pong_frame(Bytes& out, BytesView payload) { put_frame(out, kPong, payload); }

void put_close_frame(Bytes& out, WebSocketClose code) {
  const auto number = static_cast<std::uint16_t>(code);
  const std::uint8_t payload[] = {static_cast<std::uint8_t>(number >> 8),
                                  static_cast<std::uint8_t>(number)};
  put_frame(out, kClose, payload);
}

void WebSocketReader::take(BytesView bytes, const Takers& takers) {
  while (!closed_) {
    if (!in_payload_) {
      if (bytes.empty()) return;
      header_.push_back(bytes.front());
      bytes = bytes.subspan(1);
      if (!read_header(takers)) continue;
    }
    Bytes& into = is_control(opcode_) ? control_ : message_;
    const std::size_t count = std::min(left_, bytes.size());
    for (const std::uint8_t byte : bytes.first(count)) {
      into.push_back(byte ^ mask_[masked_++ % kMaskBytes]);
    }
    bytes = bytes.subspan(count);
    left_ -= count;
    if (left_ > 0) return;
    end_frame(takers);
  }
}

// True when the header is whole and says what may come.
bool WebSocketReader::read_header(const Takers& takers) {
  if (header_.size() < 2) return false;
  opcode_ = header_[0] & 0x0f;
  final_ = (header_[0] & kFinal) != 0;
  const bool known = opcode_ <= kBinary || (opcode_ >= kClose && opcode_ <= kPong);
  const bool in_place = is_control(opcode_) || (opcode_ == kContinuation) == in_message_;
  if ((header_[0] & kReserved) != 0 || (header_[1] & kMasked) == 0 || !known || !in_place) {
    fail(WebSocketClose::kProtocolError, takers);
    return false;
  }
  if (opcode_ == kText) {
    fail(WebSocketClose::kNotBinary, takers);
    return false;
  }
  std::size_t length = header_[1] & 0x7f;
  if (is_control(opcode_) && (!final_ || length > kControlBytesMax)) {
    fail(WebSocketClose::kProtocolError, takers);
    return false;
  }
  if (length == kLengthOf64Bits) {
    fail(WebSocketClose::kTooLong, takers);
    return false;
  }
  const std::size_t length_bytes = length == kLengthOf16Bits ? 2 : 0;
  if (header_.size() < 2 + length_bytes + kMaskBytes) return false;
  if (length_bytes == 2) length = header_[2] << 8 | header_[3];
  if (!is_control(opcode_) && message_.size() + length > kPacketBytesMax) {
    fail(WebSocketClose::kTooLong, takers);
    return false;
  }
  std::copy_n(header_.end() - kMaskBytes, kMaskBytes, mask_);
  header_.clear();
  left_ = length;
  masked_ = 0;
  in_payload_ = true;
  return true;
}

void WebSocketReader::end_frame(const Takers& takers) {
  in_payload_ = false;
  if (opcode_ == kPing) takers.ping(control_);
  if (opcode_ == kClose) fail(WebSocketClose::kNormal, takers);
  if (is_control(opcode_)) {
    control_.clear();
    return;
  }
  in_message_ = !final_;
  if (!final_) return;
  takers.datagram(message_);
  message_.clear();
}

void WebSocketReader::fail(WebSocketClose code, const Takers& takers) {
  closed_ = true;
  takers.close(code);
}

}  // namespace rookery::media
