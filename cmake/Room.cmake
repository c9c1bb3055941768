# room(NAME [SOURCES ...] [LINK ...]): one library target, with the project's warnings.
# room_test(NAME SOURCES ... LINK ...): one Boost.Test binary, registered with CTest.
# room_fuzz(NAME SOURCE LINK ...): one fuzzer; CTest runs it briefly on its seeds.
include(CMakeParseArguments)

function(rollcall_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Werror)
endfunction()

function(room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  rollcall_warnings(${name})
endfunction()

function(room_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  add_executable(${name} ${PROJECT_SOURCE_DIR}/tests/support/test_main.cpp ${ARG_SOURCES})
  if(ROLLCALL_SANITIZE STREQUAL "thread")
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/seen_threads.cpp)
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_LINK} Boost::unit_test_framework rapidcheck_boost_test)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  rollcall_warnings(${name})
  add_test(NAME ${name} COMMAND ${name} --report_level=short)
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()

function(room_fuzz name source)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  if(NOT ROLLCALL_FUZZ)
    return()
  endif()
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  rollcall_warnings(${name})
  # A short run on a copy of the seeds: long hunts use the same binary by hand (docs/HACKING.md).
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -DFUZZER=$<TARGET_FILE:${name}>
    -DSEEDS=${PROJECT_SOURCE_DIR}/tests/fuzz/seeds/${name}
    -DWORK=${CMAKE_BINARY_DIR}/fuzz/${name} -P ${PROJECT_SOURCE_DIR}/cmake/RunFuzzer.cmake)
  set_tests_properties(${name} PROPERTIES TIMEOUT 120)
endfunction()
