rookery_test(runtime_test unit SOURCES unit/runtime/entity_directory_test.cc unit/runtime/snapshot_test.cc
             LINK rookery_runtime rookery_eventstore)
