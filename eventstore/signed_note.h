// Short texts signed by one or more named keys (C2SP signed-note), Ed25519 (RFC 8032), and the
// cosignatures that witnesses add to a checkpoint (C2SP tlog-cosignature, version 1).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/result.h"

namespace rookery {

inline constexpr std::size_t kNoteBytesMax = 64 * 1024;
inline constexpr std::size_t kNoteSignaturesMax = 100;

enum class NoteKeyKind : std::uint8_t { kEd25519 = 1, kCosignature = 4 };

// A public key by which notes are checked: "name+hex id+base64(kind, key)".
struct NoteVerifier {
  std::string name;  // not empty, no blanks, no '+'
  NoteKeyKind kind = NoteKeyKind::kEd25519;
  std::array<std::uint8_t, 32> key{};

  // First four bytes of SHA-256(name, "\n", kind, key).
  std::array<std::uint8_t, 4> id() const;
  std::string text() const;
  bool operator==(const NoteVerifier&) const = default;
};

// Its secret half: "PRIVATE+KEY+name+hex id+base64(kind, seed)". The seed is wiped when it goes.
class NoteSigner {
 public:
  static NoteSigner generate(std::string name, NoteKeyKind kind = NoteKeyKind::kEd25519);
  static NoteSigner from_seed(std::string name, NoteKeyKind kind,
                              const std::array<std::uint8_t, 32>& seed);
  // Error: the text is no secret key, or its id does not belong to it.
  static Result<NoteSigner> parse(std::string_view text);
  NoteSigner(const NoteSigner&) = default;
  NoteSigner& operator=(const NoteSigner&) = default;
  ~NoteSigner();

  const NoteVerifier& verifier() const { return verifier_; }
  std::string text() const;
  // The signature line over a note's text, "— name base64(id, signature)\n". `time_s` (seconds
  // since 1970, UTC) is part of what a cosignature says; other keys leave it out.
  std::string sign(std::string_view note_text, std::int64_t time_s = 0) const;

 private:
  NoteSigner(std::string name, NoteKeyKind kind, const std::array<std::uint8_t, 32>& seed);

  std::array<std::uint8_t, 32> seed_{};
  NoteVerifier verifier_;
};

Result<NoteVerifier> parse_note_verifier(std::string_view text);

struct NoteSignature {
  std::string name;
  std::array<std::uint8_t, 4> id{};
  std::string bytes;
};

struct SignedNote {
  std::string text;  // ends with a line break
  std::vector<NoteSignature> signatures;
};

// The form only; no signature is believed. Error: not UTF-8 text, no signature, over the limits.
Result<SignedNote> parse_signed_note(std::string_view bytes);

// Who of `known` signed: each gets an entry, a cosigner with its time. Signatures of others are
// passed over. Error: one of a known key is wrong, which spoils the note.
struct NoteVoucher {
  NoteVerifier by;
  std::int64_t time_s = 0;  // cosignatures only
};
Result<std::vector<NoteVoucher>> verify_signed_note(const SignedNote& note,
                                                    const std::vector<NoteVerifier>& known);

// Standard base64 (RFC 4648, section 4), with padding; only the one spelling is read.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

}  // namespace rookery
