rookery_test(eventstore_contract_test unit
  SOURCES unit/eventstore/contract_test.cc unit/eventstore/append_contract_test.cc unit/eventstore/moment_test.cc
    unit/eventstore/snapshot_test.cc
  LINK rookery_eventstore RocksDB::rocksdb-shared)
rookery_test(eventstore_codec_test unit
  SOURCES unit/eventstore/envelope_codec_test.cc unit/eventstore/golden_events_test.cc
    unit/eventstore/golden_records_test.cc unit/eventstore/format_test.cc
    unit/eventstore/hex_file.cc
  LINK rookery_eventstore)
# Writes the golden files that are not there yet; never changes one that is.
add_custom_target(golden
  COMMAND ${CMAKE_COMMAND} -E env ROOKERY_WRITE_GOLDEN=1 $<TARGET_FILE:eventstore_codec_test>
          --run_test=golden_*
  USES_TERMINAL)
rookery_test(eventstore_proof_test unit
  SOURCES unit/eventstore/merkle_test.cc unit/eventstore/signed_note_test.cc
    unit/eventstore/tree_contract_test.cc unit/eventstore/verifier_test.cc
  LINK rookery_eventstore RocksDB::rocksdb-shared)
rookery_test(eventstore_damage_test unit
  SOURCES unit/eventstore/damaged_files_test.cc
  LINK rookery_eventstore RocksDB::rocksdb-shared)
rookery_test(eventstore_recovery_test unit
  SOURCES unit/eventstore/recovery_test.cc unit/eventstore/store_files_test.cc
    unit/eventstore/last_signed_test.cc unit/eventstore/archive_test.cc
  LINK rookery_eventstore RocksDB::rocksdb-shared)
rookery_test(eventstore_fault_test crash
  SOURCES unit/eventstore/damage_test.cc unit/eventstore/fault_rounds_test.cc
  LINK rookery_faults)

add_executable(eventstore_crash_writer unit/eventstore/crash_writer.cc)
target_link_libraries(eventstore_crash_writer PRIVATE rookery_eventstore)
set_target_properties(eventstore_crash_writer PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
rookery_test(eventstore_crash_test crash
  SOURCES unit/eventstore/crash_test.cc
  LINK rookery_eventstore)
target_compile_definitions(eventstore_crash_test PRIVATE
  CRASH_WRITER="$<TARGET_FILE:eventstore_crash_writer>")
add_dependencies(eventstore_crash_test eventstore_crash_writer)
