# SPDX-License-Identifier: Apache-2.0
# Real servers under load, those that are installed; labelled `slow`.
if(GOKNOT_TESTS)
  find_program(HOUSE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  find_program(HOUSE_PYTHON python3 REQUIRED)
  add_test(NAME servers COMMAND ${HOUSE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/check.py --goknot $<TARGET_FILE:goknot>)
  set_tests_properties(servers PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900 LABELS slow)
endif()
