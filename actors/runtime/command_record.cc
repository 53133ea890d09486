#include "actors/runtime/command_record.h"

#include <span>

#include "schemas/bounded_decode.h"

namespace rookery {
namespace {

// Layout 1: u8 layout, u8 reply kind, u8 refusal code, u64 version, u64 event count, string
// message.
constexpr std::uint8_t kLayout = 1;

}  // namespace

std::string encode_command_record(const CommandReply& reply, std::uint64_t event_count) {
  ByteWriter writer;
  writer.u8(kLayout)
      .u8(static_cast<std::uint8_t>(reply.kind))
      .u8(static_cast<std::uint8_t>(reply.refusal_code))
      .u64(reply.version)
      .u64(event_count)
      .string(reply.message);
  const auto& bytes = writer.result();
  return {bytes.begin(), bytes.end()};
}

Result<CommandRecord> decode_command_record(const std::string& bytes) {
  ByteReader reader({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  const std::uint8_t layout = reader.u8();
  CommandRecord record;
  const std::uint8_t kind = reader.u8();
  const std::uint8_t code = reader.u8();
  record.reply.version = reader.u64();
  record.event_count = reader.u64();
  record.reply.message = reader.string(0xffff);
  const bool known = layout == kLayout && kind <= static_cast<std::uint8_t>(ReplyKind::kRefused) &&
                     code <= static_cast<std::uint8_t>(RefusalCode::kExpired);
  if (!reader.done() || !known) return Error{"a stored command answer cannot be read"};
  record.reply.kind = static_cast<ReplyKind>(kind);
  record.reply.refusal_code = static_cast<RefusalCode>(code);
  return record;
}

}  // namespace rookery
