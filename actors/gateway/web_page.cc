#include "actors/gateway/web_page.h"

#include <sodium.h>

#include <array>
#include <utility>

#include "actors/gateway/token.h"

namespace rookery {
namespace {

constexpr std::string_view kIndex = "index.html";
// Nothing from elsewhere, no inline script; 'wasm-unsafe-eval' is what libsodium's WebAssembly asks
// for, and lets no text be run.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
// What the page does not use, nothing that got into it may.
constexpr std::string_view kPermissions =
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "
    "geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-get=(), serial=(), usb=(), xr-spatial-tracking=(), fullscreen=(self), "
    "clipboard-write=(self)";
constexpr std::size_t kHashInNameMin = 8;

std::string_view type_of(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".webmanifest", "application/manifest+json"},
      {".json", "application/json"},
      {".wasm", "application/wasm"},
      {".txt", "text/plain; charset=utf-8"},
  };
  for (const auto& [ending, type] : kTypes) {
    if (name.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

// "page-0123456789ab.js"
bool is_hashed(std::string_view name) {
  const auto dot = name.rfind('.');
  const auto dash = name.rfind('-', dot);
  if (dot == std::string_view::npos || dash == std::string_view::npos) return false;
  const std::string_view hash = name.substr(dash + 1, dot - dash - 1);
  return hash.size() >= kHashInNameMin &&
         hash.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::string hash_of(std::string_view bytes) {
  std::array<std::uint8_t, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()),
                     bytes.size(), nullptr, 0);
  return to_base64url(hash.data(), hash.size());
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Calls see(element) for each of a comma-separated list.
template <class See>
void each_of(std::string_view list, const See& see) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    see(trimmed(list.substr(0, comma)));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
}

// RFC 9110, section 12.5.3, as far as browsers use it: named, and not with a weight of zero.
bool takes(std::string_view accept_encoding, std::string_view coding) {
  bool taken = false;
  each_of(accept_encoding, [&](std::string_view element) {
    const auto semicolon = element.find(';');
    if (trimmed(element.substr(0, semicolon)) != coding) return;
    std::string_view weight;
    if (semicolon != std::string_view::npos) weight = trimmed(element.substr(semicolon + 1));
    taken = weight.find_first_not_of("q=0. ") != std::string_view::npos || weight.empty();
  });
  return taken;
}

// Section 13.1.2: compared weakly.
bool has_tag(std::string_view if_none_match, std::string_view tag) {
  bool found = false;
  each_of(if_none_match, [&](std::string_view element) {
    if (element.starts_with("W/")) element.remove_prefix(2);
    found = found || element == "*" || element == tag;
  });
  return found;
}

Answer moved_to_folder() {
  Answer answer;
  answer.status = 308;
  answer.raw.emplace();
  answer.raw->fields = {{"Location", "/p/"}};
  return answer;
}

}  // namespace

WebPage::WebPage(const std::vector<PageFile>& files) {
  for (const PageFile& file : files) {
    entries_[std::string(file.name)] = {file, hash_of(file.plain), type_of(file.name),
                                        is_hashed(file.name)};
  }
}

Answer WebPage::answer(const PageRequest& request) const {
  if (request.method != http::verb::get && request.method != http::verb::head) {
    Answer answer = problem(405, "method_not_allowed", "this address takes GET, HEAD");
    answer.allow = "GET, HEAD";
    return answer;
  }
  if (request.path == "/p") return moved_to_folder();
  const std::string name = request.path.substr(3);
  const auto found = name.empty() ? entries_.find(kIndex) : entries_.find(name);
  if (found == entries_.end()) {
    return problem(404, "not_found",
                   entries_.empty() ? "this server was built without its page"
                                    : "there is nothing at this address: check the link");
  }
  const Entry& entry = found->second;
  std::string_view body = entry.file.plain;
  std::string_view coding;
  if (!entry.file.gzip.empty() && takes(request.accept_encoding, "gzip")) {
    body = entry.file.gzip;
    coding = "gzip";
  }
  if (!entry.file.brotli.empty() && takes(request.accept_encoding, "br")) {
    body = entry.file.brotli;
    coding = "br";
  }
  const std::string tag =
      "\"" + entry.hash + (coding.empty() ? "" : "-" + std::string(coding)) + "\"";
  Answer answer;
  answer.raw.emplace();
  RawBody& raw = *answer.raw;
  raw.fields = {
      {"Cache-Control", entry.forever ? "public, max-age=31536000, immutable" : "no-cache"},
      {"ETag", tag},
      {"Vary", "Accept-Encoding"},
      {"Content-Security-Policy", std::string(kPolicy)},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Permissions-Policy", std::string(kPermissions)},
      {"X-Frame-Options", "DENY"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Embedder-Policy", "require-corp"},
      {"Cross-Origin-Resource-Policy", "same-origin"}};
  if (has_tag(request.if_none_match, tag)) {
    answer.status = 304;
    return answer;
  }
  raw.fields.emplace_back("Content-Type", entry.type);
  if (!coding.empty()) raw.fields.emplace_back("Content-Encoding", coding);
  raw.bytes = body;
  raw.head_only = request.method == http::verb::head;
  return answer;
}

}  // namespace rookery
