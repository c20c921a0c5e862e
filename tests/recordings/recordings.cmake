# SPDX-License-Identifier: Apache-2.0
# The program that makes tests/data/recordings, see make_recordings.
if(GOKNOT_TESTS)
  add_executable(record EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/record.cc
                 ${PROJECT_SOURCE_DIR}/tests/support/traceback_text.cc ${HOUSE_SOURCE_FOLDER})
  target_include_directories(record PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(record PRIVATE core house_warnings)
endif()
