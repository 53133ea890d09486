rookery_test(kill_loop_test crash TIMEOUT 600
  SOURCES end_to_end/kill_loop_test.cc end_to_end/kill_loop_client.cc end_to_end/expected_state.cc
          end_to_end/rookeryd_process.cc
  LINK rookery_test_node PRECOMPILED rookery_test_node)
add_dependencies(kill_loop_test rookeryd)
