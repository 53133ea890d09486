#include "media/ticket_book.h"

#include <boost/test/unit_test.hpp>

#include "media/frame_budget.h"

namespace rookery::media {
namespace {

host::AdmitSession admission(std::uint8_t number, std::int64_t expires_us) {
  host::AdmitSession admission;
  admission.session = make_entity_id(EntityKind::kSession, {number});
  admission.ticket.bytes[0] = number;
  admission.ticket_expires_us = expires_us;
  return admission;
}

BOOST_AUTO_TEST_SUITE(ticket_book)

BOOST_AUTO_TEST_CASE(a_ticket_is_used_once) {
  TicketBook book;
  const auto one = admission(1, 100);
  book.add(one);
  BOOST_REQUIRE(book.find(one.ticket, 50).has_value());
  BOOST_TEST((book.find(one.ticket, 50)->session == one.session));
  BOOST_TEST(book.use(one.ticket, 50));
  BOOST_TEST(!book.use(one.ticket, 50));
  BOOST_TEST(!book.find(one.ticket, 50).has_value());
  BOOST_TEST(!book.add(one));
  BOOST_TEST(!book.find(one.ticket, 50).has_value());
}

BOOST_AUTO_TEST_CASE(a_ticket_expires) {
  TicketBook book;
  const auto used = admission(1, 100);
  const auto unused = admission(2, 100);
  const auto later = admission(3, 200);
  for (const auto& each : {used, unused, later}) book.add(each);
  BOOST_TEST(book.use(used.ticket, 99));
  BOOST_TEST(!book.find(unused.ticket, 100).has_value());
  BOOST_TEST(!book.use(unused.ticket, 100));
  BOOST_TEST(book.next_expiry_us().value() == 100);
  const auto expired = book.expire(100);
  BOOST_REQUIRE(expired.size() == 1u);
  BOOST_TEST((expired[0].session == unused.session));
  BOOST_TEST(book.next_expiry_us().value() == 200);
  BOOST_TEST(book.find(later.ticket, 100).has_value());
}

BOOST_AUTO_TEST_CASE(a_closed_session_lets_nobody_in_and_does_not_expire) {
  TicketBook book;
  const auto one = admission(1, 100);
  book.add(one);
  book.void_session(one.session);
  BOOST_TEST(!book.find(one.ticket, 50).has_value());
  BOOST_TEST(book.expire(100).empty());
}

BOOST_AUTO_TEST_CASE(frames_are_limited_and_a_pause_earns_at_most_two) {
  FrameBudget budget(50);  // one in 20'000 us
  std::int64_t now_us = 1'000'000;
  int taken = 0;
  while (budget.allows(now_us)) {
    budget.spend(now_us);
    ++taken;
    BOOST_REQUIRE(taken < 10);
  }
  BOOST_TEST(taken == 2);
  for (int i = 0; i < 1000; ++i, now_us += 1'000) {
    if (!budget.allows(now_us)) continue;
    budget.spend(now_us);
    ++taken;
  }
  BOOST_TEST(taken <= 52);
  BOOST_TEST(taken >= 50);
  BOOST_TEST(budget.allows(budget.next_us()));
  BOOST_TEST(!budget.allows(budget.next_us() - 1));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
