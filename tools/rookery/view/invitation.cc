#include "tools/rookery/view/invitation.h"

#include "schemas/ids.h"

namespace rookery::tool {
namespace {

int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

}  // namespace

std::optional<std::array<std::uint8_t, 32>> decode_key(std::string_view text) {
  if (text.size() == 44 && text.back() == '=') text.remove_suffix(1);
  if (text.size() != 43) return std::nullopt;
  std::array<std::uint8_t, 32> key{};
  std::uint32_t buffer = 0;
  int bits = 0;
  std::size_t size = 0;
  for (const char c : text) {
    const int digit = digit_of(c);
    if (digit < 0) return std::nullopt;
    buffer = (buffer << 6) | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      key[size++] = static_cast<std::uint8_t>(buffer >> bits);
      buffer &= (1u << bits) - 1;
    }
  }
  return buffer == 0 ? std::optional(key) : std::nullopt;
}

Result<media::Invitation> read_invitation(const Json& answer) {
  const auto ticket = parse_id128(text_field(answer, "ticket"));
  const auto ticket_key = decode_key(text_field(answer, "ticket_key"));
  const auto server_key = decode_key(text_field(answer, "server_public_key"));
  media::Invitation invitation;
  invitation.address = text_field(answer, "media_address");
  if (!ticket || !ticket_key || !server_key || invitation.address.empty()) {
    return Error{"the server's invitation is incomplete: use rookery and rookeryd of one version"};
  }
  invitation.ticket = *ticket;
  invitation.ticket_key = *ticket_key;
  invitation.server_public_key = *server_key;
  return invitation;
}

}  // namespace rookery::tool
