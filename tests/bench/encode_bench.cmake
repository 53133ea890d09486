add_executable(encode_bench bench/encode_bench.cc bench/loopback_bench.cc
                            unit/media/test_screen.cc unit/media/memory_guest.cc)
target_link_libraries(encode_bench PRIVATE rookery_media PkgConfig::VPX)
set_target_properties(encode_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
