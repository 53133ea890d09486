#include <unistd.h>
#include <webm/callback.h>
#include <webm/file_reader.h>
#include <webm/status.h>
#include <webm/webm_parser.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "media/recording/webm_writer.h"
#include "media/vpx_decoder.h"
#include "media/vpx_encoder.h"
#include "tests/unit/media/test_screen.h"

namespace rookery::media {
namespace {

// What libwebm's own parser finds in a file.
struct Found final : webm::Callback {
  struct Block {
    std::int64_t time_ms = 0;
    bool key = false;
    std::vector<std::uint8_t> bytes;
  };
  std::string doc_type;
  std::string codec;
  std::uint64_t width = 0;
  double duration_ms = 0;
  std::int64_t cluster_ms = 0;
  std::uint64_t segment_begin = 0;
  std::map<std::uint64_t, std::int64_t> clusters;  // position in the segment, time
  std::vector<Block> blocks;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> cues;  // time, cluster position

  webm::Status OnEbml(const webm::ElementMetadata&, const webm::Ebml& ebml) override {
    doc_type = ebml.doc_type.value();
    return webm::Status(webm::Status::kOkCompleted);
  }
  webm::Status OnSegmentBegin(const webm::ElementMetadata& metadata,
                              webm::Action* action) override {
    segment_begin = metadata.position + metadata.header_size;
    *action = webm::Action::kRead;
    return webm::Status(webm::Status::kOkCompleted);
  }
  webm::Status OnInfo(const webm::ElementMetadata&, const webm::Info& content) override {
    duration_ms = content.duration.value();
    return webm::Status(webm::Status::kOkCompleted);
  }
  webm::Status OnTrackEntry(const webm::ElementMetadata&, const webm::TrackEntry& track) override {
    codec = track.codec_id.value();
    width = track.video.value().pixel_width.value();
    return webm::Status(webm::Status::kOkCompleted);
  }
  webm::Status OnClusterBegin(const webm::ElementMetadata& metadata, const webm::Cluster& cluster,
                              webm::Action* action) override {
    cluster_ms = static_cast<std::int64_t>(cluster.timecode.value());
    clusters[metadata.position - segment_begin] = cluster_ms;
    *action = webm::Action::kRead;
    return webm::Status(webm::Status::kOkCompleted);
  }
  webm::Status OnSimpleBlockBegin(const webm::ElementMetadata&, const webm::SimpleBlock& block,
                                  webm::Action* action) override {
    blocks.push_back({cluster_ms + block.timecode, block.is_key_frame, {}});
    *action = webm::Action::kRead;
    return webm::Status(webm::Status::kOkCompleted);
  }
  webm::Status OnFrame(const webm::FrameMetadata&, webm::Reader* reader,
                       std::uint64_t* remaining) override {
    std::vector<std::uint8_t> chunk(*remaining);
    std::uint64_t read = 0;
    const webm::Status status = reader->Read(chunk.size(), chunk.data(), &read);
    blocks.back().bytes.insert(blocks.back().bytes.end(), chunk.begin(),
                               chunk.begin() + static_cast<std::ptrdiff_t>(read));
    *remaining -= read;
    return status;
  }
  webm::Status OnCuePoint(const webm::ElementMetadata&, const webm::CuePoint& point) override {
    const auto& place = point.cue_track_positions.front().value();
    cues.emplace_back(point.time.value(), place.cluster_position.value());
    return webm::Status(webm::Status::kOkCompleted);
  }
};

Found parse(const std::filesystem::path& file) {
  Found found;
  webm::FileReader reader(std::fopen(file.c_str(), "rb"));
  webm::WebmParser parser;
  const webm::Status status = parser.Feed(&found, &reader);
  BOOST_TEST(status.code == webm::Status::kOkCompleted);
  return found;
}

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("rookery-webm-" + std::to_string(getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

BOOST_AUTO_TEST_SUITE(webm_writer)

BOOST_AUTO_TEST_CASE(a_recording_says_its_codec_and_holds_no_other) {
  const Folder folder;
  const std::vector<std::uint8_t> bytes(10, 1);
  for (const auto& [codec, id] :
       {std::pair{VideoCodec::kVp8, "V_VP8"}, std::pair{VideoCodec::kVp9, "V_VP9"}}) {
    const auto file = folder.path / id;
    auto writer = std::move(*create_webm(file));
    BOOST_TEST(writer->write({bytes, true, 0, 16, 16, codec}).ok());
    const VideoCodec other = codec == VideoCodec::kVp8 ? VideoCodec::kVp9 : VideoCodec::kVp8;
    const Status mixed = writer->write({bytes, true, 40'000, 16, 16, other});
    BOOST_REQUIRE(!mixed.ok());
    BOOST_TEST(mixed.error().message.find(name_of(other)) != std::string::npos);
    BOOST_TEST(writer->finish().ok());
    const Found found = parse(file);
    BOOST_TEST(found.codec == id);
    BOOST_TEST(found.blocks.size() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_recording_holds_every_frame_at_its_time) {
  const Folder folder;
  const auto file = folder.path / "a.webm";
  auto writer = std::move(*create_webm(file));
  auto encoder = std::move(*create_vpx_encoder({160, 96, 2'000'000, 60}));
  TestScreen screen(160, 96, 3);
  std::vector<std::vector<std::uint8_t>> sent;
  std::vector<std::int64_t> times_us;
  for (int i = 0; i < 50; ++i) {
    screen.draw_text({0, 32, 160, 32});
    const bool key = i == 1 || i == 30;
    const std::int64_t now_us = 5'000'000'000 + i * 333'000;
    const FrameView view = screen.view(now_us);
    DamageMap all(160, 96);
    all.add_all();
    const auto encoded = encoder->encode(converted(view), all, i == 0 || key, now_us);
    BOOST_REQUIRE(encoded.ok());
    // The first is handed over as if its key frame had been before the recording.
    BOOST_TEST(writer->write({encoded->bytes, key, now_us, 160, 96}).ok());
    if (i == 0) continue;
    sent.emplace_back(encoded->bytes.begin(), encoded->bytes.end());
    times_us.push_back(now_us);
  }
  BOOST_TEST(writer->finish().ok());

  const Found found = parse(file);
  BOOST_TEST(found.doc_type == "webm");
  BOOST_TEST(found.codec == "V_VP8");
  BOOST_TEST(found.width == 160u);
  BOOST_REQUIRE(found.blocks.size() == sent.size());
  auto decoder = std::move(*create_vpx_decoder());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    BOOST_TEST(found.blocks[i].bytes == sent[i], boost::test_tools::per_element());
    BOOST_TEST(found.blocks[i].time_ms == (times_us[i] - times_us[0]) / 1000);
    BOOST_TEST(found.blocks[i].key == (i == 0 || i == 29));
    BOOST_TEST(decoder->decode(found.blocks[i].bytes).ok());
  }
  BOOST_TEST(found.duration_ms > static_cast<double>(found.blocks.back().time_ms));
  BOOST_REQUIRE(found.cues.size() == 2u);
  for (const auto& [time_ms, cluster_at] : found.cues) {
    BOOST_REQUIRE(found.clusters.contains(cluster_at));
    BOOST_TEST(found.clusters.at(cluster_at) == static_cast<std::int64_t>(time_ms));
  }
}

BOOST_AUTO_TEST_CASE(no_key_frame_or_no_folder_is_an_error) {
  const Folder folder;
  BOOST_TEST(!create_webm(folder.path / "missing" / "a.webm").ok());
  auto writer = std::move(*create_webm(folder.path / "b.webm"));
  const std::vector<std::uint8_t> bytes(10, 1);
  BOOST_TEST(writer->write({bytes, false, 0, 16, 16}).ok());
  BOOST_TEST(!writer->finish().ok());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
