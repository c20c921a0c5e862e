# SPDX-License-Identifier: Apache-2.0
# Processes that are special. Compiles with C, so it takes a minute; labelled `slow`. What cannot be had is skipped.
if(GOKNOT_TESTS)
  find_program(HOUSE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  find_program(HOUSE_PYTHON python3 REQUIRED)
  set(processes ${HOUSE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/check.py --goknot $<TARGET_FILE:goknot>)
  add_test(NAME processes/refused COMMAND ${processes} no_go itself kernel_thread zombie vanished of_another_user not_dumpable of_32_bit of_another_machine ancient
           ends_in_the_middle resembles_go_in_memory)
  add_test(NAME processes/motion COMMAND ${processes} short_queues_that_move long_queue_that_moves
           queue_behind_one_that_computes holder_that_computes_is_seen_when_held queue_of_a_stopped_program
           named_by_its_file)
  add_test(NAME processes/all COMMAND ${processes})
  set_tests_properties(processes/refused processes/motion processes/all PROPERTIES SKIP_RETURN_CODE 77)
  set_tests_properties(processes/refused processes/motion PROPERTIES TIMEOUT 300)
  # Where others use the CPUs, standing still shows nothing.
  set_tests_properties(processes/motion processes/all PROPERTIES RUN_SERIAL ON)
  set_tests_properties(processes/all PROPERTIES TIMEOUT 1800 LABELS slow)
endif()
