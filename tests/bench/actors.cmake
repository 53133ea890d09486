add_executable(rookery-bench-actors bench/actors_bench.cc)
target_link_libraries(rookery-bench-actors PRIVATE rookery_common rookery_runtime rookery_eventstore
                                                   rookery_doors)
