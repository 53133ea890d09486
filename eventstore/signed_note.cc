#include "eventstore/signed_note.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>

namespace rookery {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // an em dash and a blank begin a signature
constexpr std::string_view kPrivate = "PRIVATE+KEY+";
constexpr std::size_t kTimeBytes = 8;

std::string_view view(const auto& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const std::uint8_t* octets(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

std::string hex(const std::array<std::uint8_t, 4>& id) {
  char text[9];
  sodium_bin2hex(text, sizeof text, id.data(), id.size());
  return text;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.find_first_of("+ \t\r\n") == std::string_view::npos;
}

bool is_kind(std::uint8_t kind) {
  return kind == static_cast<std::uint8_t>(NoteKeyKind::kEd25519) ||
         kind == static_cast<std::uint8_t>(NoteKeyKind::kCosignature);
}

// What a key of this kind signs for a note's text.
std::string message(NoteKeyKind kind, std::string_view note_text, std::int64_t time_s) {
  if (kind == NoteKeyKind::kEd25519) return std::string(note_text);
  return "cosignature/v1\ntime " + std::to_string(time_s) + "\n" + std::string(note_text);
}

std::string big_endian(std::int64_t value) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::int64_t from_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return static_cast<std::int64_t>(value);
}

// "name+id+base64(kind, 32 bytes)".
struct KeyText {
  std::string name;
  std::string id;
  NoteKeyKind kind = NoteKeyKind::kEd25519;
  std::array<std::uint8_t, 32> bytes{};
};

std::optional<KeyText> read_key(std::string_view text) {
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  KeyText key;
  key.name = text.substr(0, first);
  key.id = text.substr(first + 1, second - first - 1);
  const auto body = from_base64(text.substr(second + 1));
  if (!is_name(key.name) || !body || body->size() != 33 || !is_kind(octets(*body)[0])) {
    return std::nullopt;
  }
  key.kind = static_cast<NoteKeyKind>(octets(*body)[0]);
  std::copy(body->begin() + 1, body->end(), key.bytes.begin());
  return key;
}

std::optional<NoteSignature> read_signature(std::string_view line) {
  if (!line.starts_with(kDash)) return std::nullopt;
  line.remove_prefix(kDash.size());
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos || !is_name(line.substr(0, blank))) return std::nullopt;
  const auto bytes = from_base64(line.substr(blank + 1));
  if (!bytes || bytes->size() < 5) return std::nullopt;
  NoteSignature signature;
  signature.name = line.substr(0, blank);
  std::copy_n(bytes->begin(), 4, signature.id.begin());
  signature.bytes = bytes->substr(4);
  return signature;
}

// The time it was made at (0 without one); nothing when the signature is wrong.
std::optional<std::int64_t> check(const NoteSignature& signature, const NoteVerifier& key,
                                  std::string_view note_text) {
  std::string_view bytes = signature.bytes;
  std::int64_t time_s = 0;
  if (key.kind == NoteKeyKind::kCosignature) {
    if (bytes.size() < kTimeBytes) return std::nullopt;
    time_s = from_big_endian(bytes.substr(0, kTimeBytes));
    bytes.remove_prefix(kTimeBytes);
  }
  if (bytes.size() != crypto_sign_BYTES) return std::nullopt;
  const std::string signed_text = message(key.kind, note_text, time_s);
  if (crypto_sign_verify_detached(octets(bytes), octets(signed_text), signed_text.size(),
                                  key.key.data()) != 0) {
    return std::nullopt;
  }
  return time_s;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), octets(bytes), bytes.size(), kVariant);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

std::array<std::uint8_t, 4> NoteVerifier::id() const {
  std::string bytes = name + "\n" + static_cast<char>(kind);
  bytes += view(key);
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), octets(bytes), bytes.size());
  return {hash[0], hash[1], hash[2], hash[3]};
}

std::string NoteVerifier::text() const {
  std::string body(1, static_cast<char>(kind));
  body += view(key);
  return name + "+" + hex(id()) + "+" + to_base64(body);
}

Result<NoteVerifier> parse_note_verifier(std::string_view text) {
  const auto key = read_key(text);
  if (!key) return Error{"this is no verifier key: it has the form name+id+base64"};
  NoteVerifier verifier{key->name, key->kind, key->bytes};
  if (hex(verifier.id()) != key->id) return Error{"the verifier key's id is not its own"};
  return verifier;
}

NoteSigner::NoteSigner(std::string name, NoteKeyKind kind, const std::array<std::uint8_t, 32>& seed)
    : seed_(seed) {
  verifier_.name = std::move(name);
  verifier_.kind = kind;
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
  crypto_sign_seed_keypair(verifier_.key.data(), secret.data(), seed_.data());
  sodium_memzero(secret.data(), secret.size());
}

NoteSigner::~NoteSigner() { sodium_memzero(seed_.data(), seed_.size()); }

NoteSigner NoteSigner::generate(std::string name, NoteKeyKind kind) {
  std::array<std::uint8_t, 32> seed{};
  randombytes_buf(seed.data(), seed.size());
  NoteSigner signer(std::move(name), kind, seed);
  sodium_memzero(seed.data(), seed.size());
  return signer;
}

NoteSigner NoteSigner::from_seed(std::string name, NoteKeyKind kind,
                                 const std::array<std::uint8_t, 32>& seed) {
  return NoteSigner(std::move(name), kind, seed);
}

Result<NoteSigner> NoteSigner::parse(std::string_view text) {
  const auto key = text.starts_with(kPrivate) ? read_key(text.substr(kPrivate.size()))
                                              : std::optional<KeyText>();
  if (!key) return Error{"this is no secret key: it has the form PRIVATE+KEY+name+id+base64"};
  NoteSigner signer(key->name, key->kind, key->bytes);
  if (hex(signer.verifier().id()) != key->id) return Error{"the secret key's id is not its own"};
  return signer;
}

std::string NoteSigner::text() const {
  std::string body(1, static_cast<char>(verifier_.kind));
  body += view(seed_);
  return std::string(kPrivate) + verifier_.name + "+" + hex(verifier_.id()) + "+" + to_base64(body);
}

std::string NoteSigner::sign(std::string_view note_text, std::int64_t time_s) const {
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> key{};
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
  crypto_sign_seed_keypair(key.data(), secret.data(), seed_.data());
  const std::string signed_text = message(verifier_.kind, note_text, time_s);
  std::array<std::uint8_t, crypto_sign_BYTES> signature{};
  crypto_sign_detached(signature.data(), nullptr, octets(signed_text), signed_text.size(),
                       secret.data());
  sodium_memzero(secret.data(), secret.size());
  std::string bytes(view(verifier_.id()));
  if (verifier_.kind == NoteKeyKind::kCosignature) bytes += big_endian(time_s);
  bytes += view(signature);
  return std::string(kDash) + verifier_.name + " " + to_base64(bytes) + "\n";
}

Result<SignedNote> parse_signed_note(std::string_view bytes) {
  const Error malformed{"this is no signed note: text, an empty line, signature lines"};
  if (bytes.size() > kNoteBytesMax) return Error{"a signed note of this size is not read"};
  const auto gap = bytes.rfind("\n\n");
  if (gap == std::string_view::npos || bytes.empty() || bytes.back() != '\n') return malformed;
  SignedNote note;
  note.text = bytes.substr(0, gap + 1);
  std::string_view rest = bytes.substr(gap + 2);
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    auto signature = read_signature(rest.substr(0, end));
    if (!signature || note.signatures.size() == kNoteSignaturesMax) return malformed;
    note.signatures.push_back(std::move(*signature));
    rest.remove_prefix(end + 1);
  }
  if (note.signatures.empty()) return malformed;
  return note;
}

Result<std::vector<NoteVoucher>> verify_signed_note(const SignedNote& note,
                                                    const std::vector<NoteVerifier>& known) {
  std::vector<NoteVoucher> vouchers;
  for (const NoteSignature& signature : note.signatures) {
    for (const NoteVerifier& key : known) {
      if (key.name != signature.name || key.id() != signature.id) continue;
      const bool before =
          std::any_of(vouchers.begin(), vouchers.end(),
                      [&](const NoteVoucher& voucher) { return voucher.by == key; });
      if (before) continue;
      const auto time_s = check(signature, key, note.text);
      if (!time_s) return Error{"the signature of " + key.name + " is wrong"};
      vouchers.push_back({key, *time_s});
    }
  }
  return vouchers;
}

}  // namespace rookery
