#include "eventstore/proof_json.h"

#include <nlohmann/json.hpp>

#include "eventstore/envelope_codec.h"
#include "schemas/shown_json.h"

namespace rookery {
namespace {

using Json = nlohmann::json;

constexpr const char* kFormat = "rookery-event-proof/1";
constexpr std::size_t kHashesMax = 1 << 16;

std::string text_of(const Json& object, const char* name) {
  const auto field = object.find(name);
  return field != object.end() && field->is_string() ? field->get<std::string>() : std::string();
}

}  // namespace

Json hashes_json(const std::vector<Hash256>& hashes) {
  Json out = Json::array();
  for (const Hash256& hash : hashes) {
    out.push_back(to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()}));
  }
  return out;
}

Result<std::vector<Hash256>> parse_hashes(const Json& array) {
  std::vector<Hash256> hashes;
  if (!array.is_array() || array.size() > kHashesMax) return Error{"this is no list of hashes"};
  for (const Json& item : array) {
    const auto bytes = item.is_string() ? from_base64(item.get<std::string>()) : std::nullopt;
    Hash256 hash;
    if (!bytes || bytes->size() != hash.size()) return Error{"a hash has another form"};
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    hashes.push_back(hash);
  }
  return hashes;
}

Json proof_json(const EventProof& proof) {
  Json out = {{"format", kFormat},
              {"position", proof.position},
              {"event", to_base64(proof.event)},
              {"inclusion", hashes_json(proof.inclusion)},
              {"checkpoint", proof.checkpoint}};
  if (const auto event = decode_envelope(proof.event)) out["readable"] = shown_event(*event);
  return out;
}

Result<EventProof> parse_proof(std::string_view text) {
  const Error malformed{"this is no event proof: make one with rookery audit prove"};
  if (text.size() > kProofBytesMax) return malformed;
  const Json object = Json::parse(text, nullptr, false);
  if (!object.is_object() || text_of(object, "format") != kFormat) return malformed;
  const auto position = object.find("position");
  const auto inclusion = object.find("inclusion");
  const auto event = from_base64(text_of(object, "event"));
  if (position == object.end() || !position->is_number_unsigned() || inclusion == object.end() ||
      !event) {
    return malformed;
  }
  const auto hashes = parse_hashes(*inclusion);
  if (!hashes) return hashes.error();
  return EventProof{position->get<std::uint64_t>(), *event, *hashes, text_of(object, "checkpoint")};
}

}  // namespace rookery
