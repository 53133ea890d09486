// A link's whole life, through the real server to a real guest: whoever holds it sees the phone,
// comes back after the server was killed, and is shown out when it is revoked.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <thread>

#include "actors/gateway/link_secret.h"
#include "tests/end_to_end/rookeryd_process.h"
#include "tests/unit/media/web_viewer.h"
#include "tests/unit/server/http_client.h"

namespace rookery::test {
namespace {

using media::WebViewer;

constexpr const char* kPassword = "correct horse";
constexpr auto kPatience = std::chrono::seconds(120);

bool eventually(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

template <std::size_t size>
std::array<std::uint8_t, size> from_base64url(const Json& text) {
  const std::string given = text.get<std::string>();
  std::array<std::uint8_t, size> bytes{};
  std::size_t count = 0;
  BOOST_REQUIRE(sodium_base642bin(bytes.data(), size, given.data(), given.size(), nullptr, &count,
                                  nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0);
  BOOST_REQUIRE_EQUAL(count, size);
  return bytes;
}

EntityId session_of(const Json& visit) {
  const auto id = parse_entity_id("session/" + visit["session_id"].get<std::string>());
  BOOST_REQUIRE(id.has_value());
  return *id;
}

Json proof_of(const Json& link) {
  return {{"proof", proof_to_open(link["secret"].get<std::string>())}};
}

// As the page: the key is derived from the link's secret, and never sent.
media::Invitation invitation_of(const Json& link, const Json& visit) {
  const Json& ticket = visit["ticket"];
  media::Invitation invitation;
  invitation.server_public_key = from_base64url<32>(ticket["server_public_key"]);
  invitation.ticket.bytes = from_base64url<16>(ticket["ticket_bytes"]);
  invitation.ticket_key =
      derive_media_key(link["secret"].get<std::string>(), session_of(visit), invitation.ticket);
  return invitation;
}

// A connection to /v1/stream, upgraded, as a page of this server opens it.
int stream_socket(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  BOOST_REQUIRE(::connect(socket, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  const std::string host = "127.0.0.1:" + std::to_string(port);
  const std::string request =
      "GET /v1/stream HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host +
      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  BOOST_REQUIRE(::send(socket, request.data(), request.size(), 0) > 0);
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {
    char byte = 0;
    BOOST_REQUIRE(::recv(socket, &byte, 1, 0) == 1);
    answer += byte;
  }
  BOOST_REQUIRE(answer.starts_with("HTTP/1.1 101 "));
  return socket;
}

// A node with one running phone.
struct Scene {
  std::filesystem::path data;
  std::unique_ptr<RookerydProcess> server;
  std::uint16_t port = 0;
  std::string phone;

  Scene() {
    std::string name = (std::filesystem::temp_directory_path() / "rookery-link-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    data = name;
    ::setenv("ROOKERY_ADMIN_PASSWORD", kPassword, 1);
    start();
    HttpClient admin = sign_in();
    const Json organization = admin.get("/v1/me").body["organization"];
    const Reply made = admin.post("/v1/phones", {{"organization", organization}, {"name", "p"}});
    phone = path_of(made.body["id"]);
    BOOST_REQUIRE_EQUAL(admin.post("/v1/" + phone + "/start").status, 200u);
    wait_for_phone();
  }
  ~Scene() {
    if (server) server->stop();
    std::filesystem::remove_all(data);
  }
  void start() {
    server = std::make_unique<RookerydProcess>(
        data, std::vector<std::string>{"--first-admin", "root", "--weak-passwords"});
    port = server->wait_until_ready();
    BOOST_REQUIRE(port != 0);
  }
  HttpClient sign_in() const {
    HttpClient client(port);
    client.token =
        client.post("/v1/login", {{"login", "root"}, {"password", kPassword}}).body["token"];
    return client;
  }
  void wait_for_phone() {
    HttpClient admin = sign_in();
    BOOST_REQUIRE(eventually(
        [&] { return admin.get("/v1/" + phone + "?wait=running").body["phase"] == "running"; }));
  }
  std::string phase(const Json& visit) {
    return sign_in().get("/v1/sessions/" + visit["session_id"].get<std::string>()).body["phase"];
  }
};

bool shows_something(WebViewer& viewer) {
  const int before = viewer.frames;
  return viewer.wait_for([&] { return viewer.frames > before; }) && viewer.width_px == 720 &&
         viewer.height_px == 1280;
}

BOOST_FIXTURE_TEST_SUITE(a_link_end_to_end, Scene)

BOOST_AUTO_TEST_CASE(is_opened_survives_a_kill_and_is_revoked) {
  HttpClient admin = sign_in();
  const Json link = admin.post("/v1/" + phone + "/links").body;
  const std::string link_path = "/v1/links/" + link["link_id"].get<std::string>();
  const Reply opened = HttpClient(port).post(link_path + "/open", proof_of(link));
  BOOST_REQUIRE_EQUAL(opened.status, 201u);
  const Json visit = opened.body;

  WebViewer first(stream_socket(port));
  BOOST_REQUIRE(first.shake_hands(invitation_of(link, visit)));
  BOOST_TEST(shows_something(first));
  first.say(wire::InputBatch{
      1, {Touch{0, TouchPhase::kDown, {9, 9}}, Touch{0, TouchPhase::kUp, {9, 9}}}});
  BOOST_TEST(first.wait_for([&] { return first.acknowledged == 2u; }));
  BOOST_TEST(eventually([&] { return phase(visit) == "connected"; }));

  server->kill_hard();
  start();
  wait_for_phone();
  BOOST_TEST(eventually([&] { return phase(visit) == "away"; }));
  const std::string session_path = "/v1/sessions/" + visit["session_id"].get<std::string>();
  const Json proof = {
      {"proof", proof_to_resume(link["secret"].get<std::string>(), session_of(visit))}};
  const Reply back = HttpClient(port).post(session_path + "/resume", proof);
  BOOST_REQUIRE_EQUAL(back.status, 201u);
  BOOST_TEST(back.body["session_id"] == visit["session_id"]);
  WebViewer second(stream_socket(port));
  BOOST_REQUIRE(second.shake_hands(invitation_of(link, back.body)));
  BOOST_TEST(shows_something(second));
  BOOST_TEST(eventually([&] { return phase(visit) == "connected"; }));

  // What a revocation takes that nobody sees, on this machine just now.
  HttpClient owner = sign_in();
  const Json unseen = owner.post("/v1/" + phone + "/links").body;
  const std::int64_t began_us = media::monotonic_us();
  BOOST_TEST(owner.remove("/v1/links/" + unseen["link_id"].get<std::string>()).status == 200u);
  const std::int64_t usual_us = media::monotonic_us() - began_us;
  const std::int64_t revoked_us = media::monotonic_us();
  BOOST_TEST(owner.remove(link_path).status == 200u);
  BOOST_TEST(second.wait_for([&] { return second.goodbye == "the link was revoked"; }));
  const std::int64_t closed_us = media::monotonic_us() - revoked_us;
  BOOST_TEST_MESSAGE("the view closed after " << closed_us / 1'000 << " ms, without one "
                                              << usual_us / 1'000 << " ms");
  BOOST_TEST(closed_us < 1'000'000 + 4 * usual_us, "the host says goodbye within a second");
  BOOST_TEST(HttpClient(port).post(session_path + "/resume", proof).error_code() == "link_revoked");
}

BOOST_AUTO_TEST_CASE(for_watching_lets_nobody_touch_and_two_share_a_phone) {
  HttpClient admin = sign_in();
  const Json link = admin.post("/v1/" + phone + "/links", {{"control", false}}).body;
  const auto open = [&] {
    return HttpClient(port)
        .post("/v1/links/" + link["link_id"].get<std::string>() + "/open", proof_of(link))
        .body;
  };
  const Json visit = open();
  BOOST_TEST(visit["control"] == false);
  WebViewer one(stream_socket(port));
  BOOST_REQUIRE(one.shake_hands(invitation_of(link, visit)));
  BOOST_TEST(shows_something(one));
  WebViewer other(stream_socket(port));
  BOOST_REQUIRE(other.shake_hands(invitation_of(link, open())));
  BOOST_TEST(shows_something(other));
  BOOST_TEST(one.wait_for([&] { return one.watchers.total == 2; }));
  one.say(wire::InputBatch{1, {Touch{0, TouchPhase::kDown, {360, 1240}}}});
  BOOST_TEST(one.wait_for([&] { return one.acknowledged == 1u; }), "taken, and not passed on");
  one.say(wire::Bye{"done"});
  BOOST_TEST(eventually([&] { return phase(visit) == "ended"; }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::test
