# The build of rookeryd fetched the page's packages.
set(WEB_TEST ${NODE_PROGRAM} ${CMAKE_SOURCE_DIR}/tools/web/test.mjs
    --packages ${CMAKE_BINARY_DIR}/web/node_modules)
add_test(NAME web_types_test COMMAND ${WEB_TEST} types)
add_test(NAME web_unit_test COMMAND ${WEB_TEST} unit)
set_tests_properties(web_types_test web_unit_test PROPERTIES LABELS unit TIMEOUT 300)
