# SPDX-License-Identifier: Apache-2.0
# The tables of src/goknot/target/layouts against the debugging information and the sources of every Go release that is
# there, on both architectures. Takes minutes the first time, so it is labelled `slow`. Skipped without Go.
if(GOKNOT_TESTS)
  add_executable(print_layout ${CMAKE_CURRENT_LIST_DIR}/print_layout.cc)
  target_link_libraries(print_layout PRIVATE core house_warnings)
  find_program(HOUSE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  find_program(HOUSE_PYTHON python3 REQUIRED)
  add_test(NAME layouts COMMAND ${HOUSE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/check.py --print-layout $<TARGET_FILE:print_layout>)
  set_tests_properties(layouts PROPERTIES LABELS slow TIMEOUT 3600 SKIP_RETURN_CODE 77)
endif()
