#include "tests/unit/domain/specification.h"

using namespace rookery;
using namespace rookery::phone;
using Phone = Specification<PhoneAggregate>;

namespace {

const EntityId kHome = sample_id(EntityKind::kOrganization, 1);
const EntityId kAnn = sample_id(EntityKind::kUser, 1);
const EntityId kBob = sample_id(EntityKind::kUser, 2);

const Event kCreated = event::Created{kHome, "mine", "process:desktop", 720, 1280};
const Event kStartRequested = event::StartRequested{"host-1", 1};
const Event kStarted = event::Started{1};
const Event kStopRequested = event::StopRequested{"night"};
const Event kStopped = event::Stopped{1, "night", false};
const Event kDeleted = event::Deleted{};

Create create() { return {kHome, "mine", "process:desktop", 720, 1280}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(a_phone)

BOOST_AUTO_TEST_CASE(is_created_once) {
  Phone::given_nothing().when(create()).then({kCreated});
  Phone::given({kCreated}).when(create()).then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(needs_a_name_an_image_an_organization_and_an_even_screen) {
  Create without_name = create();
  without_name.name = "";
  Phone::given_nothing().when(without_name).then_refused(RefusalCode::kInvalid);
  Create without_image = create();
  without_image.image = "";
  Phone::given_nothing().when(without_image).then_refused(RefusalCode::kInvalid);
  Create in_a_user = create();
  in_a_user.organization = kAnn;
  Phone::given_nothing().when(in_a_user).then_refused(RefusalCode::kInvalid);
  for (const std::uint16_t side : {0, 62, 721, 4098}) {
    Create odd = create();
    odd.width_px = side;
    Phone::given_nothing().when(odd).then_refused(RefusalCode::kInvalid);
    odd = create();
    odd.height_px = side;
    Phone::given_nothing().when(odd).then_refused(RefusalCode::kInvalid);
  }
}

BOOST_AUTO_TEST_CASE(that_does_not_exist_is_not_found) {
  for (const Command& command :
       std::vector<Command>{Bind{kAnn}, Unbind{}, Start{"host-1"}, Stop{""}, ReportStarted{1},
                            ReportStopped{1, "", false}, Delete{}}) {
    Phone::given_nothing().when(command).then_refused(RefusalCode::kNotFound);
  }
}

BOOST_AUTO_TEST_CASE(is_forked_into_being_without_user_or_guest) {
  event::Forked forked;
  forked.origin = sample_id(EntityKind::kPhone, 7);
  forked.origin_version = 3;
  forked.origin_position = 30;
  forked.organization = kHome;
  forked.name = "what if";
  forked.image = "process:desktop";
  forked.width_px = 720;
  forked.height_px = 1280;
  Phone::given_nothing().when(Fork{forked}).then({forked});
  Phone::given({forked}).when(Fork{forked}).then_refused(RefusalCode::kConflict);
  Phone::given({kCreated}).when(Fork{forked}).then_refused(RefusalCode::kConflict);
  Phone::given({forked}).when(Bind{kAnn}).then({event::Bound{kAnn}});
  Phone::given({forked}).when(Start{"host-1"}).then({event::StartRequested{"host-1", 1}});
  event::Forked of_a_session = forked;
  of_a_session.origin = sample_id(EntityKind::kSession, 7);
  Phone::given_nothing().when(Fork{of_a_session}).then_refused(RefusalCode::kInvalid);
  event::Forked of_nothing = forked;
  of_nothing.origin_version = 0;
  Phone::given_nothing().when(Fork{of_nothing}).then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(belongs_to_one_user_at_a_time) {
  const Event bound = event::Bound{kAnn};
  Phone::given({kCreated}).when(Bind{kAnn}).then({bound});
  Phone::given({kCreated, bound}).when(Bind{kAnn}).then_nothing();
  Phone::given({kCreated, bound}).when(Bind{kBob}).then_refused(RefusalCode::kConflict);
  Phone::given({kCreated, bound}).when(Unbind{}).then({event::Unbound{}});
  Phone::given({kCreated}).when(Unbind{}).then_nothing();
  Phone::given({kCreated}).when(Bind{kHome}).then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(cannot_start_without_a_host) {
  Phone::given({kCreated}).when(Start{""}).then_refused(RefusalCode::kInvalid);
  Phone::given({kCreated}).when(Start{"host-1"}).then({kStartRequested});
}

BOOST_AUTO_TEST_CASE(runs_only_when_its_host_says_so) {
  const auto starting = Phone::given({kCreated, kStartRequested});
  BOOST_TEST(std::holds_alternative<Starting>(starting.state()));
  Phone::given({kCreated, kStartRequested}).when(ReportStarted{1}).then({kStarted});
  const auto running = Phone::given({kCreated, kStartRequested, kStarted});
  BOOST_TEST(std::get<Running>(running.state()).host == "host-1");
}

BOOST_AUTO_TEST_CASE(starts_once_however_often_it_is_asked) {
  Phone::given({kCreated, kStartRequested}).when(Start{"host-1"}).then_nothing();
  Phone::given({kCreated, kStartRequested, kStarted}).when(Start{"host-2"}).then_nothing();
  Phone::given({kCreated, kStartRequested, kStarted, kStopRequested})
      .when(Start{"host-1"})
      .then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(counts_its_boots) {
  Phone::given({kCreated, kStartRequested, kStarted, kStopRequested, kStopped})
      .when(Start{"host-2"})
      .then({event::StartRequested{"host-2", 2}});
}

BOOST_AUTO_TEST_CASE(ignores_reports_of_an_older_boot) {
  const std::vector<Event> second_boot = {kCreated, kStartRequested,
                                          kStarted, kStopRequested,
                                          kStopped, event::StartRequested{"host-1", 2}};
  Phone::given(second_boot).when(ReportStarted{1}).then_refused(RefusalCode::kConflict);
  Phone::given(second_boot)
      .when(ReportStopped{1, "late", true})
      .then_refused(RefusalCode::kConflict);
  Phone::given(second_boot).when(ReportStarted{3}).then_refused(RefusalCode::kConflict);
  Phone::given(second_boot).when(ReportStarted{2}).then({event::Started{2}});
}

BOOST_AUTO_TEST_CASE(stops_on_request_and_by_itself) {
  Phone::given({kCreated, kStartRequested, kStarted}).when(Stop{"night"}).then({kStopRequested});
  Phone::given({kCreated, kStartRequested, kStarted, kStopRequested})
      .when(Stop{"again"})
      .then_nothing();
  Phone::given({kCreated, kStartRequested, kStarted})
      .when(ReportStopped{1, "crashed", true})
      .then({event::Stopped{1, "crashed", true}});
  const auto failed =
      Phone::given({kCreated, kStartRequested, event::Stopped{1, "no image", true}});
  BOOST_TEST(std::get<Stopped>(failed.state()).failed);
}

BOOST_AUTO_TEST_CASE(is_deleted_only_when_stopped_and_then_stays_deleted) {
  Phone::given({kCreated, kStartRequested, kStarted})
      .when(Delete{})
      .then_refused(RefusalCode::kConflict);
  Phone::given({kCreated}).when(Delete{}).then({kDeleted});
  Phone::given({kCreated, kDeleted}).when(Delete{}).then_nothing();
  Phone::given({kCreated, kDeleted}).when(Start{"host-1"}).then_refused(RefusalCode::kNotFound);
  Phone::given({kCreated, kDeleted}).when(Bind{kAnn}).then_refused(RefusalCode::kNotFound);
}

BOOST_AUTO_TEST_CASE(never_follows_an_impossible_event) {
  BOOST_TEST(!Phone::given_nothing().can_follow(kStarted));
  BOOST_TEST(!Phone::given({kCreated}).can_follow(kCreated));
  BOOST_TEST(!Phone::given({kCreated}).can_follow(kStarted));
  BOOST_TEST(!Phone::given({kCreated}).can_follow(kStopped));
  BOOST_TEST(!Phone::given({kCreated}).can_follow(kStopRequested));
  BOOST_TEST(!Phone::given({kCreated}).can_follow(event::Unbound{}));
  BOOST_TEST(!Phone::given({kCreated}).can_follow(event::StartRequested{"host-1", 2}));
  BOOST_TEST(!Phone::given({kCreated, kStartRequested}).can_follow(kStartRequested));
  BOOST_TEST(!Phone::given({kCreated, kStartRequested}).can_follow(event::Started{2}));
  BOOST_TEST(!Phone::given({kCreated, kStartRequested, kStarted}).can_follow(kDeleted));
  BOOST_TEST(!Phone::given({kCreated, kDeleted}).can_follow(kStartRequested));
  BOOST_TEST(!Phone::given({kCreated, event::Bound{kAnn}}).can_follow(event::Bound{kBob}));
}

BOOST_AUTO_TEST_SUITE_END()
