// Bits that flip and files that end early below RocksDB: the auditor says so, and names the place.
#include <fstream>

#include "tests/unit/eventstore/signed_store.h"

using namespace rookery;
using namespace rookery::testing;
namespace fs = std::filesystem;

namespace {

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() != "LOCK") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Damaged : Signed {
  // Everything out of the write-ahead log into files of its own family.
  void settle() const {
    auto tables = RocksDbTables::open(folder.path(), {});
    BOOST_REQUIRE(tables.ok());
    for (const auto table : {Table::kEvents, Table::kLog, Table::kHeads, Table::kTree,
                             Table::kAnswers, Table::kMeta}) {
      BOOST_REQUIRE((*tables)->db().Flush(rocksdb::FlushOptions(), (*tables)->of(table)).ok());
      const rocksdb::CompactRangeOptions all;
      BOOST_REQUIRE((*tables)->db().CompactRange(all, (*tables)->of(table), nullptr, nullptr).ok());
    }
  }

  Result<AuditReport> judged(std::vector<std::string> seen = {}) const {
    AuditOptions options;
    options.keys = {signer.verifier()};
    options.seen = std::move(seen);
    return verify_store(folder.path(), options);
  }

  // Whole and said to be so, a shorter log and said to be so, or not verified.
  void told_truly(const std::string& what) const {
    const auto report = judged();
    if (!report || report->first_bad) return;
    const auto log = open_rocksdb_event_log(folder.path(), {.read_only = true});
    BOOST_REQUIRE_MESSAGE(log.ok(), what);
    std::uint64_t readable = 0;
    BOOST_TEST((*log)
                   ->read_log(0, 1,
                              [&](const Envelope& event) {
                                BOOST_TEST(event.position == ++readable, what);
                                return true;
                              })
                   .ok(),
               what);
    BOOST_TEST(report->events == readable, what);
    BOOST_TEST(report->signed_up_to.at(0) <= readable, what);
    if (readable == kEvents && report->signed_up_to.at(0) == kEvents) return;
    const auto again = judged({newest});  // what was seen before tells a shorter one
    BOOST_TEST((!again || again->first_bad), what + ": the cut was not found");
  }

  // With a byte changed or the file cut.
  template <class Look>
  void each_damage(const fs::path& file, std::size_t places, Look&& look) const {
    const std::string good = read_file(file);
    const std::size_t step = std::max<std::size_t>(good.size() / places, 1);
    for (std::size_t at = step / 2; at < good.size(); at += step) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << at % 8));
      write_file(file, bad);
      look(file.filename().string() + " flipped at " + std::to_string(at));
      write_file(file, good.substr(0, at));
      look(file.filename().string() + " cut at " + std::to_string(at));
    }
    write_file(file, good);
  }

  // The only file of a family.
  fs::path file_of(Table table) const {
    auto tables = RocksDbTables::open(folder.path(), {.read_only = true});
    BOOST_REQUIRE(tables.ok());
    rocksdb::ColumnFamilyMetaData found;
    (*tables)->db().GetColumnFamilyMetaData((*tables)->of(table), &found);
    for (const auto& level : found.levels) {
      for (const auto& file : level.files) return folder.path() / fs::path(file.name).filename();
    }
    BOOST_FAIL("the family has no file");
    return {};
  }

  const std::string newest = checkpoint_of(*must_open(folder.path()), kEvents);
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(no_damage_of_any_settled_file_is_lied_about, Damaged) {
  settle();
  BOOST_REQUIRE(!verify().first_bad.has_value());
  for (const fs::path& file : files_of(folder.path())) {
    each_damage(file, 6, [&](const std::string& what) { told_truly(what); });
    const std::string good = read_file(file);
    fs::remove(file);
    told_truly(file.filename().string() + " removed");
    write_file(file, good);
  }
  BOOST_TEST(!verify().first_bad.has_value());
}

BOOST_FIXTURE_TEST_CASE(no_damage_of_the_write_ahead_log_is_lied_about, Damaged) {
  for (const fs::path& file : files_of(folder.path())) {
    if (file.extension() != ".log") continue;
    each_damage(file, 40, [&](const std::string& what) { told_truly(what); });
  }
  BOOST_TEST(!verify().first_bad.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_flipped_bit_in_a_file_is_named_with_file_position_and_stream, Damaged) {
  settle();
  const fs::path file = file_of(Table::kEvents);
  const std::string good = read_file(file);
  // The first half of the file is events and nothing else.
  for (std::size_t at = 100; at < good.size() / 2; at += good.size() / 23) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    write_file(file, bad);
    const auto report = judged();
    BOOST_REQUIRE(report.ok());
    BOOST_REQUIRE(report->first_bad.has_value());
    const AuditFinding& finding = *report->first_bad;
    BOOST_TEST(finding.field == "file", at);
    BOOST_TEST(finding.message.find(file.filename().string()) != std::string::npos,
               finding.message);
    // It is the first event that cannot be read, and that stream's.
    auto tables = RocksDbTables::open(folder.path(), {.read_only = true});
    BOOST_REQUIRE(tables.ok());
    for (std::uint64_t position = 1; position <= finding.position; ++position) {
      const auto entry =
          decode_log_entry((*tables)->get(Table::kLog, log_key(0, position).view())->value());
      const auto event =
          (*tables)->get(Table::kEvents, event_key(0, entry->stream, entry->version).view());
      BOOST_TEST(event.ok() == (position < finding.position), position);
      if (position == finding.position) BOOST_TEST((finding.stream == entry->stream));
    }
  }
  write_file(file, good);
}

BOOST_FIXTURE_TEST_CASE(an_unreadable_end_of_the_log_is_said_where_it_begins, Damaged) {
  settle();
  const fs::path file = file_of(Table::kLog);
  const std::string good = read_file(file);
  for (std::size_t at = 200; at < good.size() - 2000; at += good.size() / 11) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    write_file(file, bad);
    const auto report = judged();
    BOOST_REQUIRE(report.ok());
    BOOST_REQUIRE(report->first_bad.has_value());
    BOOST_TEST(report->first_bad->field == "file", at);
    BOOST_TEST(report->first_bad->position > 0u, at);
    BOOST_TEST(report->first_bad->message.find(file.filename().string()) != std::string::npos,
               report->first_bad->message);
  }
  write_file(file, good);
}

BOOST_FIXTURE_TEST_CASE(a_position_no_log_can_have_is_a_gap, Damaged) {
  const std::string entry = get(Table::kLog, log_key(0, 500).view());
  for (const unsigned bit : {41u, 62u, 63u}) {
    const auto key = log_key(0, std::uint64_t{1} << bit);
    put(Table::kLog, key.view(), entry);
    BOOST_TEST(bad().field == "log.position", bit);
    BOOST_TEST(bad().position == kEvents + 1, bit);
    put(Table::kLog, key.view(), std::nullopt);
  }
}
