// login, logout, whoami
#include <filesystem>
#include <ostream>

#include "tools/rookery/invocation.h"
#include "tools/rookery/password.h"
#include "tools/rookery/print.h"
#include "tools/rookery/saved_login.h"
#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

// Later commands may run in another folder.
std::string absolute_path(const std::string& file) {
  std::error_code ignored;
  return file.empty() ? "" : std::filesystem::absolute(file, ignored).string();
}

Outcome login(Context& context, const CLI::App& command) {
  const auto server = context.server();
  if (!server) return usage_failure(server.error().message);
  std::string user = argument(command, "--user");
  if (user.empty()) {
    auto asked = ask_line("User of " + server->text());
    if (!asked) return Failure(asked.error());
    user = *asked;
  }
  const auto password = flag(command, "--password-stdin")
                            ? read_password_from_stdin()
                            : ask_password("Password of " + escape_text(user), false);
  if (!password) return Failure(password.error());
  Api api(*server, "");
  const auto answer = api.post("/v1/login", {{"login", user}, {"password", *password}});
  if (!answer) {
    if (api.last_status() != 401) return Failure(answer.error());
    return Failure(Error{"no such user, or another password: try again"});
  }
  const SavedLogin saved{server->text(), text_field(*answer, "token"),
                         static_cast<std::int64_t>(number_field(*answer, "expires_us")),
                         absolute_path(server->ca_file)};
  if (auto status = write_saved_login(saved); !status) return Failure(status.error());
  Json shown = *answer;
  shown.erase("token");  // it stands in the file that only its owner reads
  print_done(context, shown,
             "signed in at " + server->text() + " as " + escape_text(user) + " (" +
                 escape_text(text_field(*answer, "role")) + ") until " +
                 cell_text(*answer, "expires_us"));
  return Done{};
}

Outcome logout(Context& context, const CLI::App&) {
  if (auto status = remove_saved_login(); !status) return Failure(status.error());
  print_done(context, Json::object(), "signed out: the saved token is gone");
  return Done{};
}

Outcome whoami(Context& context, const CLI::App&) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto answer = api->get("/v1/me");
  if (!answer) return Failure(answer.error());
  print_record(context, *answer);
  return Done{};
}

}  // namespace

void add_login_commands(CLI::App& app, Invocation& invocation) {
  auto* command =
      add_command(app, invocation, "login", "Sign in and save the token for later commands", login);
  command->add_option("--user", "Login name; asked for when missing")->type_name("LOGIN");
  add_switch(*command, "--password-stdin", "Read the password as one line from standard input");
  add_command(app, invocation, "logout", "Forget the saved token", logout);
  add_command(app, invocation, "whoami", "Show who the token belongs to", whoami);
}

}  // namespace rookery::tool
