rookery_test(guest_test unit
  SOURCES unit/guest/message_codec_test.cc unit/guest/agent_connection_test.cc
          unit/guest/run_folder_test.cc unit/guest/keyboard_test.cc
          unit/guest/clipboard_test.cc unit/guest/framebuffer_test.cc unit/guest/spare_keys_test.cc
          unit/guest/x_server_test.cc
  LINK rookery_guest_driver rookery_guest_agent)
