# SPDX-License-Identifier: Apache-2.0
# Who holds which lock, compared with what programs know themselves, and which locks nobody will release: a cut with the
# machine's Go each time, every release in every form under the label `slow`. Skipped without Go.
if(GOKNOT_TESTS)
  find_program(HOUSE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  find_program(HOUSE_PYTHON python3 REQUIRED)
  set(left_cut --every 5)
  foreach(check truth lookalikes left)
    set(run ${HOUSE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/${check}.py --goknot $<TARGET_FILE:goknot>)
    add_test(NAME holders/${check} COMMAND ${run} ${${check}_cut})
    add_test(NAME holders/${check}-all COMMAND ${run} --all-releases --forms)
    set_tests_properties(holders/${check} holders/${check}-all PROPERTIES SKIP_RETURN_CODE 77)
    set_tests_properties(holders/${check} PROPERTIES TIMEOUT 300)
    set_tests_properties(holders/${check}-all PROPERTIES TIMEOUT 3600 LABELS slow)
  endforeach()
endif()
