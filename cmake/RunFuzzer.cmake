# Runs one fuzzer for a few seconds on a scratch copy of its seeds, with a seed that it prints.
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
execute_process(
  COMMAND ${FUZZER} -max_total_time=5 -timeout=10 -rss_limit_mb=4096 -print_final_stats=1
          -artifact_prefix=${WORK}/ ${WORK} ${SEEDS}
  RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${FUZZER} found a failing input; it is kept in ${WORK}")
endif()
