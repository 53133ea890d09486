add_test(NAME web_types_test
         COMMAND ${NODE_PROGRAM} ${CMAKE_SOURCE_DIR}/tools/web/node_modules/typescript/bin/tsc
                 --project ${CMAKE_SOURCE_DIR}/tools/web)
add_test(NAME web_unit_test COMMAND ${NODE_PROGRAM} ${CMAKE_SOURCE_DIR}/tools/web/test.mjs unit)
set_tests_properties(web_types_test web_unit_test PROPERTIES LABELS unit TIMEOUT 300)
