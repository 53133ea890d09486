rookery_test(stream_test e2e SOURCES end_to_end/stream_test.cc LINK rookery_pattern_stream)

# A guest's program, as rookery-frame-pattern.
add_executable(rookery-touch-watcher end_to_end/touch_watcher.cc)
target_link_libraries(rookery-touch-watcher PRIVATE PkgConfig::XINPUT)
rookery_test(guest_touch_test e2e SOURCES end_to_end/touch_test.cc LINK rookery_pattern_stream)
add_dependencies(guest_touch_test rookery-touch-watcher)
