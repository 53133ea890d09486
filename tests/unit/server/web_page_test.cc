#include "actors/gateway/web_page.h"

#include "tests/unit/server/test_node.h"

namespace rookery::test {
namespace {

std::string get(TestNode& node, const std::string& target, const std::string& fields = "",
                const std::string& method = "GET") {
  return node.nobody().send_raw(method + " " + target +
                                " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + fields + "\r\n");
}

bool has(const std::string& answer, const std::string& part) {
  return answer.find(part) != std::string::npos;
}

std::string field(const std::string& answer, const std::string& name) {
  const auto at = answer.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 4;
  return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

BOOST_FIXTURE_TEST_SUITE(web_page, TestNode)

BOOST_AUTO_TEST_CASE(the_page_comes_with_its_guards) {
  const std::string page = get(*this, "/p/");
  BOOST_TEST(page.starts_with("HTTP/1.1 200 OK\r\n"), page);
  BOOST_TEST(page.ends_with("\r\n\r\n<p>the page</p>"));
  BOOST_TEST(field(page, "Content-Type") == "text/html; charset=utf-8");
  BOOST_TEST(field(page, "Content-Length") == "15");
  const std::string policy = field(page, "Content-Security-Policy");
  BOOST_TEST(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
  for (const char* wide : {"unsafe-inline", "data:", "blob:", "worker-src"}) {
    BOOST_TEST(!has(policy, wide), wide);
  }
  BOOST_TEST(has(policy, "frame-ancestors 'none'"));
  BOOST_TEST(field(page, "X-Content-Type-Options") == "nosniff");
  BOOST_TEST(field(page, "Referrer-Policy") == "no-referrer");
  BOOST_TEST(field(page, "Cross-Origin-Opener-Policy") == "same-origin");
  BOOST_TEST(field(page, "Cross-Origin-Embedder-Policy") == "require-corp");
  BOOST_TEST(field(page, "X-Frame-Options") == "DENY");
  for (const char* part : {"base-uri 'none'", "form-action 'none'"}) BOOST_TEST(has(policy, part));
  for (const char* part : {"camera=()", "microphone=()", "geolocation=()"}) {
    BOOST_TEST(has(field(page, "Permissions-Policy"), part));
  }
  BOOST_TEST(field(page, "Cache-Control") == "no-cache");
  BOOST_TEST(get(*this, "/p/index.html").ends_with("<p>the page</p>"));
  BOOST_TEST(field(get(*this, "/p"), "Location") == "/p/");
}

BOOST_AUTO_TEST_CASE(a_file_whose_name_holds_its_hash_is_kept_for_good) {
  const std::string script = get(*this, "/p/assets/page-0123456789ab.js?x=1");
  BOOST_TEST(field(script, "Cache-Control") == "public, max-age=31536000, immutable");
  BOOST_TEST(field(script, "Content-Type") == "text/javascript; charset=utf-8");
}

BOOST_AUTO_TEST_CASE(who_takes_compressed_bytes_gets_them) {
  const auto coding = [&](const std::string& accepted) {
    const std::string answer = get(*this, "/p/", "Accept-Encoding: " + accepted + "\r\n");
    BOOST_TEST(field(answer, "Vary") == "Accept-Encoding");
    const std::string named = field(answer, "Content-Encoding");
    BOOST_TEST(answer.ends_with(named.empty() ? "<p>the page</p>" : "as " + named));
    return named;
  };
  BOOST_TEST(coding("gzip, deflate, br") == "br");
  BOOST_TEST(coding("gzip;q=1.0, br;q=0") == "gzip");
  BOOST_TEST(coding("br;q=0.5") == "br");
  BOOST_TEST(coding("identity") == "");
  BOOST_TEST(coding("broken, gzipped") == "");
}

BOOST_AUTO_TEST_CASE(what_a_browser_has_is_not_sent_again) {
  const std::string tag = field(get(*this, "/p/"), "ETag");
  BOOST_TEST(tag.size() > 10u);
  const std::string unchanged = get(*this, "/p/", "If-None-Match: \"other\", W/" + tag + "\r\n");
  BOOST_TEST(unchanged.starts_with("HTTP/1.1 304 Not Modified\r\n"));
  BOOST_TEST(unchanged.ends_with("\r\n\r\n"));
  BOOST_TEST(field(unchanged, "ETag") == tag);
  BOOST_TEST(get(*this, "/p/", "If-None-Match: \"other\"\r\n").starts_with("HTTP/1.1 200 "));
  const std::string compressed =
      get(*this, "/p/", "Accept-Encoding: br\r\nIf-None-Match: " + tag + "\r\n");
  BOOST_TEST(compressed.starts_with("HTTP/1.1 200 "), "another form is another thing");
}

BOOST_AUTO_TEST_CASE(a_head_is_all_but_the_body) {
  const std::string head = get(*this, "/p/", "", "HEAD");
  BOOST_TEST(head.starts_with("HTTP/1.1 200 OK\r\n"));
  BOOST_TEST(field(head, "Content-Length") == "15");
  BOOST_TEST(head.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(nothing_else_is_there) {
  for (const char* path : {"/p/x", "/p//", "/p/../v1/me", "/p/%2e%2e/keys", "/p/index.html/"}) {
    BOOST_TEST(get(*this, path).starts_with("HTTP/1.1 404 "), path);
  }
  BOOST_TEST(get(*this, "/p/", "", "DELETE").starts_with("HTTP/1.1 405 "));
  BOOST_TEST(get(*this, "/page").starts_with("HTTP/1.1 404 "));
}

BOOST_AUTO_TEST_CASE(a_server_without_a_page_says_so) {
  const Answer answer = WebPage({}).answer({http::verb::get, "/p/", "", ""});
  BOOST_TEST(answer.status == 404u);
  BOOST_TEST(has(answer.body.dump(), "built without its page"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::test
