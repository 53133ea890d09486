# The page of tools/web, built with npm in the build folder and put into rookeryd. Only what changed
# is done again: the packages when the lock file did, the bundle when a source did.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
find_program(NPM npm)
set(web ${CMAKE_SOURCE_DIR}/tools/web)
set(web_build ${CMAKE_BINARY_DIR}/web)
set(web_files ${CMAKE_BINARY_DIR}/web_page_files.cc)
# Nothing is written outside the build folder, and certificates that the system trusts are trusted:
# Node.js from elsewhere knows only its own, which is not enough behind a company's proxy.
set(npm ${CMAKE_COMMAND} -E env npm_config_cache=${web_build}/npm-cache
        npm_config_update_notifier=false)
set(system_certificates /etc/ssl/certs/ca-certificates.crt)
if(DEFINED ENV{NODE_EXTRA_CA_CERTS})
  set(system_certificates $ENV{NODE_EXTRA_CA_CERTS})
endif()
if(EXISTS ${system_certificates})
  list(APPEND npm NODE_EXTRA_CA_CERTS=${system_certificates})
endif()
list(APPEND npm ${NPM})
set(embed_page ${CMAKE_CURRENT_SOURCE_DIR}/embed_page.py)

if(EXISTS ${web}/package-lock.json AND NPM)
  set(web_folders src styles public)
  set(web_patterns ${web}/*.html ${web}/*.mjs ${web}/tsconfig.json)
  file(GLOB web_singles CONFIGURE_DEPENDS ${web_patterns})
  list(TRANSFORM web_folders PREPEND ${web}/ OUTPUT_VARIABLE web_folder_patterns)
  list(TRANSFORM web_folder_patterns APPEND /*)
  file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${web_folder_patterns})
  set(web_copies "")
  foreach(folder ${web_folders})
    if(IS_DIRECTORY ${web}/${folder})
      list(APPEND web_copies COMMAND ${CMAKE_COMMAND} -E rm -rf ${web_build}/${folder}
           COMMAND ${CMAKE_COMMAND} -E copy_directory ${web}/${folder} ${web_build}/${folder})
    endif()
  endforeach()
  add_custom_command(
    OUTPUT ${web_build}/packages.stamp
    COMMAND ${CMAKE_COMMAND} -E make_directory ${web_build}
    COMMAND ${CMAKE_COMMAND} -E copy ${web}/package.json ${web}/package-lock.json ${web_build}
    COMMAND ${npm} ci --prefix ${web_build} --no-audit --no-fund --ignore-scripts --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${web_build}/packages.stamp
    DEPENDS ${web}/package.json ${web}/package-lock.json
    COMMENT "Installing the page's packages" VERBATIM)
  add_custom_command(
    OUTPUT ${web_files}
    ${web_copies}
    COMMAND ${CMAKE_COMMAND} -E copy ${web_singles} ${web_build}
    COMMAND ${npm} run --prefix ${web_build} --silent build
    COMMAND ${Python3_EXECUTABLE} -B ${embed_page} ${web_build}/dist ${web_files}
    DEPENDS ${web_build}/packages.stamp ${web_sources} ${web_singles} ${embed_page}
    COMMENT "Building the page" VERBATIM)
else()
  message(STATUS "rookeryd is built without its page: there is no npm, or no tools/web")
  add_custom_command(
    OUTPUT ${web_files}
    COMMAND ${Python3_EXECUTABLE} -B ${embed_page} ${web_build}/no-page ${web_files}
    DEPENDS ${embed_page} VERBATIM)
endif()
