rookery_test(media_pixels_test unit
  SOURCES unit/media/damage_test.cc unit/media/color_convert_test.cc unit/media/vpx_test.cc
          unit/media/vp9_header_test.cc
          unit/media/webm_test.cc unit/media/ticket_book_test.cc
  LINK rookery_memory_guest ${YUV_LIBRARY} ${WEBM_LIBRARY})
rookery_test(media_host_test unit
  SOURCES unit/media/media_host_test.cc unit/media/lossy_network_test.cc
          unit/media/web_viewer_test.cc
  LINK rookery_memory_guest)
