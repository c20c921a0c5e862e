# SPDX-License-Identifier: Apache-2.0
# Two programs with a mode for each behaviour: what gets stuck must be found once and blamed on the right function, what
# is well must not be accused. A cut of both with the machine's Go each time; all modes, builds and many looks under
# `slow`. Without Go they are skipped.
if(GOKNOT_TESTS)
  find_program(HOUSE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  find_program(HOUSE_PYTHON python3 REQUIRED)
  set(gallery_check ${HOUSE_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/gallery/check.py
      --goknot $<TARGET_FILE:goknot> --out ${PROJECT_SOURCE_DIR}/build/gallery)
  add_test(NAME gallery/bugs COMMAND ${gallery_check} --every 7 bugs)
  add_test(NAME gallery/healthy COMMAND ${gallery_check} --every 7 healthy)
  set(gallery_tests gallery/bugs gallery/healthy)
  foreach(build plain stripped pie cgo unoptimised)
    add_test(NAME gallery/bugs_${build} COMMAND ${gallery_check} --build ${build} bugs)
    add_test(NAME gallery/healthy_${build} COMMAND ${gallery_check} --build ${build} --looks 20 healthy)
    list(APPEND gallery_tests gallery/bugs_${build} gallery/healthy_${build})
    set_tests_properties(gallery/bugs_${build} gallery/healthy_${build} PROPERTIES TIMEOUT 7200 LABELS slow)
  endforeach()
  set_tests_properties(gallery/bugs gallery/healthy PROPERTIES TIMEOUT 600)
  set_tests_properties(${gallery_tests} PROPERTIES SKIP_RETURN_CODE 77 RESOURCE_LOCK live)
endif()
