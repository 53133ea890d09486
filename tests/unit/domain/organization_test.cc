#include "tests/unit/domain/specification.h"

using namespace rookery;
using namespace rookery::organization;
using Organization = Specification<OrganizationAggregate>;

namespace {

Id128 department(std::uint8_t number) { return {{number}}; }

const Id128 kTop{};
const Event kFounded = event::Founded{"Home"};
const Event kSales = event::DepartmentAdded{department(1), kTop, "Sales"};
const Event kNorth = event::DepartmentAdded{department(2), department(1), "North"};

std::vector<Event> levels(std::uint8_t count) {
  std::vector<Event> out{kFounded};
  for (std::uint8_t i = 1; i <= count; ++i) {
    out.emplace_back(event::DepartmentAdded{department(i),
                                            department(static_cast<std::uint8_t>(i - 1)), "level"});
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(an_organization)

BOOST_AUTO_TEST_CASE(is_founded_once_with_a_name) {
  Organization::given_nothing().when(Found{"Home"}).then({kFounded});
  Organization::given({kFounded}).when(Found{"Home"}).then_refused(RefusalCode::kConflict);
  Organization::given_nothing().when(Found{""}).then_refused(RefusalCode::kInvalid);
  Organization::given_nothing().when(Found{"two\nlines"}).then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(that_does_not_exist_has_no_departments) {
  Organization::given_nothing()
      .when(AddDepartment{department(1), kTop, "Sales"})
      .then_refused(RefusalCode::kNotFound);
  Organization::given_nothing()
      .when(RenameDepartment{department(1), "Sales"})
      .then_refused(RefusalCode::kNotFound);
  Organization::given_nothing()
      .when(RemoveDepartment{department(1)})
      .then_refused(RefusalCode::kNotFound);
}

BOOST_AUTO_TEST_CASE(grows_a_tree_of_departments) {
  Organization::given({kFounded}).when(AddDepartment{department(1), kTop, "Sales"}).then({kSales});
  Organization::given({kFounded, kSales})
      .when(AddDepartment{department(2), department(1), "North"})
      .then({kNorth});
  Organization::given({kFounded})
      .when(AddDepartment{department(2), department(1), "North"})
      .then_refused(RefusalCode::kNotFound);
  Organization::given({kFounded, kSales})
      .when(AddDepartment{department(1), kTop, "Other"})
      .then_refused(RefusalCode::kConflict);
  Organization::given({kFounded})
      .when(AddDepartment{kTop, kTop, "Zero"})
      .then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(has_no_two_siblings_of_one_name) {
  Organization::given({kFounded, kSales})
      .when(AddDepartment{department(2), kTop, "Sales"})
      .then_refused(RefusalCode::kConflict);
  Organization::given({kFounded, kSales})
      .when(AddDepartment{department(2), department(1), "Sales"})
      .then({event::DepartmentAdded{department(2), department(1), "Sales"}});
  const Event help = event::DepartmentAdded{department(3), kTop, "Help"};
  Organization::given({kFounded, kSales, help})
      .when(RenameDepartment{department(3), "Sales"})
      .then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(renames_departments) {
  Organization::given({kFounded, kSales})
      .when(RenameDepartment{department(1), "Trade"})
      .then({event::DepartmentRenamed{department(1), "Trade"}});
  Organization::given({kFounded, kSales})
      .when(RenameDepartment{department(1), "Sales"})
      .then_nothing();
  Organization::given({kFounded})
      .when(RenameDepartment{department(1), "Trade"})
      .then_refused(RefusalCode::kNotFound);
}

BOOST_AUTO_TEST_CASE(keeps_a_department_that_others_stand_below) {
  Organization::given({kFounded, kSales, kNorth})
      .when(RemoveDepartment{department(1)})
      .then_refused(RefusalCode::kConflict);
  Organization::given({kFounded, kSales, kNorth})
      .when(RemoveDepartment{department(2)})
      .then({event::DepartmentRemoved{department(2)}});
  Organization::given({kFounded, kSales, kNorth, event::DepartmentRemoved{department(2)}})
      .when(RemoveDepartment{department(1)})
      .then({event::DepartmentRemoved{department(1)}});
}

BOOST_AUTO_TEST_CASE(is_at_most_16_departments_deep) {
  Organization::given(levels(15))
      .when(AddDepartment{department(100), department(15), "level"})
      .then({event::DepartmentAdded{department(100), department(15), "level"}});
  Organization::given(levels(16))
      .when(AddDepartment{department(100), department(16), "level"})
      .then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(never_follows_an_impossible_event) {
  BOOST_TEST(!Organization::given_nothing().can_follow(kSales));
  BOOST_TEST(!Organization::given({kFounded}).can_follow(kFounded));
  BOOST_TEST(!Organization::given({kFounded}).can_follow(kNorth));
  BOOST_TEST(!Organization::given({kFounded, kSales}).can_follow(kSales));
  BOOST_TEST(!Organization::given({kFounded})
                  .can_follow(event::DepartmentRenamed{department(1), "Trade"}));
  BOOST_TEST(!Organization::given({kFounded}).can_follow(event::DepartmentRemoved{department(1)}));
  BOOST_TEST(!Organization::given({kFounded, kSales, kNorth})
                  .can_follow(event::DepartmentRemoved{department(1)}));
}

BOOST_AUTO_TEST_SUITE_END()
