# Not a CTest test: run build-release/bin/eventstore_bench, as tools/bench does.
add_executable(eventstore_bench bench/eventstore_bench.cc)
target_link_libraries(eventstore_bench PRIVATE rookery_eventstore RocksDB::rocksdb-shared)
