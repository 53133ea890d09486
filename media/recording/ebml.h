// The few EBML elements (RFC 8794) that a WebM file needs, written into a byte string. Debian's
// libwebm ships a parser but no headers of its muxer.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rookery::media::ebml {

inline constexpr std::size_t kSizeBytes = 8;  // every size is written long, so it can be patched
inline constexpr std::uint64_t kUnknownSize = 0x00ffffffffffffff;

inline void put_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xff));
  }
}

// Element ids carry their length marker, as the Matroska tables print them.
inline void put_id(std::string& out, std::uint32_t id) {
  put_big_endian(out, id, (std::bit_width(id) + 7) / 8);
}

inline void put_size(std::string& out, std::uint64_t size) {
  put_big_endian(out, size | std::uint64_t{1} << 56, kSizeBytes);
}

inline void put_bytes(std::string& out, std::uint32_t id, std::string_view bytes) {
  put_id(out, id);
  put_size(out, bytes.size());
  out.append(bytes);
}

inline void put_unsigned(std::string& out, std::uint32_t id, std::uint64_t value) {
  put_id(out, id);
  put_size(out, 8);
  put_big_endian(out, value, 8);
}

inline void put_float(std::string& out, std::uint32_t id, double value) {
  put_id(out, id);
  put_size(out, 8);
  put_big_endian(out, std::bit_cast<std::uint64_t>(value), 8);
}

}  // namespace rookery::media::ebml
