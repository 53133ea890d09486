# A guest's program: the agent finds it beside itself in build/bin.
add_executable(rookery-frame-pattern bench/frame_pattern.cc bench/pattern_canvas.cc)
target_link_libraries(rookery-frame-pattern PRIVATE rookery_schemas PkgConfig::XCB)

rookery_library(rookery_pattern_stream bench/pattern_stream.cc bench/cpu_time.cc)
target_link_libraries(rookery_pattern_stream PUBLIC rookery_media rookery_guest_driver
                      PRIVATE rookery_host_side rookery_doors)
add_dependencies(rookery_pattern_stream rookery-agent rookery-frame-pattern)

add_executable(rookery-bench-stream EXCLUDE_FROM_ALL
               bench/stream_bench.cc bench/bare_vpx.cc bench/frame_recorder.cc)
target_link_libraries(rookery-bench-stream PRIVATE rookery_pattern_stream PkgConfig::VPX)
