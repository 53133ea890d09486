#include "tools/rookery/view/view_command.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "tools/rookery/find_entity.h"
#include "tools/rookery/interrupt.h"
#include "tools/rookery/moment.h"
#include "tools/rookery/table.h"
#include "tools/rookery/time_text.h"
#include "tools/rookery/view/script_runner.h"
#include "tools/rookery/view/stream_link.h"
#include "tools/rookery/view/window.h"

namespace rookery::tool {
namespace {

constexpr std::int64_t kFirstPictureMsMax = 15'000;
constexpr std::int64_t kForeverMs = 1'000'000'000;
constexpr std::int64_t kDeliveredMsMax = 10'000;

struct ViewOptions {
  bool headless = false;
  bool watch_only = false;
  std::string png;
  std::string record;
  std::string script;
  std::string stats;
  std::optional<std::int64_t> run_ms;
};

Result<std::string> read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Error{"cannot read " + escape_text(name) + ": give a file that can be read"};
  return text.str();
}

Json optional_number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json statistics_json(const ViewStatistics& statistics) {
  return {{"join_ms", statistics.join_ms},
          {"sessions", statistics.sessions},
          {"frames_decoded", statistics.client.frames_decoded},
          {"frames_lost", statistics.client.frames_lost},
          {"keyframes", statistics.client.keyframes},
          {"bytes", statistics.client.bytes_received},
          {"bytes_sent", statistics.client.bytes_sent},
          {"round_trip_us", statistics.client.round_trip_us},
          {"glass_to_glass_ms_p50", optional_number(statistics.glass_to_glass.percentile_ms(0.50))},
          {"glass_to_glass_ms_p95", optional_number(statistics.glass_to_glass.percentile_ms(0.95))},
          {"glass_to_glass_ms_p99", optional_number(statistics.glass_to_glass.percentile_ms(0.99))},
          {"inputs_sent", statistics.client.inputs_sent},
          {"inputs_acknowledged", statistics.client.inputs_acknowledged}};
}

Status write_statistics(const ViewStatistics& statistics, const std::string& name) {
  std::ofstream file(name);
  file << to_line(statistics_json(statistics)) << "\n";
  file.flush();
  if (!file) return Error{"cannot write " + escape_text(name) + ": choose another place"};
  return Done{};
}

// A window shows this in its title and its picture.
void tell_trouble(const std::optional<std::string>& reason) {
  if (reason) {
    std::cerr << "rookery: no stream: " << escape_text(*reason) << "; trying again\n";
  } else {
    std::cerr << "rookery: the stream is back\n";
  }
}

constexpr const char* kScriptHelp =
    "A script holds an action a line; points are the phone's pixels, # begins a comment:\n"
    "  tap X Y          swipe X1 Y1 X2 Y2 MS     scroll X Y DX DY (120 is one notch)\n"
    "  text \"…\"         key NAME or CTRL+NAME    png FILE\n"
    "  wait MS          wait-change [MS max]     wait-still MS [MS max]";

// One run of `view`, from the first session to the files it leaves behind.
class View {
 public:
  View(ViewOptions options, std::vector<script::Line> lines)
      : options_(std::move(options)), lines_(std::move(lines)), screen_(!lines_.empty()) {}

  Status run(Api api, const EntityId& phone, const std::string& name);

 private:
  Status watch(StreamLink& link, const std::string& name);
  Status watch_headless(StreamLink& link);
  Status watch_window(StreamLink& link, const std::string& name);
  Status leave_files(StreamLink& link);
  // The script's outcome, and whether the phone got all that it did.
  Status run_lines(StreamLink& link);
  // What it means that a wait ended early.
  Status ended_early(const StreamLink& link) const;

  ViewOptions options_;
  std::vector<script::Line> lines_;
  Screen screen_;
  std::unique_ptr<media::WebmWriter> recorder_;
};

Status View::run(Api api, const EntityId& phone, const std::string& name) {
  if (!options_.record.empty()) {
    auto recorder = media::create_webm(options_.record);
    if (!recorder) return recorder.error();
    recorder_ = std::move(*recorder);
  }
  StreamLink link(std::move(api), media::connect_stream, phone, !options_.watch_only, screen_,
                  recorder_.get());
  if (options_.headless) link.on_trouble(tell_trouble);
  if (auto status = link.start(); !status) return status;
  const Status watched = watch(link, name);
  const Status left = leave_files(link);
  return watched ? left : watched;
}

Status View::watch(StreamLink& link, const std::string& name) {
  if (!screen_.wait_picture(kFirstPictureMsMax)) {
    if (const auto status = ended_early(link); !status) return status;
    if (interrupted()) return Done{};
    return Error{"no picture came within " + std::to_string(kFirstPictureMsMax / 1000) +
                 " s: see the phone with rookery phone show"};
  }
  return options_.headless ? watch_headless(link) : watch_window(link, name);
}

Status View::run_lines(StreamLink& link) {
  const InputSender send = [&](const InputEvent& event) { link.send(event); };
  if (auto status = run_script(lines_, screen_, send); !status) return status;
  const std::uint64_t lost = link.wait_delivered(kDeliveredMsMax);
  if (lost == 0) return Done{};
  return Error{std::to_string(lost) +
               " inputs may not have reached the phone, for the stream broke: look at it, then "
               "run the script again"};
}

Status View::watch_headless(StreamLink& link) {
  if (lines_.empty()) {
    const bool one_picture = options_.record.empty() && !options_.png.empty();
    screen_.wait(options_.run_ms.value_or(one_picture ? 0 : kForeverMs));
    if (const auto status = ended_early(link); !status || interrupted()) return status;
    const std::string trouble = link.trouble();
    if (trouble.empty()) return Done{};
    return Error{"at the end there was no stream: " + trouble};
  }
  // With --seconds a watchman ends the script when its time is over.
  std::thread watchman;
  Screen alarm(false);
  bool late = false;
  if (options_.run_ms) {
    watchman = std::thread([&] {
      late = alarm.wait(*options_.run_ms);
      if (late) screen_.stop();
    });
  }
  const Status done = run_lines(link);
  alarm.stop();
  if (watchman.joinable()) watchman.join();
  if (const auto status = ended_early(link); done || !status) return status;
  if (late) return Error{done.error().message + " (the time of --seconds is over)"};
  return done;
}

Status View::watch_window(StreamLink& link, const std::string& name) {
  const InputSender send = [&](const InputEvent& event) { link.send(event); };
  const std::int64_t until_us = monotonic_clock_us() + options_.run_ms.value_or(kForeverMs) * 1000;
  Status scripted = Done{};
  std::thread hands;
  if (!lines_.empty()) hands = std::thread([&] { scripted = run_lines(link); });
  WindowOptions options;
  options.phone_name = escape_text(name);
  options.status = [&] {
    const auto statistics = link.statistics();
    return WindowStatus{link.trouble(), statistics.client.frames_decoded,
                        statistics.client.round_trip_us};
  };
  options.finished = [&] {
    return monotonic_clock_us() >= until_us || link.given_up().has_value();
  };
  const Status shown = run_window(options, screen_, send);
  screen_.stop();
  if (hands.joinable()) hands.join();
  if (!shown) return shown;
  if (const auto status = ended_early(link); !status) return status;
  return scripted;
}

Status View::ended_early(const StreamLink& link) const {
  const auto given_up = link.given_up();
  return given_up ? Status(*given_up) : Status(Done{});
}

Status View::leave_files(StreamLink& link) {
  // Asked first: with the client gone its last figures are gone too.
  const ViewStatistics statistics = link.statistics();
  link.stop();
  Status first = Done{};
  const auto keep_first = [&](const Status& status) {
    if (first && !status) first = status;
  };
  if (!options_.png.empty()) keep_first(write_png(screen_.newest(), options_.png));
  if (recorder_) keep_first(recorder_->finish());
  if (const auto error = link.recording_error()) keep_first(*error);
  if (!options_.stats.empty()) keep_first(write_statistics(statistics, options_.stats));
  return first;
}

std::string check_seconds(const std::string& text) {
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  if (end != text.c_str() && *end == '\0' && seconds > 0 && seconds <= kForeverMs / 1000.0) {
    return {};
  }
  return "'" + escape_text(text) + "' is no number of seconds";
}

bool touches(const script::Line& line) {
  return std::visit(
      [](const auto& action) {
        using T = std::decay_t<decltype(action)>;
        return std::is_same_v<T, script::Tap> || std::is_same_v<T, script::Swipe> ||
               std::is_same_v<T, script::ScrollBy> || std::is_same_v<T, script::TypeText> ||
               std::is_same_v<T, script::PressKey>;
      },
      line.action);
}

Outcome view(Context& context, const CLI::App& command) {
  ViewOptions options;
  options.headless = flag(command, "--headless");
  options.watch_only = flag(command, "--watch-only");
  options.png = argument(command, "--png");
  options.record = argument(command, "--record");
  options.stats = argument(command, "--stats");
  if (flag(command, "--seconds")) {
    options.run_ms = static_cast<std::int64_t>(std::stod(argument(command, "--seconds")) * 1000);
  }
  std::vector<script::Line> lines;
  if (flag(command, "--script")) {
    const auto text = read_file(argument(command, "--script"));
    if (!text) return usage_failure(text.error().message);
    auto parsed = script::parse_script(*text);
    if (!parsed) {
      return usage_failure(escape_text(argument(command, "--script")) + ", " +
                           parsed.error().message);
    }
    lines = std::move(*parsed);
    if (lines.empty()) {
      return usage_failure(escape_text(argument(command, "--script")) +
                           " holds no action: see rookery view --help");
    }
  }
  if (options.watch_only && std::any_of(lines.begin(), lines.end(), touches)) {
    return usage_failure("this script touches the phone: leave out --watch-only");
  }
  if (!options.headless) {
    if (const auto desktop = check_desktop(); !desktop) return Failure(desktop.error());
  }
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto phone = find_entity(*api, EntityKind::kPhone, argument(command, "phone"));
  if (!phone) return Failure(phone.error());
  const auto shown = api->get(entity_target(*phone));
  if (!shown) return Failure(shown.error());
  View run(std::move(options), std::move(lines));
  return outcome_of(run.run(std::move(*api), *phone, text_field(*shown, "name")));
}

}  // namespace

void add_view_command(CLI::App& app, Invocation& invocation) {
  auto* command = add_command(app, invocation, "view", "See a phone and touch it", view);
  command->add_option("phone", "Id, beginning of an id, or name")->required();
  add_switch(*command, "--headless", "No window: for machines without a screen");
  add_switch(*command, "--watch-only", "Do not touch: the session is opened without control");
  command->add_option("--png", "Write the last picture here")->type_name("FILE");
  command->add_option("--record", "Record what comes as WebM")->type_name("FILE");
  command->add_option("--stats", "Write figures as JSON at the end")->type_name("FILE");
  command->add_option("--script", "Do what this file says; headless it ends with the script")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command->add_option("--seconds", "End after so long; a script must be done by then")
      ->check(CLI::Validator(check_seconds, "N"));
  command->footer(kScriptHelp);
}

}  // namespace rookery::tool
