# Not CTest tests: run build-release/bin/rookery-bench-eventstore, as tools/bench does.
rookery_library(rookery_store_load bench/store_load.cc)
set_target_properties(rookery_store_load PROPERTIES EXCLUDE_FROM_ALL ON)
target_link_libraries(rookery_store_load PUBLIC rookery_eventstore)
rookery_library(rookery_rivals bench/rivals/rivals.cc bench/rivals/server_process.cc
                bench/rivals/socket_writers.cc bench/rivals/postgresql.cc bench/rivals/redis.cc
                bench/rivals/etcd.cc bench/rivals/nats.cc)
set_target_properties(rookery_rivals PROPERTIES EXCLUDE_FROM_ALL ON)
target_link_libraries(rookery_rivals PUBLIC rookery_store_load PRIVATE PkgConfig::SODIUM)
add_executable(rookery-bench-eventstore EXCLUDE_FROM_ALL bench/eventstore_bench.cc)
target_link_libraries(rookery-bench-eventstore PRIVATE rookery_store_load rookery_rivals
                      RocksDB::rocksdb-shared)
add_executable(rookery-bench-audit EXCLUDE_FROM_ALL bench/audit_bench.cc bench/cpu_time.cc)
target_link_libraries(rookery-bench-audit PRIVATE rookery_store_load RocksDB::rocksdb-shared)
add_executable(rookery-bench-crash EXCLUDE_FROM_ALL bench/crash_bench.cc)
target_link_libraries(rookery-bench-crash PRIVATE rookery_faults)
add_executable(rookery-bench-subscription EXCLUDE_FROM_ALL bench/subscription_bench.cc)
target_link_libraries(rookery-bench-subscription PRIVATE rookery_test_node rookery_eventstore)
target_precompile_headers(rookery-bench-subscription REUSE_FROM rookery_test_node)
target_compile_definitions(rookery-bench-subscription PRIVATE BOOST_TEST_DYN_LINK)
add_executable(rookery-bench-limits EXCLUDE_FROM_ALL bench/limits_bench.cc)
target_link_libraries(rookery-bench-limits PRIVATE rookery_store_load)
