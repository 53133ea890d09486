// What a client sent over HTTP, as handlers read it: the address, the query, the body's fields.
#include "actors/gateway/request_fields.h"
#include "actors/gateway/router.h"
#include "schemas/bounded_decode.h"
#include "tests/fuzz/target.h"

using namespace rookery;

namespace {

constexpr std::uint64_t kNumberMax = 1000;

// Every answer can be sent, whatever of the request it repeats.
void check_answer(const std::optional<Answer>& answer) {
  if (!answer) return;
  fuzz::require(answer->status == 400, "a broken request is the client's fault");
  const std::string text = answer->body.dump(-1, ' ', false, Json::error_handler_t::replace);
  fuzz::require(Json::accept(text), "an answer is JSON");
}

void check_body(const std::string& text) {
  Json body = Json::parse(text, nullptr, false);
  if (!body.is_object()) return;
  const Json kept = std::move(body);
  BodyFields fields(kept);
  fields.text("name");
  fields.optional_text("image");
  const EntityId user = fields.id("user", EntityKind::kUser);
  fields.optional_id128("app");
  const std::uint64_t number = fields.number("width_px", 1, kNumberMax);
  fields.flag("control", false);
  fuzz::require(number <= kNumberMax, "a number is within its limit");
  const auto problem = fields.problem();
  fuzz::require(problem || user.kind() == EntityKind::kUser, "an id is of the kind asked for");
  check_answer(problem);
}

void check_target(const std::string& text) {
  const auto target = split_target(text);
  if (!target) return;
  QueryFields query(target->query);
  const auto actor = query.id("actor");
  fuzz::require(!actor || to_text(*actor) == query.text("actor"), "an id has one text");
  fuzz::require(query.number("limit", kNumberMax).value_or(0) <= kNumberMax,
                "a number is within its limit");
  check_answer(query.problem());
  const auto phone = path_id(EntityKind::kPhone, target->path);
  fuzz::require(!phone || to_text(*phone) == "phone/" + target->path, "an id has one text");
  const auto id = parse_id128(target->path);
  fuzz::require(!id || to_text(*id) == target->path, "an id has one text");
  Router router;
  router.add(http::verb::get, "/v1/phones/*", "", nullptr);
  const Router::Match match = router.find(http::verb::get, target->path);
  fuzz::require(match.route == nullptr || match.parameters.size() == 1, "one part for each star");
}

std::vector<std::uint8_t> input(const std::string& target, const std::string& body) {
  ByteWriter out;
  out.string(target);
  out.bytes({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
  return out.release();
}

}  // namespace

// u16 length and the address; what is left is the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  ByteReader reader({bytes, size});
  check_target(reader.string(0xffff));
  const auto body = reader.rest();
  check_body({reinterpret_cast<const char*>(body.data()), body.size()});
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  const std::string user = to_text(make_entity_id(EntityKind::kUser, {1, 2, 3}));
  const std::string phone = to_text(make_entity_id(EntityKind::kPhone, {4, 5, 6}));
  const std::string fields = R"({"name":"gr\u00fcn","image":null,"user":")" + user +
                             R"(","app":")" + to_text(Id128{{7, 8, 9}}) +
                             R"(","width_px":720,"control":true})";
  std::string nested = R"({"name":)";
  for (int i = 0; i < 200; ++i) nested += "[{\"a\":";
  return {
      {"fields", input("/v1/phones/" + phone.substr(6), fields)},
      {"query", input("/v1/events?actor=" + phone + "&limit=20&type=Phone%2eCreated+x", "{}")},
      {"id", input(phone.substr(6), R"({"name":1,"user":[],"width_px":-1,"control":0})")},
      {"id128", input(to_text(Id128{{7, 8, 9}}), R"({"width_px":1e400,"mistyped":{}})")},
      {"nested", input("/v1/phones/%", nested)},
      {"not_utf8", input("/v1/phones?%ff=1", "{\"name\":\"\xff\"}")},
  };
}
