#include "actors/domain/text_rules.h"
#include "tests/unit/domain/random_histories.h"

using namespace rookery;

namespace {

std::uint16_t side(Choice& choice) {
  static const std::vector<std::uint16_t> sides = {720, 1280, 64, 4096, 0, 1, 63, 65, 4098, 65'535};
  return choice.one_in(4) ? choice.of(sides) : 720;
}

phone::Command propose(Choice& choice) {
  switch (choice.below(9)) {
    case 0:
      return phone::Create{choice.entity(EntityKind::kOrganization), choice.text(), choice.text(),
                           side(choice), side(choice)};
    case 1:
      return phone::Bind{choice.entity(EntityKind::kUser)};
    case 2:
      return phone::Unbind{};
    case 3:
      return phone::Start{choice.text()};
    case 4:
      return phone::Stop{choice.text()};
    case 5:
      return phone::ReportStarted{choice.number()};
    case 6:
      return phone::ReportStopped{choice.number(), choice.text(), choice.one_in(2)};
    case 7: {
      phone::event::Forked forked;
      forked.origin = choice.entity(EntityKind::kPhone);
      forked.origin_version = choice.number();
      forked.origin_position = choice.number();
      forked.organization = choice.entity(EntityKind::kOrganization);
      forked.name = choice.text();
      forked.image = choice.text();
      forked.width_px = side(choice);
      forked.height_px = side(choice);
      return phone::Fork{forked};
    }
    default:
      // Rare, or no phone would live long.
      if (choice.one_in(6)) return phone::Delete{};
      return phone::ReportStarted{choice.number()};
  }
}

std::string complaint(const phone::State& state) {
  const phone::Profile* profile = phone::profile_of(state);
  if (profile == nullptr) return "an event left no phone";
  if (!is_name(profile->name) || !is_name(profile->image)) return "bad name or image";
  if (profile->organization.kind() != EntityKind::kOrganization) return "no organization";
  for (const std::uint16_t side : {profile->width_px, profile->height_px}) {
    if (side < 64 || side > 4096 || side % 2 != 0) return "impossible screen";
  }
  if (profile->bound_user && profile->bound_user->kind() != EntityKind::kUser) {
    return "bound to what is no user";
  }
  return std::visit(
      [&](const auto& now) -> std::string {
        if constexpr (requires { now.host; }) {
          if (!is_name(now.host)) return std::string(now.kPhase) + " without a host";
          if (profile->boots == 0) return std::string(now.kPhase) + " before the first boot";
        }
        if constexpr (requires { now.last_stop_reason; }) {
          if (!is_reason(now.last_stop_reason)) return "unclean stop reason";
        }
        return "";
      },
      state);
}

bool may_repeat(const phone::Command&) { return false; }

}  // namespace

BOOST_AUTO_TEST_SUITE(phone_histories)

BOOST_AUTO_TEST_CASE(every_decided_history_is_consistent) {
  RandomHistories<PhoneAggregate>({propose, complaint, complaint, may_repeat}).run();
}

BOOST_AUTO_TEST_SUITE_END()
