#include "eventstore/signed_note.h"

#include <boost/test/unit_test.hpp>

#include "eventstore/checkpoint.h"

using namespace rookery;

namespace {

// Published with the note format's reference implementation.
const std::string kPublishedKey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string kPublishedNote =
    "This is an example message.\n\n\xe2\x80\x94 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";
// The example of the C2SP tlog-checkpoint and tlog-cosignature texts.
const std::string kPublishedCheckpoint =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

}  // namespace

BOOST_AUTO_TEST_CASE(the_published_note_is_verified_by_the_published_key) {
  const auto key = parse_note_verifier(kPublishedKey);
  BOOST_REQUIRE(key.ok());
  BOOST_TEST(key->name == "example.com/foo");
  BOOST_TEST(key->text() == kPublishedKey);
  const auto note = parse_signed_note(kPublishedNote);
  BOOST_REQUIRE(note.ok());
  BOOST_TEST(note->text == "This is an example message.\n");
  const auto vouchers = verify_signed_note(*note, {*key});
  BOOST_REQUIRE(vouchers.ok());
  BOOST_REQUIRE_EQUAL(vouchers->size(), 1u);
  BOOST_TEST((vouchers->front().by == *key));
}

BOOST_AUTO_TEST_CASE(any_flipped_bit_is_found) {
  const auto key = *parse_note_verifier(kPublishedKey);
  for (std::size_t i = 0; i < kPublishedNote.size() * 8; ++i) {
    std::string flipped = kPublishedNote;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    const auto note = parse_signed_note(flipped);
    if (!note) continue;
    const auto vouchers = verify_signed_note(*note, {key});
    BOOST_TEST((!vouchers.ok() || vouchers->empty()), i);
  }
}

BOOST_AUTO_TEST_CASE(what_is_signed_here_is_verified_here) {
  const NoteSigner old_key = NoteSigner::generate("rookery.local/a");
  const NoteSigner new_key = NoteSigner::generate("rookery.local/a");
  const NoteSigner stranger = NoteSigner::generate("rookery.local/b");
  Checkpoint checkpoint{checkpoint_origin("rookery.local/a", 0), {7, {1, 2, 3}}};
  const std::string note = sign_checkpoint(checkpoint, {old_key, new_key});
  for (const NoteSigner& signer : {old_key, new_key}) {
    const auto verified = verify_checkpoint(note, {signer.verifier()});
    BOOST_REQUIRE(verified.ok());
    BOOST_TEST((verified->checkpoint.head == checkpoint.head));
    BOOST_TEST(verified->checkpoint.origin == "rookery.local/a/0");
  }
  BOOST_TEST(verify_checkpoint(note, {old_key.verifier(), new_key.verifier()})->vouchers.size() ==
             2u);
  BOOST_TEST(!verify_checkpoint(note, {stranger.verifier()}).ok());
  BOOST_TEST(!verify_checkpoint(note, {}).ok());
  std::string touched = note;
  touched.replace(touched.find("\n7\n"), 3, "\n8\n");
  BOOST_TEST(!verify_checkpoint(touched, {old_key.verifier()}).ok());
}

BOOST_AUTO_TEST_CASE(keys_come_back_from_their_texts) {
  for (const NoteKeyKind kind : {NoteKeyKind::kEd25519, NoteKeyKind::kCosignature}) {
    const NoteSigner signer = NoteSigner::generate("w.example/1", kind);
    const auto again = NoteSigner::parse(signer.text());
    BOOST_REQUIRE(again.ok());
    BOOST_TEST((again->verifier() == signer.verifier()));
    BOOST_TEST((*parse_note_verifier(signer.verifier().text()) == signer.verifier()));
    std::string other_name = signer.text();
    other_name.replace(other_name.find("/1+"), 3, "/2+");
    BOOST_TEST(!NoteSigner::parse(other_name).ok());
  }
  for (const char* text :
       {"", "a+b", "a+00000000+AAAA", "PRIVATE+KEY+a+b+c", "+530d903a+AekyeQ=="}) {
    BOOST_TEST(!NoteSigner::parse(text).ok(), text);
    BOOST_TEST(!parse_note_verifier(text).ok(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_witness_says_when_it_saw_a_checkpoint) {
  const NoteSigner log = NoteSigner::generate("rookery.local/a");
  const NoteSigner witness = NoteSigner::generate("witness.example/w", NoteKeyKind::kCosignature);
  const Checkpoint checkpoint{checkpoint_origin("rookery.local/a", 0), {7, {1, 2, 3}}};
  const std::string text = checkpoint_text(checkpoint);
  const std::string note = sign_checkpoint(checkpoint, {log}) + witness.sign(text, 1'700'000'000);
  const auto verified = verify_checkpoint(note, {log.verifier(), witness.verifier()});
  BOOST_REQUIRE(verified.ok());
  BOOST_REQUIRE_EQUAL(verified->vouchers.size(), 2u);
  BOOST_TEST(verified->vouchers[1].time_s == 1'700'000'000);
  // Its time is under its signature too.
  const auto parsed = *parse_signed_note(note);
  SignedNote backdated = parsed;
  backdated.signatures[1].bytes[7] = static_cast<char>(backdated.signatures[1].bytes[7] ^ 1);
  BOOST_TEST(!verify_signed_note(backdated, {witness.verifier()}).ok());
}

BOOST_AUTO_TEST_CASE(checkpoints_have_one_spelling) {
  const auto published = parse_checkpoint_text(kPublishedCheckpoint);
  BOOST_REQUIRE(published.ok());
  BOOST_TEST(published->origin == "example.com/behind-the-sofa");
  BOOST_TEST(published->head.size == 20852163u);
  BOOST_TEST(checkpoint_text(*published) == kPublishedCheckpoint);
  BOOST_TEST(parse_checkpoint_text(kPublishedCheckpoint + "more\n").ok());
  const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
  const std::string short_root = "CsUYapGGPo4dkMgIAUqomw==";
  for (const std::string& text :
       {std::string(), "o\n1\n" + root, "o\n01\n" + root + "\n", "o\n+1\n" + root + "\n",
        "o\n-1\n" + root + "\n", "\n1\n" + root + "\n", "o\n1\n" + short_root + "\n",
        "o\n18446744073709551616\n" + root + "\n", "o\n1\n" + root.substr(0, 43) + "\n"}) {
    BOOST_TEST(!parse_checkpoint_text(text).ok(), text);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_note_is_refused) {
  const std::string dash = "\xe2\x80\x94 ";
  for (const std::string& bytes :
       {std::string(), std::string("text\n"), std::string("text\n\n"), "text\n\n" + dash + "name\n",
        "text\n\n" + dash + "name AAAA\n", "text\n\n" + dash + "name !!!!!!!!\n",
        std::string("text\n\n- name AAAAAAAA\n"), kPublishedNote + "x\n",
        kPublishedNote.substr(0, kPublishedNote.size() - 1),
        std::string(kNoteBytesMax, 'x') + kPublishedNote}) {
    BOOST_TEST(!parse_signed_note(bytes).ok());
  }
}
