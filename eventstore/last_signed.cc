#include "eventstore/last_signed.h"

#include <fstream>
#include <optional>

#include "eventstore/durable_file.h"
#include "eventstore/event_proof.h"

namespace rookery {
namespace {

std::optional<Shard> shard_of_note(const EventLog& log, const VerifiedCheckpoint& verified) {
  for (Shard shard = 0; shard < log.shard_count(); ++shard) {
    for (const NoteVoucher& voucher : verified.vouchers) {
      if (verified.checkpoint.origin == checkpoint_origin(voucher.by.name, shard)) return shard;
    }
  }
  return std::nullopt;
}

Status check_note(const EventLog& log, const std::string& note,
                  const std::vector<NoteVerifier>& known) {
  const auto verified = verify_checkpoint(note, known);
  if (!verified) return verified.error();
  const auto shard = shard_of_note(log, *verified);
  if (!shard) return Error{"it is of another log: " + verified->checkpoint.origin};
  const TreeHead signed_head = verified->checkpoint.head;
  const std::string where = "shard " + std::to_string(*shard) + ": ";
  const std::uint64_t last = log.last_position(*shard);
  if (last < signed_head.size) {
    return Error{where + "the log ends at position " + std::to_string(last) + ", but " +
                 std::to_string(signed_head.size) +
                 " events were signed for: it was cut or rolled back"};
  }
  const auto root = tree_root(subtree_reader(log, *shard), signed_head.size);
  if (!root) return Error{where + root.error().message};
  if (*root == signed_head.root) return Done{};
  return Error{where + "positions 1 to " + std::to_string(signed_head.size) +
               " are not the events that were signed for"};
}

}  // namespace

Status write_last_signed(const std::filesystem::path& folder, Shard shard,
                         const std::string& note) {
  std::error_code failure;
  const auto file = folder / std::to_string(shard);
  if (!std::filesystem::create_directories(folder, failure) && failure) {
    return Error{"cannot make " + folder.string() + ": " + failure.message()};
  }
  const auto written = replace_file(file, note, 0644);
  if (!written) return Error{"cannot write " + file.string() + ": " + written.error().message};
  return Done{};
}

Status check_signed(const EventLog& log, const std::vector<std::string>& notes,
                    const std::vector<NoteVerifier>& known) {
  for (const auto& note : notes) {
    if (auto status = check_note(log, note, known); !status) return status;
  }
  return Done{};
}

Status check_last_signed(const EventLog& log, const std::filesystem::path& folder,
                         const std::vector<NoteVerifier>& known) {
  for (Shard shard = 0; shard < log.shard_count(); ++shard) {
    const auto path = folder / std::to_string(shard);
    std::ifstream file(path, std::ios::binary);
    if (!file) continue;
    std::string note(kNoteBytesMax + 1, '\0');
    file.read(note.data(), static_cast<std::streamsize>(note.size()));
    note.resize(static_cast<std::size_t>(file.gcount()));
    const auto status = check_signed(log, {note}, known);
    if (status) continue;
    return Error{"the log is not what " + path.string() + " says: " + status.error().message +
                 "; restore a copy that has them all, or, if an older one was put there on"
                 " purpose, move that file away"};
  }
  return Done{};
}

}  // namespace rookery
