// audit anomalies
#include <ostream>

#include "tools/rookery/anomalies.h"
#include "tools/rookery/audit_arguments.h"
#include "tools/rookery/small_file.h"
#include "tools/rookery/table.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

constexpr int kExitFound = 3;
constexpr std::size_t kRulesBytesMax = 1 << 20;

void print_anomaly(Context& context, const Anomaly& found) {
  if (context.settings.json) {
    context.out << to_line({{"rule", found.rule},
                            {"who", found.who},
                            {"time_us", found.time_us},
                            {"what", found.what},
                            {"positions", found.positions}})
                << "\n";
    return;
  }
  std::string positions;
  for (const std::uint64_t position : found.positions) {
    positions += (positions.empty() ? "" : ",") + std::to_string(position);
  }
  context.out << format_time(found.time_us) << "  " << padded(found.rule, 18) << " "
              << padded(escape_text(found.who), 30) << " " << escape_text(found.what)
              << "  positions " << positions << "\n";
}

Outcome anomalies(Context& context, const CLI::App& command) {
  if (flag(command, "--print-rules")) {
    context.out << default_anomaly_rules();
    return Done{};
  }
  std::string text;
  if (flag(command, "--rules")) {
    auto read = read_small_file(argument(command, "--rules"), kRulesBytesMax);
    if (!read) return usage_failure(read.error().message);
    text = std::move(*read);
  }
  auto rules = parse_anomaly_rules(text);
  if (!rules) return usage_failure("the rules: " + escape_text(rules.error().message));
  auto source = open_source(context, command);
  if (!source) return Failure(source.error());
  const auto filter = read_filter(**source, command);
  if (!filter) return Failure(filter.error());
  std::uint64_t found = 0;
  AnomalySearch search(std::move(*rules), [&](const Anomaly& anomaly) {
    ++found;
    print_anomaly(context, anomaly);
  });
  const auto read = (*source)->read_events(*filter, [&](const Json& event) {
    search.look(event);
    return context.out.good();
  });
  if (!read) return Failure(read.error());
  search.finish();
  if (found == 0) return Done{};
  return Failure(kExitFound, std::to_string(found) + " found: exit code 3 says so");
}

}  // namespace

void add_anomaly_command(CLI::App& audit, Invocation& invocation) {
  auto* command = add_command(audit, invocation, "anomalies",
                              "Print what is unusual, with the events behind it; exit code 0: "
                              "nothing, 3: something, 1 and 2: as ever",
                              anomalies);
  add_data_option(*command);
  add_filter_options(*command);
  command->add_option("--rules", "TOML file of thresholds; what it leaves out is as --print-rules")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  add_switch(*command, "--print-rules", "Print the rules as they are without a file");
}

}  // namespace rookery::tool
