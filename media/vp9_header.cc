#include "media/vp9_header.h"

namespace rookery::media {
namespace {

constexpr std::uint32_t kSyncCode = 0x498342;
constexpr std::uint32_t kRgb = 7;  // of profile 1 only
constexpr int kReferences = 3;

// Bits from the highest to the lowest. Past the end they are zero, and ok() is false.
class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint32_t take(int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 1 | bit();
    return value;
  }
  bool flag() { return take(1) != 0; }
  bool ok() const { return at_ <= bytes_.size() * 8; }

 private:
  std::uint32_t bit() {
    const std::size_t at = at_++;
    return at < bytes_.size() * 8 ? bytes_[at / 8] >> (7 - at % 8) & 1U : 0;
  }
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

void take_size(BitReader& bits, Vp9Header& header) {
  header.width_px = static_cast<int>(bits.take(16)) + 1;
  header.height_px = static_cast<int>(bits.take(16)) + 1;
}

// A key frame's: sync code, colors, size.
bool take_key(BitReader& bits, Vp9Header& header) {
  header.key = true;
  if (bits.take(24) != kSyncCode || bits.take(3) == kRgb) return false;
  bits.take(1);  // range of the colors
  take_size(bits, header);
  return true;
}

bool take_inter(BitReader& bits, Vp9Header& header, bool shown, bool resilient) {
  const bool intra_only = !shown && bits.flag();
  if (!resilient) bits.take(2);  // which contexts begin anew
  if (intra_only) {
    if (bits.take(24) != kSyncCode) return false;
    bits.take(8);  // which references it replaces
    take_size(bits, header);
    return true;
  }
  bits.take(8);
  bits.take(kReferences * 4);  // which they are, and their signs
  for (int i = 0; i < kReferences; ++i) {
    if (bits.flag()) return true;  // as large as this one
  }
  take_size(bits, header);
  return true;
}

}  // namespace

std::optional<Vp9Header> read_vp9_header(std::span<const std::uint8_t> bytes) {
  // No frame ends so: its encoder would have added a zero.
  const bool several = !bytes.empty() && (bytes.back() & 0xe0) == 0xc0;
  BitReader bits(bytes);
  if (several || bits.take(2) != 2 || bits.take(2) != 0) return std::nullopt;
  Vp9Header header;
  if (bits.flag()) {  // shows a frame before it again
    bits.take(3);
    return bits.ok() ? std::optional(header) : std::nullopt;
  }
  const bool key = !bits.flag();
  const bool shown = bits.flag();
  const bool resilient = bits.flag();
  const bool sound = key ? take_key(bits, header) : take_inter(bits, header, shown, resilient);
  return sound && bits.ok() ? std::optional(header) : std::nullopt;
}

}  // namespace rookery::media
