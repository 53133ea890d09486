# One target for each decoder of bytes from outside. By default replay_corpus.cc runs the corpus and
# seeded changes of it, as a test. With libFuzzer (packages clang-14 and libclang-rt-14-dev):
#
#   cmake --preset fuzz && cmake --build --preset fuzz
#   build-fuzz/fuzz/NAME_fuzz -max_total_time=60 FOLDER tests/fuzz/corpus/NAME
#
# New inputs go to the first FOLDER. An input that crashed a target becomes a corpus file.

# rookery_fuzz(NAME MUTATIONS count LINK libraries…): tests/fuzz/NAME_fuzz.cc; so many changes of
# each corpus file that the test takes less than two seconds.
function(rookery_fuzz name)
  cmake_parse_arguments(arg "" "MUTATIONS" "LINK" ${ARGN})
  add_executable(${name}_fuzz fuzz/${name}_fuzz.cc)
  target_link_libraries(${name}_fuzz PRIVATE rookery_common ${arg_LINK})
  set_target_properties(${name}_fuzz PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(rookery_fuzz_targets ${name}_fuzz)
  if(ROOKERY_FUZZ)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
    return()
  endif()
  target_link_libraries(${name}_fuzz PRIVATE rookery_replay_corpus)
  add_test(NAME ${name}_fuzz
           COMMAND ${name}_fuzz --mutations ${arg_MUTATIONS}
                   ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
  set_tests_properties(${name}_fuzz PROPERTIES LABELS unit TIMEOUT 120)
endfunction()

add_custom_target(rookery_fuzz_targets)
if(NOT ROOKERY_FUZZ)
  add_library(rookery_replay_corpus OBJECT fuzz/replay_corpus.cc)
  target_link_libraries(rookery_replay_corpus PUBLIC rookery_common)
endif()

rookery_fuzz(client_message MUTATIONS 50000 LINK rookery_schemas)
rookery_fuzz(agent_message MUTATIONS 50000 LINK rookery_guest_protocol)
rookery_fuzz(envelope MUTATIONS 50000 LINK rookery_eventstore)
rookery_fuzz(archive_segment MUTATIONS 20000 LINK rookery_eventstore)
rookery_fuzz(event_proof MUTATIONS 20000 LINK rookery_eventstore)
rookery_fuzz(text_rules MUTATIONS 20000 LINK rookery_domain)
rookery_fuzz(damage MUTATIONS 5000 LINK rookery_media)
rookery_fuzz(reassembler MUTATIONS 2000 LINK rookery_media)
rookery_fuzz(secure_channel MUTATIONS 500 LINK rookery_media)
rookery_fuzz(door MUTATIONS 500 LINK rookery_media)
rookery_fuzz(stream_session MUTATIONS 1000 LINK rookery_media)
rookery_fuzz(websocket MUTATIONS 5000 LINK rookery_media)
rookery_fuzz(vp8_decoder MUTATIONS 1000 LINK rookery_media)
rookery_fuzz(vp9_decoder MUTATIONS 500 LINK rookery_media)
rookery_fuzz(token MUTATIONS 20000 LINK rookery_server PkgConfig::SODIUM)
rookery_fuzz(request_fields MUTATIONS 2000 LINK rookery_server)
rookery_fuzz(http_connection MUTATIONS 300 LINK rookery_server)
# Asio's awaitable.hpp needs <utility> and does not say so.
foreach(name request_fields_fuzz http_connection_fuzz)
  target_compile_options(${name} PRIVATE "SHELL:-include utility")
endforeach()
