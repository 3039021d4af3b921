# cmake -DNPM= -DSOURCE= -DOUTPUT= -DSTAMP= -P build_pages.cmake: fetches what the pages are built
# with, as the lock file says, and builds them into OUTPUT.
#
# In a copy, because npm writes into its folder and several build folders may build at once.
cmake_path(GET STAMP PARENT_PATH work)
file(GLOB parts ${SOURCE}/*)
list(FILTER parts EXCLUDE REGEX "/(node_modules|build|dist)$")
file(REMOVE_RECURSE ${work}/source/src)  # or what was deleted would stay
file(COPY ${parts} ${SOURCE}/.npmrc ${SOURCE}/.prettierignore ${CMAKE_CURRENT_LIST_DIR}/../.prettierrc.json
  DESTINATION ${work}/source)
file(SHA256 ${SOURCE}/package-lock.json lock)
set(installed "")
if(EXISTS ${work}/installed)
  file(READ ${work}/installed installed)
endif()
if(NOT installed STREQUAL lock)
  execute_process(COMMAND ${NPM} ci --no-audit --no-fund WORKING_DIRECTORY ${work}/source
    RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "npm ci failed for the pages: is the npm registry reachable?")
  endif()
  file(WRITE ${work}/installed ${lock})
endif()
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env WHATMATTERS_WEB_OUT=${OUTPUT} ${NPM} run build
  WORKING_DIRECTORY ${work}/source RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "the pages do not build; see above")
endif()
file(WRITE ${STAMP} "")
