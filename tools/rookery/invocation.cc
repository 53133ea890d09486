#include "tools/rookery/invocation.h"

#include <CLI/CLI.hpp>
#include <ostream>

#include "tools/rookery/saved_login.h"
#include "tools/rookery/table.h"

namespace rookery::tool {

Result<ServerAddress> Context::server() const {
  const auto saved = read_saved_login();
  std::string url = settings.server;
  if (url.empty()) url = saved && !saved->server.empty() ? saved->server : kDefaultServer;
  auto address = parse_server_address(url);
  if (!address) return address;
  address->ca_file = settings.ca;
  if (settings.ca.empty() && saved && saved->server == address->text())
    address->ca_file = saved->ca;
  return address;
}

Result<Api> Context::api() const {
  const auto address = server();
  if (!address) return address.error();
  std::string token = settings.token;
  if (token.empty()) {
    const auto saved = read_saved_login();
    if (saved && saved->server == address->text()) token = saved->token;
  }
  return Api(*address, token);
}

CLI::App* add_command(CLI::App& parent, Invocation& invocation, const std::string& name,
                      const std::string& description,
                      std::function<Outcome(Context&, const CLI::App&)> run) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->callback([command, &invocation, run = std::move(run)] {
    invocation.run = [command, run](Context& context) { return run(context, *command); };
  });
  return command;
}

CLI::Option* add_switch(CLI::App& command, const std::string& name,
                        const std::string& description) {
  return command.add_flag(name)->description(description);
}

std::string argument(const CLI::App& command, const std::string& name,
                     const std::string& fallback) {
  const CLI::Option* option = command.get_option(name);
  return option->count() == 0 ? fallback : option->results().back();
}

bool flag(const CLI::App& command, const std::string& name) {
  return command.get_option(name)->count() > 0;
}

std::uint64_t number_argument(const CLI::App& command, const std::string& name,
                              std::uint64_t fallback) {
  const std::string text = argument(command, name);
  return text.empty() ? fallback : std::stoull(text);
}

void add_all_commands(CLI::App& app, Invocation& invocation) {
  add_login_commands(app, invocation);
  add_organization_commands(app, invocation);
  add_user_commands(app, invocation);
  add_phone_commands(app, invocation);
  add_session_commands(app, invocation);
  add_link_commands(app, invocation);
  add_shell_command(app, invocation);
  add_audit_commands(app, invocation);
  add_store_commands(app, invocation);
  add_fork_command(app, invocation);
}

namespace {

void add_global_flags(CLI::App& app, Settings& settings, std::string& format) {
  app.add_option("--server", settings.server,
                 "Address of rookeryd (else ROOKERY_SERVER, else the saved login's, else " +
                     std::string(kDefaultServer) + ")")
      ->envname("ROOKERY_SERVER")
      ->type_name("URL");
  app.add_option("--token", settings.token, "Token (else ROOKERY_TOKEN, else the saved login's)")
      ->envname("ROOKERY_TOKEN")
      ->type_name("TOKEN");
  app.add_option("--ca", settings.ca,
                 "PEM file of certificates to trust for https, beside the machine's (else "
                 "ROOKERY_CA, else the saved login's)")
      ->envname("ROOKERY_CA")
      ->type_name("FILE");
  app.add_option("-o,--output", format, "How answers are printed: table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->type_name("FORMAT");
}

// The names typed so far, for "see: rookery phone bind --help".
std::string typed_command(const CLI::App& app) {
  std::string text = "rookery";
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    text += " " + at->get_name();
  }
  return text;
}

}  // namespace

int run_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err,
                     const std::function<void(CLI::App&, Invocation&)>& add_commands) {
  CLI::App app("Rookery: cloud phones, their people and their history", "rookery");
  app.fallthrough();
  app.require_subcommand(1);
  Invocation invocation;
  std::string format = "table";
  add_global_flags(app, invocation.settings, format);
  add_commands(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help, out, err);
  } catch (const CLI::ParseError& error) {
    err << "rookery: " << escape_text(error.what()) << "; see: " << typed_command(app)
        << " --help\n";
    return kExitUsage;
  }
  invocation.settings.json = format == "json";
  Context context{invocation.settings, out};
  Outcome outcome = invocation.run(context);
  out.flush();
  if (std::holds_alternative<Done>(outcome) && !out) {
    outcome = Failure(Error{"cannot write the answer: make room where standard output goes"});
  }
  if (const auto* failure = std::get_if<Failure>(&outcome)) {
    err << "rookery: " << failure->message << "\n";
    return failure->exit_code;
  }
  return kExitDone;
}

}  // namespace rookery::tool
