rookery_test(guest_e2e_test e2e TIMEOUT 900
  SOURCES end_to_end/guest_host.cc end_to_end/guest_input_test.cc end_to_end/guest_test.cc
  LINK rookery_guest_driver)
add_dependencies(guest_e2e_test rookery-agent)

# What tools/up --smoke does, with the binaries of this build.
add_test(NAME smoke_test COMMAND ${CMAKE_SOURCE_DIR}/tools/smoke
         --smoke ${CMAKE_BINARY_DIR}/tests/smoke)
set_tests_properties(smoke_test PROPERTIES LABELS e2e TIMEOUT 600 COST 100)
