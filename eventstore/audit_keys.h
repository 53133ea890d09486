// The keys by which a store signs its checkpoints: `audit.key`, one secret key a line, readable by
// the owner only, and `audit.pub`, the keys by which others check, one a line.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "eventstore/signed_note.h"
#include "schemas/result.h"

namespace rookery {

// The name of a store's keys; a shard's origin is this, a slash and the shard's number.
std::string audit_key_name(std::string_view store_identity);

// Reads the keys in `folder`, or makes the first. Two are there while one takes over: both sign.
// Error: others may read the secret file, a line is broken, or the folder cannot be written.
Result<std::vector<NoteSigner>> open_audit_keys(const std::filesystem::path& folder,
                                                std::string_view store_identity);
// Adds a new key beside the one there is. Error: two are there already; retire one first.
Status rotate_audit_key(const std::filesystem::path& folder);
// Takes the older of two keys away; what it signed stays verifiable by its line of `audit.pub`.
Status retire_audit_key(const std::filesystem::path& folder);

// Public keys, one a line; lines that begin with # are passed over. Error names the line.
Result<std::vector<NoteVerifier>> read_verifiers(const std::filesystem::path& file);

}  // namespace rookery
