// Secrets on disk: 32 random bytes a file, readable by the owner only.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "schemas/result.h"

namespace rookery {

using SecretKey = std::array<std::uint8_t, 32>;

// Reads the key, or makes it on the first start. Error: the file has another size, others may read
// it, or the folder cannot be written; a damaged key is never replaced by itself.
Result<SecretKey> open_key_file(const std::filesystem::path& file);

}  // namespace rookery
