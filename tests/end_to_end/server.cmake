rookery_test(kill_loop_test crash TIMEOUT 600
  SOURCES end_to_end/kill_loop_test.cc end_to_end/kill_loop_client.cc end_to_end/expected_state.cc
          end_to_end/rookeryd_process.cc
  LINK rookery_test_node PRECOMPILED rookery_test_node)
add_dependencies(kill_loop_test rookeryd)
rookery_test(tls_client_test e2e
  SOURCES end_to_end/tls_client_test.cc end_to_end/rookeryd_process.cc unit/server/self_signed.cc
  LINK rookery_tool OpenSSL::Crypto)
add_dependencies(tls_client_test rookeryd)
