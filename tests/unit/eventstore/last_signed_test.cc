// A log that lost its end, though files outside it say how far it had come.
#include "eventstore/last_signed.h"

#include <fstream>

#include "eventstore/checkpoint_keeper.h"
#include "tests/unit/eventstore/logs.h"

using namespace rookery;
using namespace rookery::testing;
namespace fs = std::filesystem;

namespace {

// A data folder with a log that was signed for up to its last event.
struct SignedLog {
  explicit SignedLog(int events) : signer(NoteSigner::generate("rookery.local/test")) {
    append(events);
    fs::copy(folder.path() / "events", folder.path() / "older");
    append(5);
  }
  void append(int events) {
    auto log = must_open(folder.path() / "events");
    CheckpointKeeperOptions options;
    options.outside = folder.path() / "signed";
    const CheckpointKeeper keeper(*log, {signer}, options);
    for (int i = 0; i < events; ++i) {
      must_append(*log, make_append(stream_id(1), kAnyVersion, {std::to_string(++appended)}));
    }
  }
  void put_older_back() {
    fs::remove_all(folder.path() / "events");
    fs::rename(folder.path() / "older", folder.path() / "events");
  }
  std::string complaint() {
    const auto log = must_open(folder.path() / "events");
    const auto status = check_last_signed(*log, folder.path() / "signed", {signer.verifier()});
    if (!status) BOOST_TEST_MESSAGE(status.error().message);
    return status ? "" : status.error().message;
  }

  TemporaryFolder folder;
  NoteSigner signer;
  int appended = 0;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_whole_log_is_what_was_signed_outside_of_it) {
  SignedLog log(300);
  BOOST_TEST(log.complaint() == "");
  fs::remove_all(log.folder.path() / "signed");
  BOOST_TEST(log.complaint() == "");  // nothing says how far it had come
}

BOOST_AUTO_TEST_CASE(a_log_that_lost_its_end_is_told_from_a_whole_one) {
  SignedLog log(300);
  log.put_older_back();
  BOOST_TEST(has(log.complaint(), "ends at position 300, but 305 events were signed for"));
}

BOOST_AUTO_TEST_CASE(a_log_that_lost_its_end_and_grew_again_is_told_from_a_whole_one) {
  SignedLog log(300);
  log.put_older_back();
  auto reopened = must_open(log.folder.path() / "events");
  for (int i = 0; i < 9; ++i) {
    must_append(*reopened, make_append(stream_id(2), kAnyVersion, {"others"}));
  }
  reopened.reset();
  BOOST_TEST(has(log.complaint(), "positions 1 to 305 are not the events"));
}

BOOST_AUTO_TEST_CASE(another_logs_note_or_a_broken_one_is_not_believed) {
  SignedLog log(10);
  const auto file = log.folder.path() / "signed" / "0";
  std::fstream(file, std::ios::in | std::ios::out) << "x";
  BOOST_TEST(has(log.complaint(), file.string()));
  BOOST_REQUIRE(write_last_signed(file.parent_path(), 0,
                                  sign_checkpoint({"rookery.local/other/0", {1, {}}}, {log.signer}))
                    .ok());
  BOOST_TEST(has(log.complaint(), "another log"));
}
