# SPDX-License-Identifier: Apache-2.0
# Cores of one program that ends in several ways; the cores of all programs are in tests/programs. Skipped without Go, and
# where the kernel gives cores to somebody else.
if(GOKNOT_TESTS)
  find_program(HOUSE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  find_program(HOUSE_PYTHON python3 REQUIRED)
  add_test(NAME cores COMMAND ${HOUSE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/check.py --goknot $<TARGET_FILE:goknot>)
  set_tests_properties(cores PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900)
endif()
