# What reads the sources instead of running them, as tests with the label `lint`: the format of all
# C++, clang-tidy on each room of the program, types, format and pure rules of the pages, format and
# syntax of the tests' scripts.
#
# cmake -P lint.cmake checks the format: of C++ with CLANG_FORMAT and SOURCE, of scripts (.mjs) with
# PRETTIER, NODE and SOURCE; as an include it adds the tests.

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  set(patterns "")
  foreach(folder fhir adapters plugin tests)
    if(PRETTIER)
      list(APPEND patterns ${SOURCE}/${folder}/*.mjs)
    else()
      list(APPEND patterns ${SOURCE}/${folder}/*.h ${SOURCE}/${folder}/*.cpp)
    endif()
  endforeach()
  file(GLOB_RECURSE files ${patterns})
  list(FILTER files EXCLUDE REGEX "/node_modules/")
  if(PRETTIER)
    foreach(file IN LISTS files)
      execute_process(COMMAND ${NODE} --check ${file} RESULT_VARIABLE failed)
      if(failed)
        message(FATAL_ERROR "node cannot read ${file}")
      endif()
    endforeach()
    # The settings are those of .prettierrc.json, as for the pages.
    execute_process(COMMAND ${NODE} ${PRETTIER} --check ${files} RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "prettier --write would change the files named above")
    endif()
    return()
  endif()
  execute_process(COMMAND ${CLANG_FORMAT} --dry-run --Werror ${files} RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "clang-format -i would change the files named above")
  endif()
  return()
endif()

find_program(CLANG_FORMAT clang-format REQUIRED)
find_program(CLANG_TIDY clang-tidy REQUIRED)
find_program(NODE node REQUIRED)

add_test(NAME "lint: format" COMMAND ${CMAKE_COMMAND} -DCLANG_FORMAT=${CLANG_FORMAT}
  -DSOURCE=${PROJECT_SOURCE_DIR} -P ${CMAKE_CURRENT_LIST_FILE})
set(lint_tests "lint: format")

# clang-tidy on NAME, some sources of a room. Generated files are not ours to mend.
function(add_tidy_test name)
  add_test(NAME "lint: ${name}" COMMAND ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/tidy
    ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} ${name} ${ARGN})
  list(APPEND lint_tests "lint: ${name}")
  set(lint_tests ${lint_tests} PARENT_SCOPE)
endfunction()

get_property(rooms GLOBAL PROPERTY whatmatters_rooms)
foreach(target ${rooms})
  get_target_property(sources ${target} SOURCES)
  get_target_property(folder ${target} SOURCE_DIR)
  string(REPLACE whatmatters_ "" room ${target})
  set(files "")
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${folder} NORMALIZE)
    cmake_path(IS_PREFIX PROJECT_BINARY_DIR ${source} is_generated)
    if(source MATCHES "\\.cpp$" AND NOT is_generated)
      get_source_file_property(is_alone ${source} TARGET_DIRECTORY ${target}
        SKIP_UNITY_BUILD_INCLUSION)
      if(is_alone)
        cmake_path(GET source STEM stem)
        add_tidy_test(${room}_${stem} ${source})
      else()
        list(APPEND files ${source})
      endif()
    endif()
  endforeach()
  add_tidy_test(${room} ${files})
endforeach()

# The build has put the pages there together with what they are built with.
set(pages ${PROJECT_BINARY_DIR}/plugin/web/source)
add_test(NAME "lint: pages, types and format" COMMAND ${NPM} run check WORKING_DIRECTORY ${pages})
add_test(NAME "lint: pages, rules" COMMAND ${NPM} test WORKING_DIRECTORY ${pages})
add_test(NAME "lint: scripts" COMMAND ${CMAKE_COMMAND} -DNODE=${NODE}
  -DPRETTIER=${pages}/node_modules/prettier/bin/prettier.cjs -DSOURCE=${PROJECT_SOURCE_DIR}
  -P ${CMAKE_CURRENT_LIST_FILE})
list(APPEND lint_tests "lint: pages, types and format" "lint: pages, rules" "lint: scripts")

set_tests_properties(${lint_tests} PROPERTIES LABELS lint)
