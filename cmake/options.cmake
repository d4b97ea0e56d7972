# Compiler options of every target, as one interface library.
add_library(stacvrt_options INTERFACE)
target_include_directories(stacvrt_options INTERFACE ${PROJECT_SOURCE_DIR})
# Floating-point contraction off: the same recipe gives the same bytes whatever the optimiser prefers.
target_compile_options(stacvrt_options INTERFACE
  -ffp-contract=off
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Woverloaded-virtual -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough
  # GCC 12 sees overlaps and overflows in "literal" + std::string that are not there (its bugs 105651, 105329).
  "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds>"
  $<$<BOOL:${STACVRT_WERROR}>:-Werror>)
if(STACVRT_SANITIZE)
  # The checks that a sanitizer inserts hide from GCC what is initialised: the warning then fires inside libstdc++.
  target_compile_options(stacvrt_options INTERFACE -fsanitize=${STACVRT_SANITIZE} -fno-omit-frame-pointer
                                                   $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(stacvrt_options INTERFACE -fsanitize=${STACVRT_SANITIZE})
endif()

# Headers that nearly every file of the JSON-reading layers includes: parsing them once halves a clean build.
option(STACVRT_PCH "Precompile the JSON and standard headers" ON)
function(stacvrt_precompile target)
  if(STACVRT_PCH)
    target_precompile_headers(${target} PRIVATE <nlohmann/json.hpp> <algorithm> <functional> <map> <memory> <optional>
                                                <string> <string_view> <vector>)
  endif()
endfunction()
