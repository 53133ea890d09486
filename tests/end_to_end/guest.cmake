rookery_test(guest_e2e_test e2e
  SOURCES end_to_end/guest_test.cc LINK rookery_guest_driver)
add_dependencies(guest_e2e_test rookery-agent)
