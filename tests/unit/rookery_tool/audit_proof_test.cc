// What an auditor types to be sure, against a running server and its database.
#include "tests/unit/rookery_tool/audited_node.h"

using namespace rookery;
using namespace rookery::tool;

BOOST_FIXTURE_TEST_CASE(a_server_and_its_copy_are_verified, AuditedNode) {
  for (const auto& where : {std::vector<std::string>{}, {"--data", folder.path().string()}}) {
    std::vector<std::string> words{"verify", "--key", key, "--seen", file("seen")};
    words.insert(words.end(), where.begin(), where.end());
    const Ran ran = run(words);
    BOOST_TEST(ran.code == 0, ran.err);
    BOOST_TEST(ran.out.find("verified") != std::string::npos);
    add_phone("another");
  }
}

BOOST_FIXTURE_TEST_CASE(a_log_that_does_not_continue_what_was_seen_is_named, AuditedNode) {
  // The same key signs for a history that this server does not have: a fork, or a rollback.
  const auto signers = *open_audit_keys(folder.path() / "keys", node.log->identity());
  const std::string origin = checkpoint_origin(signers.front().verifier().name, 0);
  for (const std::uint64_t size : {std::uint64_t{3}, std::uint64_t{1000}}) {
    write("seen", sign_checkpoint({origin, {size, {7}}}, signers));
    for (const auto& where : {std::vector<std::string>{}, {"--data", folder.path().string()}}) {
      std::vector<std::string> words{"verify", "--key", key, "--seen", file("seen")};
      words.insert(words.end(), where.begin(), where.end());
      const Ran ran = run(words);
      BOOST_TEST(ran.code == 1);
      BOOST_TEST(ran.err.find("NOT verified") != std::string::npos, ran.err);
    }
    const Ran ran =
        run({"witness", "--key", key, "--seen", file("seen"), "--witness-key", file("w")});
    BOOST_TEST(ran.code == 1);
    BOOST_TEST(ran.err.find("ALARM") != std::string::npos, ran.err);
    BOOST_TEST(std::filesystem::exists(file("seen.alarm")));
  }
}

BOOST_FIXTURE_TEST_CASE(a_proof_is_checked_by_somebody_without_a_server, AuditedNode) {
  const std::string last = std::to_string(node.log->last_position(0));
  for (const auto& where : {std::vector<std::string>{}, {"--data", folder.path().string()}}) {
    std::vector<std::string> words{"prove", last};
    words.insert(words.end(), where.begin(), where.end());
    const Ran proof = run(words);
    BOOST_REQUIRE_MESSAGE(proof.code == 0, proof.err);
    write("proof", proof.out);
    const Ran checked = run({"check", file("proof"), "--key", key});
    BOOST_TEST(checked.code == 0, checked.err);
    BOOST_TEST(checked.out.find("pocket") != std::string::npos, checked.out);
    // Any touched byte of what is believed spoils it.
    std::string touched = proof.out;
    const auto at = touched.find("\"event\":\"") + 40;
    touched[at] = touched[at] == 'A' ? 'B' : 'A';
    write("proof", touched);
    BOOST_TEST(run({"check", file("proof"), "--key", key}).code == 1);
  }
  BOOST_TEST(run({"prove", last, "--shard", "1"}).code == 1);
  BOOST_TEST(run({"prove", last, "--shard", "1", "--data", folder.path().string()}).code == 1);
  BOOST_TEST(run({"prove", last, "--shard", "99999"}).code == 2);
  BOOST_TEST(run({"prove", "2"}).code == 1);  // holds a password's hash: not over the API
  BOOST_TEST(run({"prove", "2", "--data", folder.path().string()}).code == 0);
  BOOST_TEST(run({"prove", "99999"}).code == 1);
  BOOST_TEST(run({"prove", "0"}).code == 2);
  write("proof", "{}");
  BOOST_TEST(run({"check", file("proof"), "--key", key}).code == 1);
}

BOOST_FIXTURE_TEST_CASE(what_people_read_in_a_proof_is_what_its_bytes_say, AuditedNode) {
  const auto proof = nlohmann::json::parse(run({"prove", "3"}).out);
  const auto check = [&](const std::string& text) {
    write("proof", text);
    return run({"check", file("proof"), "--key", key});
  };
  BOOST_TEST(check(proof.dump()).code == 0);
  for (const auto& [name, value] : proof["readable"].items()) {
    auto lie = proof;
    lie["readable"][name] = "another";
    BOOST_TEST(check(lie.dump()).code == 1, name);
    lie["readable"].erase(name);
    BOOST_TEST(check(lie.dump()).code == 1, name);
  }
  auto more = proof;
  more["readable"]["data"]["secretly"] = true;
  BOOST_TEST(check(more.dump()).code == 1);
  more = proof;
  more["summary"] = "nothing happened";
  BOOST_TEST(check(more.dump()).code == 1);
  // Said twice: programs take the last, people the first.
  BOOST_TEST(check("{\"readable\":{\"type\":\"Phone.Deleted\"}," + proof.dump().substr(1)).code ==
             1);
  more = proof;
  more["shard"] = 1;
  const Ran other = check(more.dump());
  BOOST_TEST(other.code == 1);
  BOOST_TEST(other.err.find("not of shard 1") != std::string::npos, other.err);
  more.erase("shard");
  more.erase("readable");
  BOOST_TEST(check(more.dump()).code == 0);
}

BOOST_FIXTURE_TEST_CASE(a_witness_signs_what_continues, AuditedNode) {
  const std::vector<std::string> words{"witness", "--key",      key,
                                       "--seen",  file("seen"), "--witness-key",
                                       file("w"), "--name",     "w.example/one"};
  std::string cosigned;
  for (int i = 0; i < 3; ++i) {
    const Ran ran = run(words);
    BOOST_REQUIRE_MESSAGE(ran.code == 0, ran.err);
    cosigned = ran.out;
    add_phone("more");
  }
  std::string own;
  std::getline(std::ifstream(file("w")), own);
  const auto witness = NoteSigner::parse(own);
  BOOST_REQUIRE(witness.ok());
  const auto verified = verify_checkpoint(cosigned, {witness->verifier()});
  BOOST_REQUIRE(verified.ok());
  BOOST_TEST(verified->vouchers.front().time_s > 1'700'000'000);
}
