add_test(NAME tidy_test
         COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/unit/tidy/tidy_test.py
                 ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/tests)
set_tests_properties(tidy_test PROPERTIES LABELS unit TIMEOUT 300)
