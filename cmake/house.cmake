# SPDX-License-Identifier: Apache-2.0
# The rules of the house: what lies in a folder is in the program, and the suffix of a file says what it is.
#
#   x.cc         part of its library or program        x_fuzz.cc    a fuzzer, corpus in tests/corpus/x
#   x_test.cc    part of the program `unit_tests`      x_bench.cc   a benchmark
#   embed/x.css  data, found in the program as goknot::embedded::x_css
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(HOUSE_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

# The one file that knows where the tree lies: all others compile to the same in every checkout, so ccache knows them.
set(HOUSE_SOURCE_FOLDER ${PROJECT_SOURCE_DIR}/tests/support/source_folder.cc)
set_source_files_properties(${HOUSE_SOURCE_FOLDER} PROPERTIES
  COMPILE_DEFINITIONS GOKNOT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

add_link_options(-Wl,--as-needed)  # a library that nothing uses is not loaded at start

find_program(HOUSE_CCACHE ccache)
if(HOUSE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HOUSE_CCACHE})
endif()

if(GOKNOT_TESTS)
  enable_testing()
endif()

# Warnings for everything we write ourselves.
add_library(house_warnings INTERFACE)
target_compile_options(house_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  # clang blames the users of std::ranges::stable_sort for the inside of libstdc++ (get_temporary_buffer), and takes no
  # embedded file for a string
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations> $<$<CXX_COMPILER_ID:Clang>:-Wno-overlength-strings>
  $<$<BOOL:${GOKNOT_WERROR}>:-Werror>)

# Headers that nearly every file reads; to parse them anew is half of the time that a build takes. Not in the lint
# preset, which shows what a file forgot to include.
function(house_precompile target)
  if(GOKNOT_PCH)
    house_precompile_headers(${target}
      <algorithm> <array> <charconv> <chrono> <cstdint> <cstring> <expected> <filesystem> <functional> <map> <memory>
      <optional> <ranges> <set> <span> <string> <string_view> <vector> <absl/container/flat_hash_map.h>
      <absl/container/flat_hash_set.h> <fmt/format.h> ${ARGN})
  endif()
endfunction()

# What is compiled from headers differs with the folder of the build, and with it everything that uses it, as far as
# ccache sees; so it is shown a checksum of what they say instead (CCACHE_PCH_EXTSUM). One of each configuration.
function(house_precompile_headers target)
  target_precompile_headers(${target} PRIVATE ${ARGN})
  list(TRANSFORM ARGN REPLACE "(.+)" "#include \\1" OUTPUT_VARIABLE lines)
  list(JOIN lines "\n" text)
  set(probe ${CMAKE_CURRENT_BINARY_DIR}/generated/precompiled/${target}.cc)
  file(CONFIGURE OUTPUT ${probe} CONTENT "${text}\n" @ONLY)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -std=c++${CMAKE_CXX_STANDARD} -E -P -dD ${probe}
                  OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
  string(SHA256 sum "${said}")
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.gch.sum
       CONTENT "${sum}\n" @ONLY)
endfunction()

# The .cc files below a folder that are part of the product: no tests, fuzzers or benchmarks.
function(house_sources out folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cc)
  list(FILTER files EXCLUDE REGEX "_(test|fuzz|bench)\\.cc$")
  set(${out} ${files} PARENT_SCOPE)
endfunction()

# house_embed(target file symbol): makes the bytes of a file a std::string_view goknot::embedded::<symbol>.
function(house_embed target file symbol)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated/embedded/${symbol}.cc)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DOUTPUT=${generated} -DSYMBOL=${symbol}
            -P ${HOUSE_CMAKE_DIR}/embed.cmake
    DEPENDS ${file} ${HOUSE_CMAKE_DIR}/embed.cmake
    COMMENT "Embedding ${symbol}")
  target_sources(${target} PRIVATE ${generated})
  set_property(GLOBAL APPEND PROPERTY HOUSE_EMBEDDED ${symbol})
endfunction()

# Embeds every file that lies in a folder named `embed` and declares them all in goknot/embedded.h.
function(house_embed_all target folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*)
  list(FILTER files INCLUDE REGEX "/embed/[^/]+$")
  set(declarations "")
  set(symbols "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    string(MAKE_C_IDENTIFIER ${name} symbol)
    if(symbol IN_LIST symbols)
      message(FATAL_ERROR "${file}: a second embedded file is called ${symbol}")
    endif()
    list(APPEND symbols ${symbol})
    house_embed(${target} ${file} ${symbol})
    string(APPEND declarations "extern const std::string_view ${symbol}, ${symbol}_sha256;\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/goknot/embedded.h @ONLY CONTENT
"// Generated by cmake/house.cmake: the files in folders named `embed`.
#pragma once
#include <string_view>
namespace goknot::embedded {
@declarations@}  // namespace goknot::embedded
")
  target_include_directories(${target} PUBLIC ${CMAKE_CURRENT_BINARY_DIR}/generated)
endfunction()

# A static library of everything below a folder.
function(house_library target folder)
  house_sources(files ${folder})
  add_library(${target} STATIC ${files})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/${folder}/base/version.cc PROPERTIES
    COMPILE_DEFINITIONS GOKNOT_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${target} PRIVATE house_warnings)
  house_embed_all(${target} ${folder})
  house_precompile(${target})
endfunction()

# A program of everything below a folder. Its main.cc stands alone; the rest is the object library `app`, which the
# tests link too.
function(house_program target folder)
  house_sources(files ${folder})
  set(main ${PROJECT_SOURCE_DIR}/${folder}/main.cc)
  list(REMOVE_ITEM files ${main})
  if(NOT files)
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/nothing.cc CONTENT "")
    set(files ${CMAKE_CURRENT_BINARY_DIR}/generated/nothing.cc)
  endif()
  add_library(app OBJECT ${files})
  target_link_libraries(app PRIVATE house_warnings)
  if(GOKNOT_PCH)
    target_precompile_headers(app REUSE_FROM core)
  endif()
  add_executable(${target} ${main})
  target_link_libraries(${target} PRIVATE app house_warnings)
endfunction()

# One program `unit_tests` of all _test.cc files, the golden tests, and the rules about includes.
function(house_tests)
  if(NOT GOKNOT_TESTS)
    return()
  endif()
  find_package(GTest REQUIRED)
  list(TRANSFORM ARGN REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/\\1/*_test.cc" OUTPUT_VARIABLE patterns)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${patterns})
  file(GLOB support CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.cc)
  list(FILTER support EXCLUDE REGEX "_main\\.cc$")
  add_executable(unit_tests ${tests} ${support})
  target_include_directories(unit_tests PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(unit_tests PRIVATE app core house_warnings GTest::gmock GTest::gtest_main)
  house_precompile(unit_tests <gmock/gmock.h> <gtest/gtest.h>)
  add_test(NAME unit COMMAND unit_tests --gtest_brief=1)
  add_test(NAME layers COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -P ${HOUSE_CMAKE_DIR}/layers.cmake)
  house_golden_tests(goknot)
endfunction()

# One test per subject, a folder below tests/golden; each of its cases is run through the real program.
function(house_golden_tests program)
  find_program(HOUSE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)  # Debian's: the one with Debian's modules
  find_program(HOUSE_PYTHON python3 REQUIRED)
  set(golden ${PROJECT_SOURCE_DIR}/tests/golden)
  file(GLOB subjects CONFIGURE_DEPENDS LIST_DIRECTORIES true RELATIVE ${golden} ${golden}/*)
  foreach(subject IN LISTS subjects)
    if(IS_DIRECTORY ${golden}/${subject})
      add_test(NAME golden/${subject} COMMAND ${HOUSE_PYTHON} -B ${golden}/run.py $<TARGET_FILE:${program}> ${golden}/${subject})
    endif()
  endforeach()
  add_test(NAME outputs COMMAND ${HOUSE_PYTHON} -B ${PROJECT_SOURCE_DIR}/tests/outputs/check.py $<TARGET_FILE:${program}>)
  set_tests_properties(outputs PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

# One program per _fuzz.cc: for libFuzzer under the preset `fuzz`, else one that replays the corpus as a test.
function(house_fuzzers folder)
  if(NOT GOKNOT_TESTS AND NOT GOKNOT_FUZZ)
    return()
  endif()
  file(GLOB_RECURSE fuzzers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*_fuzz.cc)
  foreach(file IN LISTS fuzzers)
    get_filename_component(name ${file} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" parser ${name})
    add_executable(${name} ${file} ${HOUSE_SOURCE_FOLDER})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE core house_warnings)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/fuzz)
    if(GOKNOT_FUZZ)
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
      target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/fuzz_replay_main.cc)
      add_test(NAME corpus/${parser} COMMAND ${name} ${PROJECT_SOURCE_DIR}/tests/corpus/${parser})
    endif()
  endforeach()
endfunction()

# One Google Benchmark program per _bench.cc.
function(house_benches folder)
  if(NOT GOKNOT_BENCH)
    return()
  endif()
  find_package(benchmark REQUIRED)
  file(GLOB_RECURSE benches CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*_bench.cc)
  foreach(file IN LISTS benches)
    get_filename_component(name ${file} NAME_WE)
    add_executable(${name} ${file})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE core house_warnings benchmark::benchmark_main)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/bench)
  endforeach()
endfunction()
