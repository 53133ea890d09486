// Layout: EBML header, Segment { SeekHead, Info, Tracks, Cluster…, Cues }. The head has a fixed
// size and is written twice: open-ended at first, so that an unfinished file still plays, and with
// all sizes at the end. Element ids: https://www.matroska.org/technical/elements.html
#include "media/recording/webm_writer.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "media/recording/ebml.h"

namespace rookery::media {
namespace {

// A block counts its time from its cluster's in 16 bits; small clusters make seeking cheap.
constexpr std::int64_t kClusterMsMax = 5'000;
constexpr std::size_t kClusterBytesMax = 4u << 20;
constexpr std::int64_t kLastFrameMs = 16;  // how long the last frame counts in the duration

constexpr std::uint32_t kEbmlId = 0x1a45dfa3;
constexpr std::uint32_t kSegmentId = 0x18538067;
constexpr std::uint32_t kSeekHeadId = 0x114d9b74;
constexpr std::uint32_t kSeekId = 0x4dbb;
constexpr std::uint32_t kInfoId = 0x1549a966;
constexpr std::uint32_t kTracksId = 0x1654ae6b;
constexpr std::uint32_t kClusterId = 0x1f43b675;
constexpr std::uint32_t kCuesId = 0x1c53bb6b;
constexpr std::uint32_t kCuePointId = 0xbb;

struct Cue {
  std::int64_t time_ms = 0;
  std::uint64_t cluster_at = 0;  // from the begin of the Segment's content
};

struct Sizes {
  std::uint64_t segment = ebml::kUnknownSize;
  std::uint64_t cues_at = 0;
  double duration_ms = 0;
};

std::string ebml_header() {
  std::string content;
  ebml::put_unsigned(content, 0x4286, 1);  // EBMLVersion
  ebml::put_unsigned(content, 0x42f7, 1);  // EBMLReadVersion
  ebml::put_unsigned(content, 0x42f2, 4);  // EBMLMaxIDLength
  ebml::put_unsigned(content, 0x42f3, 8);  // EBMLMaxSizeLength
  ebml::put_bytes(content, 0x4282, "webm");
  ebml::put_unsigned(content, 0x4287, 4);  // DocTypeVersion
  ebml::put_unsigned(content, 0x4285, 2);  // DocTypeReadVersion
  std::string out;
  ebml::put_bytes(out, kEbmlId, content);
  return out;
}

void put_seek(std::string& seeks, std::uint32_t id, std::uint64_t at) {
  std::string name;
  ebml::put_id(name, id);
  std::string seek;
  ebml::put_bytes(seek, 0x53ab, name);
  ebml::put_unsigned(seek, 0x53ac, at);
  ebml::put_bytes(seeks, kSeekId, seek);
}

std::string track(int width_px, int height_px, VideoCodec codec) {
  std::string video;
  ebml::put_unsigned(video, 0xb0, static_cast<std::uint64_t>(width_px));
  ebml::put_unsigned(video, 0xba, static_cast<std::uint64_t>(height_px));
  std::string entry;
  ebml::put_unsigned(entry, 0xd7, 1);                                // TrackNumber
  ebml::put_unsigned(entry, 0x73c5, 1);                              // TrackUID
  ebml::put_unsigned(entry, 0x83, 1);                                // TrackType: video
  ebml::put_unsigned(entry, 0x9c, 0);                                // FlagLacing
  ebml::put_bytes(entry, 0x86, std::string("V_") + name_of(codec));  // CodecID
  ebml::put_bytes(entry, 0xe0, video);
  std::string entries;
  ebml::put_bytes(entries, 0xae, entry);
  std::string out;
  ebml::put_bytes(out, kTracksId, entries);
  return out;
}

// Everything in the Segment before the first cluster; as long for any `sizes`.
std::string segment_head(const Sizes& sizes, const std::string& tracks) {
  std::string content;
  ebml::put_unsigned(content, 0x2ad7b1, 1'000'000);  // TimestampScale: milliseconds
  ebml::put_float(content, 0x4489, sizes.duration_ms);
  ebml::put_bytes(content, 0x4d80, "rookery");  // MuxingApp
  ebml::put_bytes(content, 0x5741, "rookery");  // WritingApp
  std::string description;
  ebml::put_bytes(description, kInfoId, content);
  const auto head = [&](std::uint64_t after_seeks) {
    std::string seeks;
    put_seek(seeks, kInfoId, after_seeks);
    put_seek(seeks, kTracksId, after_seeks + description.size());
    put_seek(seeks, kCuesId, sizes.cues_at);
    std::string out;
    ebml::put_bytes(out, kSeekHeadId, seeks);
    return out;
  };
  return head(head(0).size()) + description + tracks;
}

class FileWebmWriter final : public WebmWriter {
 public:
  explicit FileWebmWriter(const std::filesystem::path& file)
      : path_(file), file_(file, std::ios::binary | std::ios::trunc) {}

  bool usable() const { return file_.good(); }

  Status write(const EncodedFrame& frame) override {
    if (finished_) return Error{path_.string() + ": the recording is finished already"};
    if (!begun_ && !frame.key) return Done{};
    if (!begun_) begin(frame);
    if (frame.codec != codec_) {
      return Error{path_.string() + ": the host codes " + name_of(frame.codec) + " now, not " +
                   name_of(codec_) + " as before: record the rest in another file"};
    }
    // A reader must never see time run backwards.
    const std::int64_t time_ms =
        std::max(last_ms_, (frame.captured_us - first_captured_us_) / 1000);
    if (frame.key || time_ms - cluster_ms_ >= kClusterMsMax ||
        cluster_.size() >= kClusterBytesMax) {
      flush_cluster();
      cluster_ms_ = time_ms;
      ebml::put_unsigned(cluster_, 0xe7, static_cast<std::uint64_t>(time_ms));
      if (frame.key) cues_.push_back({time_ms, position_ - segment_begin_});
    }
    put_block(frame, time_ms);
    last_ms_ = time_ms;
    return state();
  }

  Status finish() override {
    if (finished_) return Done{};
    finished_ = true;
    if (!begun_) return Error{path_.string() + ": no key frame came, nothing was recorded"};
    flush_cluster();
    Sizes sizes;
    sizes.cues_at = position_ - segment_begin_;
    sizes.duration_ms = static_cast<double>(last_ms_ + kLastFrameMs);
    append(cues());
    sizes.segment = position_ - segment_begin_;
    file_.seekp(0);
    position_ = 0;
    append(head(sizes));
    file_.close();
    return state();
  }

 private:
  void begin(const EncodedFrame& frame) {
    begun_ = true;
    first_captured_us_ = frame.captured_us;
    width_px_ = frame.width_px;
    height_px_ = frame.height_px;
    codec_ = frame.codec;
    append(head(Sizes{}));
  }

  std::string head(const Sizes& sizes) {
    std::string out = ebml_header();
    ebml::put_id(out, kSegmentId);
    ebml::put_size(out, sizes.segment);
    segment_begin_ = out.size();
    return out + segment_head(sizes, track(width_px_, height_px_, codec_));
  }

  void put_block(const EncodedFrame& frame, std::int64_t time_ms) {
    std::string block;
    block.push_back(static_cast<char>(0x81));  // track 1
    ebml::put_big_endian(block, static_cast<std::uint64_t>(time_ms - cluster_ms_), 2);
    block.push_back(static_cast<char>(frame.key ? 0x80 : 0x00));
    block.append(reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size());
    ebml::put_bytes(cluster_, 0xa3, block);  // SimpleBlock
  }

  void flush_cluster() {
    if (cluster_.empty()) return;
    std::string out;
    ebml::put_bytes(out, kClusterId, cluster_);
    append(out);
    cluster_.clear();
  }

  std::string cues() const {
    std::string points;
    for (const Cue& cue : cues_) {
      std::string place;
      ebml::put_unsigned(place, 0xf7, 1);  // CueTrack
      ebml::put_unsigned(place, 0xf1, cue.cluster_at);
      std::string point;
      ebml::put_unsigned(point, 0xb3, static_cast<std::uint64_t>(cue.time_ms));
      ebml::put_bytes(point, 0xb7, place);
      ebml::put_bytes(points, kCuePointId, point);
    }
    std::string out;
    ebml::put_bytes(out, kCuesId, points);
    return out;
  }

  void append(const std::string& bytes) {
    file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    position_ += bytes.size();
  }

  Status state() const {
    if (file_.good()) return Done{};
    return Error{path_.string() + ": cannot write; check the disk's free space"};
  }

  const std::filesystem::path path_;
  std::ofstream file_;
  bool begun_ = false;
  bool finished_ = false;
  int width_px_ = 0;
  int height_px_ = 0;
  VideoCodec codec_ = VideoCodec::kVp8;
  std::int64_t first_captured_us_ = 0;
  std::int64_t last_ms_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t segment_begin_ = 0;
  std::int64_t cluster_ms_ = 0;
  std::string cluster_;
  std::vector<Cue> cues_;
};

}  // namespace

Result<std::unique_ptr<WebmWriter>> create_webm(const std::filesystem::path& file) {
  auto writer = std::make_unique<FileWebmWriter>(file);
  if (!writer->usable()) {
    return Error{file.string() + ": cannot create; check that the folder exists and is writable"};
  }
  return std::unique_ptr<WebmWriter>(std::move(writer));
}

}  // namespace rookery::media
