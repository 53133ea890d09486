# Benchmarks are built by tools/bench; of other builds only clang-tidy reads them.
add_executable(rookery-bench-actors EXCLUDE_FROM_ALL bench/actors_bench.cc)
target_link_libraries(rookery-bench-actors PRIVATE rookery_common rookery_runtime rookery_eventstore
                                                   rookery_doors)
