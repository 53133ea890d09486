#include "tools/rookery/api.h"

#include <random>

#include "tools/rookery/interrupt.h"
#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

// The server sends an empty line every 10 s when nothing happens.
constexpr std::chrono::milliseconds kFollowSilenceMax{35'000};

std::string fresh_key() {
  std::random_device chance;
  std::string key = "rookery-";
  for (int i = 0; i < 32; ++i) key += "0123456789abcdef"[chance() & 15];
  return key;
}

}  // namespace

Api::Api(ServerAddress server, std::string token)
    : client_(std::move(server)), token_(std::move(token)) {}

Result<Json> Api::get(const std::string& target, std::chrono::milliseconds timeout) {
  return send({"GET", target, token_, "", "", timeout});
}

Result<Json> Api::post(const std::string& target, const Json& body) {
  return send({"POST", target, token_, fresh_key(), to_line(body), kTimeout});
}

Result<Json> Api::patch(const std::string& target, const Json& body) {
  return send({"PATCH", target, token_, fresh_key(), to_line(body), kTimeout});
}

Result<Json> Api::remove(const std::string& target) {
  return send({"DELETE", target, token_, fresh_key(), "", kTimeout});
}

Status Api::follow(const std::string& target, const std::function<bool(const Json&)>& visit) {
  Status broken = Done{};
  const auto answer = client_.follow(
      {"GET", target, token_, "", "", kFollowSilenceMax}, [&](std::string_view line) {
        if (line.empty()) return true;
        const Json value = Json::parse(line, nullptr, false);
        if (value.is_discarded()) {
          broken = Error{"the server sent a line that is no JSON: check --server"};
          return false;
        }
        return visit(value);
      });
  last_status_ = answer ? answer->status : 0;
  if (!broken) return broken;
  if (!answer) return interrupted() ? Status(Done{}) : Status(answer.error());
  if (answer->status != 200) return refusal(*answer);
  return Done{};
}

Result<Json> Api::send(HttpRequest request) {
  last_status_ = 0;
  const auto answer = client_.send(request);
  if (!answer) return answer.error();
  last_status_ = answer->status;
  if (answer->status >= 300) return refusal(*answer);
  if (answer->body.empty()) return Json::object();
  Json body = Json::parse(answer->body, nullptr, false);
  if (body.is_discarded() || !body.is_object()) {
    return Error{"the answer of " + server().text() + " is no JSON object: check --server"};
  }
  return body;
}

Error Api::refusal(const HttpAnswer& answer) const {
  const Json body = Json::parse(answer.body, nullptr, false);
  std::string message;
  if (body.is_object() && body.contains("error") && body["error"].is_object()) {
    message = text_field(body["error"], "message");
  }
  if (message.empty()) {
    message = "the server answered with status " + std::to_string(answer.status);
  }
  message = escape_text(message);
  if (answer.status == 401 && message.find("rookery login") == std::string::npos) {
    message +=
        token_.empty() ? " (sign in with: rookery login)" : " (sign in again with: rookery login)";
  }
  return Error{message};
}

}  // namespace rookery::tool
