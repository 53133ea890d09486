rookery_test(rookery_tool_test unit
  SOURCES unit/rookery_tool/script_test.cc unit/rookery_tool/script_runner_test.cc
          unit/rookery_tool/table_test.cc unit/rookery_tool/time_text_test.cc
          unit/rookery_tool/words_test.cc unit/rookery_tool/anomalies_test.cc unit/rookery_tool/picture_test.cc
          unit/rookery_tool/server_address_test.cc unit/rookery_tool/stream_link_test.cc
          unit/rookery_tool/window_input_test.cc
  LINK rookery_small_server rookery_view PkgConfig::PNG)
rookery_test(rookery_command_line_test unit
  SOURCES unit/rookery_tool/command_line_test.cc
  LINK rookery_small_server rookery_tool)
add_dependencies(rookery_command_line_test rookery)
rookery_test(rookery_view_test e2e
  SOURCES unit/rookery_tool/view_test.cc
  LINK rookery_small_server rookery_memory_guest rookery_window)
rookery_test(rookery_audit_test unit
  SOURCES unit/rookery_tool/audit_source_test.cc unit/rookery_tool/audit_proof_test.cc
          unit/rookery_tool/audit_history_test.cc unit/rookery_tool/audit_bundle_test.cc
          unit/rookery_tool/store_commands_test.cc
          unit/rookery_tool/audit_rebuild_test.cc unit/rookery_tool/audit_access_test.cc
  LINK rookery_test_node rookery_tool PRECOMPILED rookery_test_node)
