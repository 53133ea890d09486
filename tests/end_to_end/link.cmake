rookery_test(link_test e2e TIMEOUT 600
  SOURCES end_to_end/link_test.cc end_to_end/rookeryd_process.cc unit/server/http_client.cc
          unit/media/test_screen.cc
  LINK rookery_server rookery_media PkgConfig::SODIUM)
add_dependencies(link_test rookeryd rookery-agent)
