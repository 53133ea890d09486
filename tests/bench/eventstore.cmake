# Not a CTest test: run build-release/bin/rookery-bench-eventstore, as tools/bench does.
add_executable(rookery-bench-eventstore bench/eventstore_bench.cc)
target_link_libraries(rookery-bench-eventstore PRIVATE rookery_eventstore RocksDB::rocksdb-shared)
