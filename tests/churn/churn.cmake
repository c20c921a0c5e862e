# SPDX-License-Identifier: Apache-2.0
# Reading while everything moves: half a minute with the machine's Go each time, minutes with every release under the
# label `slow`. Skipped without Go.
if(GOKNOT_TESTS)
  find_program(HOUSE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  find_program(HOUSE_PYTHON python3 REQUIRED)
  set(churn ${HOUSE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/churn.py --goknot $<TARGET_FILE:goknot>)
  add_test(NAME churn/cut COMMAND ${churn} --seconds 30)
  add_test(NAME churn/all COMMAND ${churn} --seconds 60 --all-releases)
  set_tests_properties(churn/cut churn/all PROPERTIES SKIP_RETURN_CODE 77 RUN_SERIAL ON)
  set_tests_properties(churn/cut PROPERTIES TIMEOUT 300)
  set_tests_properties(churn/all PROPERTIES TIMEOUT 3600 LABELS slow)
endif()
