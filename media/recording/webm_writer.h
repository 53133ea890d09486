// Encoded frames to a .webm file, as a viewer or an auditor plays it.
#pragma once

#include <filesystem>
#include <memory>

#include "media/client/stream_client.h"
#include "schemas/result.h"

namespace rookery::media {

class WebmWriter {
 public:
  virtual ~WebmWriter() = default;
  // Frames before the first key frame are passed over.
  virtual Status write(const EncodedFrame& frame) = 0;
  // Writes cues and duration; the file is complete only after this.
  virtual Status finish() = 0;
};

Result<std::unique_ptr<WebmWriter>> create_webm(const std::filesystem::path& file);

}  // namespace rookery::media
