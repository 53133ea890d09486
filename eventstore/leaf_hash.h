// SHA-256 over stored bytes: RFC 6962 leaves and nodes and each stream's hash chain.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

struct evp_md_ctx_st;
struct evp_md_st;

namespace rookery {

using Hash256 = std::array<std::uint8_t, 32>;

// Keeps one hashing context, so that hashing allocates nothing. Not thread-safe: one a thread.
class LeafHasher {
 public:
  LeafHasher();
  ~LeafHasher();
  LeafHasher(const LeafHasher&) = delete;
  LeafHasher& operator=(const LeafHasher&) = delete;

  // SHA-256(0x00 || stored bytes), RFC 6962 section 2.1.
  Hash256 leaf(std::string_view stored_bytes);
  // SHA-256(0x01 || left || right), RFC 6962 section 2.1: the root of two neighbouring subtrees.
  Hash256 node(const Hash256& left, const Hash256& right);
  // SHA-256 of the bytes alone.
  Hash256 bytes(std::string_view bytes) { return digest(bytes, {}); }
  // SHA-256(previous chain || leaf); a stream's first chain value stands on 32 zero bytes.
  Hash256 chain(const Hash256& previous, const Hash256& leaf);

 private:
  Hash256 digest(std::string_view first, std::string_view second);

  evp_md_st* algorithm_;
  evp_md_ctx_st* context_;
};

}  // namespace rookery
