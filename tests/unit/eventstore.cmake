rookery_test(eventstore_contract_test unit
  SOURCES unit/eventstore/contract_test.cc unit/eventstore/append_contract_test.cc
  LINK rookery_eventstore)
