rookery_test(rookery_tool_test unit
  SOURCES unit/rookery_tool/script_test.cc unit/rookery_tool/script_runner_test.cc
          unit/rookery_tool/table_test.cc unit/rookery_tool/time_text_test.cc
          unit/rookery_tool/words_test.cc unit/rookery_tool/picture_test.cc
          unit/rookery_tool/server_address_test.cc unit/rookery_tool/stream_link_test.cc
          unit/rookery_tool/window_input_test.cc unit/rookery_tool/small_server.cc
  LINK rookery_view PkgConfig::PNG)
rookery_test(rookery_command_line_test unit
  SOURCES unit/rookery_tool/command_line_test.cc unit/rookery_tool/small_server.cc
  LINK rookery_tool)
target_include_directories(rookery_tool_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_include_directories(rookery_command_line_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
add_dependencies(rookery_command_line_test rookery)
rookery_test(rookery_view_test e2e
  SOURCES unit/rookery_tool/view_test.cc unit/rookery_tool/small_server.cc
          unit/media/memory_guest.cc unit/media/test_screen.cc
  LINK rookery_window rookery_media)
target_include_directories(rookery_view_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
rookery_test(rookery_audit_test unit
  SOURCES unit/rookery_tool/audit_source_test.cc unit/rookery_tool/audit_proof_test.cc
          unit/server/test_node.cc unit/server/http_client.cc
  LINK rookery_tool rookery_server)
