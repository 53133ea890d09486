add_test(NAME smoke_evidence_test
         COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/unit/smoke/evidence_test.py
                 ${CMAKE_SOURCE_DIR})
set_tests_properties(smoke_evidence_test PROPERTIES LABELS unit TIMEOUT 60)
