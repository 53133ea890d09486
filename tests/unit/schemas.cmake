rookery_test(schemas_test unit SOURCES unit/schemas/ids_test.cc unit/schemas/upcast_test.cc unit/schemas/shown_json_test.cc LINK rookery_schemas)
