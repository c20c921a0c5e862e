# SPDX-License-Identifier: Apache-2.0
# The programs of this folder as tests: a few with the machine's Go each time, all with every Go release under the
# label `slow`. Without Go they are skipped. All build folders share the dumps.
if(GOKNOT_TESTS)
  find_program(HOUSE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  find_program(HOUSE_PYTHON python3 REQUIRED)
  set(programs_check ${HOUSE_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/programs/check.py --make
      --goknot $<TARGET_FILE:goknot> --out ${PROJECT_SOURCE_DIR}/build/dumps)
  add_test(NAME programs/cut COMMAND ${programs_check} --cut)
  add_test(NAME programs/all COMMAND ${programs_check})
  # The same programs while they run; built in several ways.
  set(programs_live ${HOUSE_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/programs/live.py
      --goknot $<TARGET_FILE:goknot> --out ${PROJECT_SOURCE_DIR}/build/live)
  add_test(NAME programs/live COMMAND ${programs_live} --cut)
  add_test(NAME programs/live_all COMMAND ${programs_live})
  # And their cores.
  set(programs_cores ${HOUSE_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/programs/cores.py
      --goknot $<TARGET_FILE:goknot> --out ${PROJECT_SOURCE_DIR}/build/live)
  add_test(NAME programs/cores COMMAND ${programs_cores} --cut)
  add_test(NAME programs/gcore COMMAND ${programs_cores} --cut --gcore ab_ba_mutex)
  add_test(NAME programs/cores_all COMMAND ${programs_cores})
  set_tests_properties(programs/cores programs/gcore programs/cores_all PROPERTIES SKIP_RETURN_CODE 77 RESOURCE_LOCK live)
  set_tests_properties(programs/cores programs/gcore PROPERTIES TIMEOUT 600)
  set_tests_properties(programs/cores_all PROPERTIES TIMEOUT 14400 LABELS slow)
  set_tests_properties(programs/live programs/live_all PROPERTIES SKIP_RETURN_CODE 77 RESOURCE_LOCK live)
  set_tests_properties(programs/live PROPERTIES TIMEOUT 600)
  set_tests_properties(programs/live_all PROPERTIES TIMEOUT 14400 LABELS slow)
  set_tests_properties(programs/cut programs/all PROPERTIES SKIP_RETURN_CODE 77 RESOURCE_LOCK dumps)
  set_tests_properties(programs/cut PROPERTIES TIMEOUT 600)
  set_tests_properties(programs/all PROPERTIES TIMEOUT 3600 LABELS slow)
endif()
