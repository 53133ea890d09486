#include "eventstore/checkpoint.h"

#include <algorithm>
#include <charconv>

namespace rookery {
namespace {

// The next line without its end; nothing when there is none.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string checkpoint_origin(std::string_view key_name, Shard shard) {
  return std::string(key_name) + "/" + std::to_string(shard);
}

std::string checkpoint_text(const Checkpoint& checkpoint) {
  const std::string_view root(reinterpret_cast<const char*>(checkpoint.head.root.data()),
                              checkpoint.head.root.size());
  return checkpoint.origin + "\n" + std::to_string(checkpoint.head.size) + "\n" + to_base64(root) +
         "\n";
}

Result<Checkpoint> parse_checkpoint_text(std::string_view text) {
  const Error malformed{"this is no checkpoint: origin, size and root on a line each"};
  const std::string whole(text);
  const auto origin = take_line(text);
  const auto size = origin ? take_line(text) : std::nullopt;
  const auto root = size ? take_line(text) : std::nullopt;
  if (!root) return malformed;
  Checkpoint checkpoint;
  checkpoint.origin = *origin;
  const char* end = size->data() + size->size();
  const auto [stop, failure] = std::from_chars(size->data(), end, checkpoint.head.size);
  const auto hash = from_base64(*root);
  if (failure != std::errc() || stop != end || !hash ||
      hash->size() != checkpoint.head.root.size()) {
    return malformed;
  }
  std::copy(hash->begin(), hash->end(), checkpoint.head.root.begin());
  // Lines of other systems may follow; what stands here has one spelling.
  if (!whole.starts_with(checkpoint_text(checkpoint))) return malformed;
  return checkpoint;
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const std::vector<NoteSigner>& signers) {
  const std::string text = checkpoint_text(checkpoint);
  std::string note = text + "\n";
  for (const NoteSigner& signer : signers) note += signer.sign(text);
  return note;
}

Result<VerifiedCheckpoint> verify_checkpoint(std::string_view bytes,
                                             const std::vector<NoteVerifier>& known) {
  const auto note = parse_signed_note(bytes);
  if (!note) return note.error();
  const auto vouchers = verify_signed_note(*note, known);
  if (!vouchers) return vouchers.error();
  if (vouchers->empty()) return Error{"no key that you trust signed this checkpoint"};
  const auto checkpoint = parse_checkpoint_text(note->text);
  if (!checkpoint) return checkpoint.error();
  return VerifiedCheckpoint{*checkpoint, *vouchers};
}

}  // namespace rookery
