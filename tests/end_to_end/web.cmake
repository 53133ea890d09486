# The page in headless Chromium against this build's rookeryd, which fetched the page's packages.
add_test(NAME web_e2e_test
         COMMAND ${NODE_PROGRAM} ${CMAKE_SOURCE_DIR}/tools/web/test.mjs
                 --packages ${CMAKE_BINARY_DIR}/web/node_modules
                 end-to-end ${CMAKE_BINARY_DIR}/bin)
set_tests_properties(web_e2e_test PROPERTIES LABELS e2e TIMEOUT 900 PROCESSORS 2 COST 200)
