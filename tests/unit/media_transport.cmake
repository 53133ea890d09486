rookery_test(media_transport_test unit
  SOURCES unit/media/noise_test.cc unit/media/replay_window_test.cc
          unit/media/secure_channel_test.cc unit/media/client_messages_test.cc
          unit/media/delivery_test.cc unit/media/udp_socket_test.cc
          unit/media/stream_session_test.cc unit/media/websocket_frames_test.cc
          unit/media/web_links_test.cc unit/media/delay_watch_test.cc
          unit/media/door_test.cc
  LINK rookery_media)
