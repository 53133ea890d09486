// A slice of history on its way to somebody who trusts nobody.
#include "tools/rookery/audit_bundle.h"

#include "tests/unit/rookery_tool/audited_node.h"

using namespace rookery;
using namespace rookery::tool;

namespace {

struct Bundled : AuditedNode {
  Bundled() {
    const std::string phone = node.add_phone("told").get<std::string>();
    const std::string path = "/v1/" + test::path_of(phone);
    test::HttpClient admin = node.admin();
    admin.post(path + "/start");
    admin.get(path + "?wait=running");
    add_phone("last");  // waits until all is signed for
  }
  std::string bundle(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"bundle", "--actor", "told"});
    const Ran ran = run(more);
    BOOST_REQUIRE_MESSAGE(ran.code == 0, ran.err);
    return ran.out;
  }
  Ran check(const std::string& text) const {
    write("bundle", text);
    return run({"check", file("bundle"), "--key", key});
  }
  void spoilt(const std::string& text, const std::string& what) const {
    const Ran ran = check(text);
    BOOST_TEST(ran.code == 1, what);
    BOOST_TEST(ran.out.find("proven:") == std::string::npos, what);
    BOOST_TEST(ran.err.find("line ") != std::string::npos, ran.err);
  }
  static std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) all.push_back(line + "\n");
    return all;
  }
  static std::string joined(const std::vector<std::string>& all) {
    std::string text;
    for (const auto& line : all) text += line;
    return text;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_bundle_is_checked_alone, Bundled) {
  for (const auto& where : {std::vector<std::string>{}, {"--data", folder.path().string()}}) {
    const Ran ran = check(bundle(where));
    BOOST_TEST(ran.code == 0, ran.err);
    BOOST_TEST(ran.out.find("proven: versions 1 to 3 of phone/") != std::string::npos, ran.out);
    BOOST_TEST(ran.out.find("Phone.Started") != std::string::npos, ran.out);
  }
  const Ran part = check(bundle({"--from", "version:2", "--to", "version:3"}));
  BOOST_TEST(part.out.find("proven: versions 2 to 3") != std::string::npos, part.out + part.err);
  // Another's key signed nothing of it.
  write("other.pub", NoteSigner::generate("rookery.local/other").verifier().text() + "\n");
  write("bundle", bundle());
  BOOST_TEST(run({"check", file("bundle"), "--key", file("other.pub")}).code == 1);
  BOOST_TEST(run({"bundle", "--actor", "told", "--from", "version:3", "--to", "version:2"}).code ==
             2);
}

BOOST_FIXTURE_TEST_CASE(nothing_can_be_left_out_added_or_turned_round, Bundled) {
  const auto all = lines(bundle());
  BOOST_REQUIRE(all.size() == 4u);
  for (std::size_t i = 1; i < all.size(); ++i) {
    auto missing = all;
    missing.erase(missing.begin() + i);
    spoilt(joined(missing), "without line " + std::to_string(i));
    auto twice = all;
    twice.insert(twice.begin() + i, all[i]);
    spoilt(joined(twice), "twice line " + std::to_string(i));
  }
  auto turned = all;
  std::swap(turned[1], turned[2]);
  spoilt(joined(turned), "turned round");
  auto claims_less = all;
  const auto at = claims_less[0].find("\"last_version\":3");
  claims_less[0].replace(at, 16, "\"last_version\":2");
  spoilt(joined(claims_less), "a heading that does not agree with itself");
  auto tells_another = all;
  const auto name = tells_another[1].find("told", tells_another[1].find("\"readable\""));
  BOOST_REQUIRE(name != std::string::npos);
  tells_another[1].replace(name, 4, "hidden");
  spoilt(joined(tells_another), "readable is of another");
  // An honest proof of another actor's event in the place of one of this.
  const Ran other = run({"bundle", "--actor", "last"});
  auto mixed = all;
  mixed[1] = lines(other.out).at(1);
  spoilt(joined(mixed), "another actor's event");
}

BOOST_FIXTURE_TEST_CASE(any_cut_and_any_flipped_bit_of_what_is_believed_is_found, Bundled) {
  const std::string good = bundle();
  for (std::size_t size = good.find('\n'); size < good.size(); size += 97) {
    spoilt(good.substr(0, size), "cut at " + std::to_string(size));
  }
  const auto all = lines(good);
  for (const char* field : {"\"event\":\"", "\"inclusion\":[\"", "\"checkpoint\":\""}) {
    const std::size_t begin = all[2].find(field) + std::string(field).size();
    const std::size_t end = all[2].find('"', begin);
    BOOST_REQUIRE(begin < end);
    for (std::size_t at = begin; at < end; at += 13) {
      auto flipped = all;
      flipped[2][at] = static_cast<char>(flipped[2][at] ^ 1);
      spoilt(joined(flipped), field + std::to_string(at));
    }
  }
}
