#include "eventstore/audit_keys.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "eventstore/durable_file.h"

namespace rookery {
namespace {

constexpr std::size_t kSignersMax = 2;

Error file_error(const std::filesystem::path& file, const std::string& what) {
  return Error{"key file " + file.string() + ": " + what};
}

Error file_error(const std::filesystem::path& file) {
  return file_error(file, std::strerror(errno));
}

Status put_file(const std::filesystem::path& file, const std::string& text, mode_t mode) {
  const Status put = replace_file(file, text, mode);
  return put ? put : file_error(file, put.error().message);
}

Result<std::vector<std::string>> read_lines(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  if (stream.bad() || lines.empty()) return file_error(file, "cannot be read, or is empty");
  return lines;
}

Result<std::vector<NoteSigner>> read_signers(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return file_error(file);
  if ((status.st_mode & 077) != 0) return file_error(file, "others may read it: chmod 600 it");
  const auto lines = read_lines(file);
  if (!lines) return lines.error();
  std::vector<NoteSigner> signers;
  for (const std::string& line : *lines) {
    const auto signer = NoteSigner::parse(line);
    if (!signer) return file_error(file, signer.error().message);
    signers.push_back(*signer);
  }
  if (signers.size() > kSignersMax) return file_error(file, "holds more than two keys");
  return signers;
}

Status write_signers(const std::filesystem::path& folder, const std::vector<NoteSigner>& signers) {
  std::string text;
  for (const NoteSigner& signer : signers) text += signer.text() + "\n";
  return put_file(folder / "audit.key", text, 0600);
}

// Every key that ever signed stays listed.
Status list_verifier(const std::filesystem::path& folder, const NoteVerifier& verifier) {
  const auto file = folder / "audit.pub";
  std::string text;
  if (std::filesystem::exists(file)) {
    const auto lines = read_lines(file);
    if (!lines) return lines.error();
    for (const std::string& line : *lines) {
      if (line == verifier.text()) return Done{};
      text += line + "\n";
    }
  }
  return put_file(file, text + verifier.text() + "\n", 0644);
}

}  // namespace

std::string audit_key_name(std::string_view store_identity) {
  return "rookery.local/" + std::string(store_identity);
}

Result<std::vector<NoteSigner>> open_audit_keys(const std::filesystem::path& folder,
                                                std::string_view store_identity) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) return file_error(folder, failure.message());
  const auto file = folder / "audit.key";
  if (!std::filesystem::exists(file)) {
    const auto signer = NoteSigner::generate(audit_key_name(store_identity));
    if (auto status = write_signers(folder, {signer}); !status) return status.error();
  }
  auto signers = read_signers(file);
  if (!signers) return signers;
  for (const NoteSigner& signer : *signers) {
    if (signer.verifier().name != audit_key_name(store_identity)) {
      return file_error(file, "belongs to another store: restore this store's own");
    }
    if (auto status = list_verifier(folder, signer.verifier()); !status) return status.error();
  }
  return signers;
}

Status rotate_audit_key(const std::filesystem::path& folder) {
  auto signers = read_signers(folder / "audit.key");
  if (!signers) return signers.error();
  if (signers->size() == kSignersMax) {
    return file_error(folder / "audit.key", "two keys sign already: retire the older one first");
  }
  signers->push_back(NoteSigner::generate(signers->front().verifier().name));
  if (auto status = write_signers(folder, *signers); !status) return status;
  return list_verifier(folder, signers->back().verifier());
}

Status retire_audit_key(const std::filesystem::path& folder) {
  auto signers = read_signers(folder / "audit.key");
  if (!signers) return signers.error();
  if (signers->size() < kSignersMax) {
    return file_error(folder / "audit.key", "holds one key only: rotate before you retire it");
  }
  signers->erase(signers->begin());
  return write_signers(folder, *signers);
}

Result<std::vector<NoteVerifier>> read_verifiers(const std::filesystem::path& file) {
  const auto lines = read_lines(file);
  if (!lines) return lines.error();
  std::vector<NoteVerifier> verifiers;
  for (std::size_t i = 0; i < lines->size(); ++i) {
    if ((*lines)[i].empty() || (*lines)[i].front() == '#') continue;
    const auto verifier = parse_note_verifier((*lines)[i]);
    if (!verifier) {
      return file_error(file, "line " + std::to_string(i + 1) + ": " + verifier.error().message);
    }
    verifiers.push_back(*verifier);
  }
  if (verifiers.empty()) return file_error(file, "holds no key");
  return verifiers;
}

}  // namespace rookery
