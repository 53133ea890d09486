// Care of the store while the server runs.
#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "eventstore/store_files.h"

namespace rookery {
namespace {

constexpr std::size_t kNameBytesMax = 64;

// One path part that needs no escapes anywhere.
bool fit_for_a_folder(const std::string& name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
             std::string::npos;
}

Answer back_up_to(const Api& api, const std::string& name) {
  const auto folder = api.parts.backups / name;
  std::error_code ignored;
  if (std::filesystem::exists(folder, ignored)) {
    return problem(409, "conflict", "there is a backup of this name: choose another");
  }
  const auto last = api.parts.log.last_position(0);
  const auto status = back_up(api.parts.log, folder);
  if (!status) return problem(503, "store_failed", status.error().message);
  Answer answer;
  answer.status = 201;
  answer.body = {{"folder", folder.string()}, {"last_position", last}};
  return answer;
}

asio::awaitable<Answer> make_backup(Api& api, Request request) {
  BodyFields fields(request.body);
  const std::string name = fields.text("name");
  if (const auto bad = fields.problem()) co_return *bad;
  if (!fit_for_a_folder(name)) {
    co_return problem(400, "invalid", "a backup's name has 1 to 64 letters, digits, '-' and '_'");
  }
  if (api.parts.backups.empty()) {
    co_return problem(503, "store_failed", "this server has no folder for backups");
  }
  std::function<Answer()> write = [&api, name] { return back_up_to(api, name); };
  co_return co_await api.read_aside(std::move(write));
}

}  // namespace

void add_store_routes(Router& router, Api& api) {
  router.add(http::verb::post, "/v1/store/backups", "KooPhone:store:backup",
             [&api](Request request) { return make_backup(api, std::move(request)); });
}

}  // namespace rookery
