rookery_test(eventstore_contract_test unit
  SOURCES unit/eventstore/contract_test.cc unit/eventstore/append_contract_test.cc
  LINK rookery_eventstore)
rookery_test(eventstore_codec_test unit
  SOURCES unit/eventstore/envelope_codec_test.cc unit/eventstore/golden_events_test.cc
    unit/eventstore/hex_file.cc
  LINK rookery_eventstore)
rookery_test(eventstore_recovery_test unit
  SOURCES unit/eventstore/recovery_test.cc
  LINK rookery_eventstore RocksDB::rocksdb-shared)
