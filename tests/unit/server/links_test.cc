#include <atomic>
#include <thread>

#include "actors/effects/absences.h"
#include "actors/gateway/host_signer.h"
#include "actors/gateway/link_secret.h"
#include "actors/gateway/token.h"
#include "tests/unit/server/test_node.h"

namespace rookery::test {
namespace {

struct Scene {
  TestNode node;
  Json ann_id = node.add_user("ann", "member");
  Json phone = node.add_running_phone("p1", ann_id);
  HttpClient ann = node.as("ann");
  HttpClient admin = node.admin();
  HttpClient stranger = node.nobody();
  HostSigner signer{TestNode::ticket_secret()};
  std::string links_path = "/v1/" + path_of(phone) + "/links";

  Json make(const Json& body = Json::object()) {
    const Reply made = ann.post(links_path, body);
    BOOST_REQUIRE_EQUAL(made.status, 201u);
    return made.body;
  }
  // As the page does; the answer remembers the link's secret, as the page does too.
  Reply open(const Json& link, const std::optional<std::string>& password = {}) {
    const std::string secret = link["secret"];
    Json body = {{"proof", proof_to_open(secret)}};
    if (password) body["sealed_password"] = seal_password(secret, *password);
    Reply reply = stranger.post("/v1/links/" + link["link_id"].get<std::string>() + "/open", body);
    if (reply.status == 201) reply.body["secret"] = secret;
    return reply;
  }
  Reply resume(const Json& visit) {
    const std::string name = visit["session_id"];
    const EntityId session = parse_entity_id("session/" + name).value_or(EntityId{});
    return stranger.post("/v1/sessions/" + name + "/resume",
                         {{"proof", proof_to_resume(visit["secret"].get<std::string>(), session)}});
  }
  std::string phase(const Json& visit) {
    return admin.get("/v1/sessions/" + visit["session_id"].get<std::string>()).body["phase"];
  }
  std::size_t count(const std::string& type) {
    return admin.get("/v1/events?type=" + type).body["items"].size();
  }
  host::AdmitSession last_admitted() { return node.host.sent<host::AdmitSession>().back(); }
  void connect() {
    const host::AdmitSession admitted = last_admitted();
    node.server->reports()(
        host::SessionConnected{admitted.session, "192.0.2.1:9", "chacha", admitted.ticket});
  }
  void lose() {
    const host::AdmitSession admitted = last_admitted();
    host::SessionEnded lost;
    lost.session = admitted.session;
    lost.reason = "the viewer fell silent";
    lost.ticket = admitted.ticket;
    lost.lost = true;
    node.server->reports()(lost);
  }
};

BOOST_FIXTURE_TEST_SUITE(links, Scene)

BOOST_AUTO_TEST_CASE(whoever_holds_one_gets_a_ticket_without_an_account) {
  const Json link = make({{"control", false}});
  BOOST_TEST(link["url"].get<std::string>().ends_with("/p/#" + link["link_id"].get<std::string>() +
                                                      "." + link["secret"].get<std::string>() +
                                                      "." + signer.commitment()));
  const Reply visit = open(link);
  BOOST_REQUIRE_EQUAL(visit.status, 201u);
  BOOST_TEST(visit.body["phone_name"] == "p1");
  BOOST_TEST(visit.body["width"] == 720);
  BOOST_TEST(visit.body["control"] == false);
  const host::AdmitSession admitted = last_admitted();
  BOOST_TEST(!admitted.control);
  BOOST_TEST(admitted.ends_us == link["expires_us"].get<std::int64_t>());
  BOOST_TEST(to_text(admitted.user) == ann_id.get<std::string>());
  BOOST_TEST(visit.body["ticket"]["ticket"] == to_text(admitted.ticket));
  BOOST_TEST(visit.body["ticket"]["ticket_bytes"].get<std::string>().size() == 22u);
  const Json ticket = visit.body["ticket"];
  BOOST_TEST(!ticket.contains("ticket_key"), "who holds the link derives it");
  const EntityId session = admitted.session;
  BOOST_TEST((admitted.ticket_key ==
              derive_media_key(link["secret"].get<std::string>(), session, admitted.ticket)));
  BOOST_TEST(ticket["host_signer"] == signer.public_key());
  BOOST_TEST(ticket["host_signature"] == signer.sign(node.host.description().public_key));
  const std::string path = "/v1/sessions/" + visit.body["session_id"].get<std::string>();
  BOOST_TEST(admin.get(path).body["fingerprint"] ==
             session_fingerprint(link["secret"].get<std::string>(), session,
                                 node.host.description().public_key));
  BOOST_TEST(link["server_fingerprint"] == signer.fingerprint());
}

BOOST_AUTO_TEST_CASE(the_log_holds_who_and_no_secret) {
  const Json link = make({{"password", "open sesame"}});
  const Reply visit = open(link, "open sesame");
  BOOST_REQUIRE_EQUAL(visit.status, 201u);
  const std::string events = admin.get("/v1/events").body.dump();
  Json rest = visit.body;
  rest.erase("secret");  // which open() put there
  const std::string answer = rest.dump();
  const host::AdmitSession admitted = last_admitted();
  const std::string key = to_base64url(admitted.ticket_key.data(), admitted.ticket_key.size());
  for (const std::string& secret :
       {link["secret"].get<std::string>(), key, std::string("open sesame")}) {
    BOOST_TEST(events.find(secret) == std::string::npos);
    BOOST_TEST(answer.find(secret) == std::string::npos, "nor does the answer");
  }
  BOOST_TEST(events.find("$argon2id$") == std::string::npos);
  const Json used = admin.get("/v1/events?type=Link.Used").body["items"][0];
  BOOST_TEST(used["principal"] == link["id"]);
  BOOST_TEST(used["data"]["remote_address"] == "127.0.0.1");
  const Json opened = admin.get("/v1/events?type=Session.Invited").body["items"][0];
  BOOST_TEST(opened["data"]["link"] == link["id"]);
  BOOST_TEST(opened["principal"] == link["id"]);
}

BOOST_AUTO_TEST_CASE(which_way_texts_pass_is_a_term_of_the_link) {
  const auto rules_of = [&](const Json& terms) {
    const Json link = make(terms);
    const Reply visit = open(link);
    BOOST_TEST(visit.body["clipboard"] == link["clipboard"]);
    const std::string held = clipboard_word(last_admitted().clipboard);
    BOOST_TEST(held == link["clipboard"].get<std::string>(), "the host is told");
    return link["clipboard"].get<std::string>();
  };
  BOOST_TEST(rules_of(Json::object()) == "both");
  BOOST_TEST(rules_of({{"control", false}}) == "none");
  BOOST_TEST(rules_of({{"control", false}, {"clipboard", "out"}}) == "out");
  for (const char* word : {"none", "in", "out", "both"}) {
    BOOST_TEST(rules_of({{"clipboard", word}}) == word);
  }
  BOOST_TEST(ann.post(links_path, {{"clipboard", "all"}}).status == 400u);
  BOOST_TEST(ann.post(links_path, {{"clipboard", "in"}, {"control", false}}).status == 400u);
  const Json kept = admin.get("/v1/sessions/" + to_text(last_admitted().session).substr(8)).body;
  BOOST_TEST(kept["clipboard"] == "both");
}

BOOST_AUTO_TEST_CASE(each_copy_and_paste_is_an_event_without_the_text) {
  const Reply visit = open(make());
  connect();
  BOOST_TEST(eventually([&] { return phase(visit.body) == "connected"; }));
  const host::AdmitSession to = last_admitted();
  node.server->reports()(host::SessionClipboard{to.session, to.ticket, 1, false, 7});
  node.server->reports()(host::SessionClipboard{to.session, to.ticket, 2, true, 7});
  node.server->reports()(host::SessionClipboard{to.session, to.ticket, 2, true, 7});  // told twice
  BOOST_TEST(eventually([&] { return count("Session.ClipboardPassed") == 2; }));
  const Json items = admin.get("/v1/events?type=Session.ClipboardPassed").body["items"];
  BOOST_TEST(items[0]["data"] != items[1]["data"]);
  for (const Json& item : items) BOOST_TEST(item["data"]["bytes"] == 7u);
}

BOOST_AUTO_TEST_CASE(a_request_that_is_repeated_makes_the_same_link) {
  ann.idempotency_key = "once";
  const Json first = make();
  ann.idempotency_key = "once";
  BOOST_TEST(make() == first);
  BOOST_TEST(ann.get(links_path).body["items"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_link_that_is_not_whole_opens_nothing) {
  Json link = make();
  Json other = make();
  other["secret"] = link["secret"];
  BOOST_TEST(open(other).error_code() == "link_wrong");
  BOOST_TEST(open(other).status == 403u);
  link["link_id"] = "00000000000000000000000a";
  BOOST_TEST(open(link).error_code() == "link_unknown");
  link["link_id"] = "nonsense";
  BOOST_TEST(open(link).status == 404u);
  BOOST_TEST(count("Link.TryFailed") == 2u);
  BOOST_TEST(node.host.sent<host::AdmitSession>().empty());
}

BOOST_AUTO_TEST_CASE(a_single_use_whose_answer_was_lost_is_not_lost) {
  const Json link = make({{"single_use", true}});
  stranger.idempotency_key = "this visit";
  const Reply first = open(link);
  stranger.idempotency_key = "this visit";
  const Reply again = open(link);
  BOOST_REQUIRE_EQUAL(again.status, 201u);
  BOOST_TEST(again.body == first.body);
  BOOST_TEST(node.host.sent<host::AdmitSession>().size() >= 1u);
  BOOST_TEST(count("Link.Used") == 1u);
  stranger.idempotency_key = "another";
  BOOST_TEST(open(link).error_code() == "link_used");
  stranger.idempotency_key = "this visit";
  Json wrong = link;
  wrong["secret"] = std::string(43, 'A');
  BOOST_TEST(open(wrong).status == 403u, "the key opens nothing");
}

BOOST_AUTO_TEST_CASE(a_single_use_is_one_also_at_once) {
  const Json link = make({{"single_use", true}});
  std::vector<std::thread> rush;
  std::atomic<int> in{0};
  std::atomic<int> out{0};
  for (int i = 0; i < 4; ++i) {
    rush.emplace_back([&] {
      const Reply reply =
          node.nobody().post("/v1/links/" + link["link_id"].get<std::string>() + "/open",
                             {{"proof", proof_to_open(link["secret"].get<std::string>())}});
      if (reply.status == 201) ++in;
      if (reply.status == 410 && reply.error_code() == "link_used") ++out;
    });
  }
  for (std::thread& one : rush) one.join();
  BOOST_TEST(in == 1);
  BOOST_TEST(out == 3);
}

BOOST_AUTO_TEST_CASE(one_that_has_expired_says_so) {
  const Json link = make({{"lifetime_s", 60}});
  BOOST_TEST(open(link).status == 201u);
  node.clock.now += 61'000'000;
  const Reply late = open(link);
  BOOST_TEST(late.status == 410u);
  BOOST_TEST(late.error_code() == "link_expired");
  BOOST_TEST(admin.get("/v1/links/" + link["link_id"].get<std::string>()).body["phase"] ==
             "expired");
  BOOST_TEST(ann.post(links_path, {{"lifetime_s", 0}}).status == 400u);
  BOOST_TEST(ann.post(links_path, {{"lifetime_s", 400 * 24 * 3600}}).status == 400u);
}

BOOST_AUTO_TEST_CASE(revoking_closes_its_views_and_no_others) {
  const Json link = make();
  const Reply visit = open(link);
  const Reply other = open(make());
  BOOST_TEST(ann.remove("/v1/links/" + link["link_id"].get<std::string>()).status == 200u);
  BOOST_TEST(eventually([&] { return phase(visit.body) == "ended"; }));
  BOOST_TEST(eventually([&] { return node.host.sent<host::CloseSession>().size() == 1; }));
  BOOST_TEST(node.host.sent<host::CloseSession>()[0].reason == "the link was revoked");
  BOOST_TEST(phase(other.body) == "opened");
  BOOST_TEST(open(link).error_code() == "link_revoked");
  BOOST_TEST(resume(visit.body).error_code() == "link_revoked");
}

BOOST_AUTO_TEST_CASE(a_password_is_asked_for_and_few_tries_are_given) {
  const Json link = make({{"password", "open sesame"}});
  BOOST_TEST(open(link).error_code() == "password_required");
  BOOST_TEST(open(link, "open says me").error_code() == "password_wrong");
  BOOST_TEST(open(link, "open sesame").status == 201u);
  unsigned status = 0;
  for (int i = 0; i < 12 && status != 429; ++i) {
    status = open(link, "wrong " + std::to_string(i)).status;
  }
  BOOST_TEST(status == 429u);
  BOOST_TEST(open(link, "open sesame").status == 429u, "guessing stops altogether");
  BOOST_TEST(open(make()).status == 201u, "and this link only");
  node.clock.now += 60'000'000;
  BOOST_TEST(open(link, "open sesame").status == 201u);
  BOOST_TEST(ann.post(links_path, {{"password", "short"}}).status == 400u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_opened_is_a_wrong_password) {
  const Json link = make({{"password", "open sesame"}});
  BOOST_TEST(open(link, std::string(257, 'a')).error_code() == "password_wrong");
  const std::string path = "/v1/links/" + link["link_id"].get<std::string>() + "/open";
  for (const char* sealed : {"", "?", "AAAA", "open sesame"}) {
    const Reply reply = stranger.post(
        path,
        {{"proof", proof_to_open(link["secret"].get<std::string>())}, {"sealed_password", sealed}});
    BOOST_TEST(reply.status == 401u, sealed);
    BOOST_TEST(reply.error_code() == "password_wrong", sealed);
  }
  BOOST_TEST(count("Link.TryFailed") == 5u, "each is a try");
  BOOST_TEST(open(link, "open sesame").status == 201u);
}

BOOST_AUTO_TEST_CASE(one_address_may_be_wrong_only_so_often) {
  Json link = make();
  const Json right = link;
  link["secret"] = "x";
  unsigned status = 0;
  for (int i = 0; i < 70 && open(link).status != 429; ++i) ++status;
  BOOST_TEST(count("Link.TryFailed") == 10u, "the log is not filled");
  BOOST_TEST(open(right).status == 201u, "who holds the link is not locked out");
  for (int i = 0; i < 70; ++i) status = open(link).status;
  BOOST_TEST(status == 429u);
  BOOST_TEST(open(right).status == 201u, "nor by others at its own address");
}

BOOST_AUTO_TEST_CASE(one_address_may_open_only_so_often) {
  const Json link = make();
  int in = 0;
  while (in < 100 && open(link).status == 201) ++in;
  BOOST_TEST(in == 60);
  BOOST_TEST(open(link).status == 429u);
  BOOST_TEST(count("Link.Used") == 60u);
  BOOST_TEST(open(make()).status == 201u, "each link for itself");
  node.clock.now += 60'000'000;
  BOOST_TEST(open(link).status == 201u);
}

BOOST_AUTO_TEST_CASE(links_are_the_phone_s_owner_s_business) {
  node.add_user("bob", "member");
  node.add_user("eve", "auditor");
  const Json link = make();
  const std::string path = "/v1/links/" + link["link_id"].get<std::string>();
  HttpClient bob = node.as("bob");
  BOOST_TEST(bob.post(links_path).status == 404u);
  BOOST_TEST(bob.get(path).status == 404u);
  BOOST_TEST(bob.remove(path).status == 404u);
  BOOST_TEST(bob.get("/v1/links").body["items"].empty());
  HttpClient eve = node.as("eve");
  BOOST_TEST(eve.get(path).status == 200u);
  BOOST_TEST(eve.remove(path).status == 403u);
  BOOST_TEST(eve.post(links_path).status == 403u);
  BOOST_TEST(stranger.get(links_path).status == 401u);
  BOOST_TEST(admin.get("/v1/links").body["items"].size() == 1u);
  BOOST_TEST(ann.get(links_path).body["items"][0]["uses"] == 0u);
}

BOOST_AUTO_TEST_CASE(a_link_may_no_more_than_its_maker) {
  const Json link = make();
  const Reply visit = open(link);
  BOOST_TEST(admin.post("/v1/" + path_of(phone) + "/unbind").status == 200u);
  BOOST_TEST(eventually([&] { return phase(visit.body) == "ended"; }));
  BOOST_TEST(open(link).error_code() == "link_revoked");
}

BOOST_AUTO_TEST_CASE(a_phone_that_does_not_run_says_so) {
  const Json link = make();
  BOOST_TEST(admin.post("/v1/" + path_of(phone) + "/stop").status == 200u);
  const Reply early = open(link);
  BOOST_TEST(early.status == 409u);
  BOOST_TEST(early.error_code() == "phone_not_running");
  admin.get("/v1/" + path_of(phone) + "?wait=stopped");
  node.host.silent = true;
  BOOST_TEST(admin.post("/v1/" + path_of(phone) + "/start").status == 200u);
  const Reply soon = open(link);
  BOOST_TEST(soon.status == 503u);
  BOOST_TEST(soon.error_code() == "phone_starting");
}

BOOST_AUTO_TEST_CASE(a_lost_viewer_comes_back_to_the_same_session) {
  const Reply visit = open(make());
  connect();
  BOOST_TEST(eventually([&] { return phase(visit.body) == "connected"; }));
  lose();
  BOOST_TEST(eventually([&] { return phase(visit.body) == "away"; }));
  const Reply back = resume(visit.body);
  BOOST_REQUIRE_EQUAL(back.status, 201u);
  BOOST_TEST(back.body["session_id"] == visit.body["session_id"]);
  BOOST_TEST(back.body["ticket"]["ticket"] != visit.body["ticket"]["ticket"]);
  BOOST_TEST(to_text(last_admitted().ticket) == back.body["ticket"]["ticket"].get<std::string>());
  connect();
  BOOST_TEST(eventually([&] { return phase(visit.body) == "connected"; }));
  BOOST_TEST(count("Session.Opened") == 1u);
}

BOOST_AUTO_TEST_CASE(one_who_says_goodbye_does_not_come_back) {
  const Reply visit = open(make());
  connect();
  const host::AdmitSession admitted = last_admitted();
  host::SessionEnded left;
  left.session = admitted.session;
  left.reason = "the viewer left";
  left.ticket = admitted.ticket;
  node.server->reports()(left);
  BOOST_TEST(eventually([&] { return phase(visit.body) == "ended"; }));
  BOOST_TEST(resume(visit.body).error_code() == "session_ended");
}

BOOST_AUTO_TEST_CASE(only_the_viewer_comes_back) {
  const Reply visit = open(make());
  Json guess = visit.body;
  guess["secret"] = std::string(43, 'A');
  BOOST_TEST(resume(guess).status == 403u);
  guess["secret"] = visit.body["secret"];
  guess["session_id"] = "00000000000000000000000a";
  BOOST_TEST(resume(guess).status == 403u);
  const Reply own = ann.post("/v1/" + path_of(phone) + "/sessions");
  guess["session_id"] = own.body["id"].get<std::string>().substr(8);
  BOOST_TEST(resume(guess).status == 403u);
}

BOOST_AUTO_TEST_CASE(who_never_came_is_hardly_waited_for) {
  const Json link = make();
  const Reply came = open(link);
  connect();
  BOOST_TEST(eventually([&] { return phase(came.body) == "connected"; }));
  lose();
  const Reply never = open(link);
  lose();
  BOOST_TEST(eventually([&] { return phase(came.body) == "away" && phase(never.body) == "away"; }));
  node.clock.now += Absences::kNeverCameUsMax;
  BOOST_TEST(eventually([&] { return phase(never.body) == "ended"; }));
  BOOST_TEST(phase(came.body) == "away");
}

BOOST_AUTO_TEST_CASE(who_stays_away_is_not_waited_for_forever) {
  const Reply visit = open(make({{"lifetime_s", 48 * 3600}}));
  connect();
  lose();
  BOOST_TEST(eventually([&] { return phase(visit.body) == "away"; }));
  node.clock.now += Absences::kAwayUsMax - 60'000'000;
  BOOST_TEST(resume(visit.body).status == 201u, "a night is not too long");
  connect();
  BOOST_TEST(eventually([&] { return phase(visit.body) == "connected"; }));
  lose();
  BOOST_TEST(eventually([&] { return phase(visit.body) == "away"; }));
  node.clock.now += Absences::kAwayUsMax + 60'000'000;
  HttpClient later = node.admin();  // the token of before is over, too
  const std::string path = "/v1/sessions/" + visit.body["session_id"].get<std::string>();
  BOOST_TEST(eventually([&] { return later.get(path).body["phase"] == "ended"; }));
  BOOST_TEST(resume(visit.body).error_code() == "session_ended");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::test
