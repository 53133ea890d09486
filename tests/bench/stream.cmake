add_executable(rookery-bench-stream bench/encode_bench.cc bench/loopback_bench.cc
                            unit/media/test_screen.cc unit/media/memory_guest.cc)
target_link_libraries(rookery-bench-stream PRIVATE rookery_media PkgConfig::VPX)
