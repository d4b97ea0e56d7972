# Compiler options of every target, as one interface library.
add_library(stacvrt_options INTERFACE)
target_include_directories(stacvrt_options INTERFACE ${PROJECT_SOURCE_DIR})
# Floating-point contraction off: the same recipe gives the same bytes whatever the optimiser prefers.
target_compile_options(stacvrt_options INTERFACE
  -ffp-contract=off
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Woverloaded-virtual -Wnull-dereference -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough
  # GCC 12 sees overlaps in "literal" + std::string that are not there (its bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  $<$<BOOL:${STACVRT_WERROR}>:-Werror>)
if(STACVRT_SANITIZE)
  # The checks that a sanitizer inserts hide from GCC what is initialised: both warnings then fire inside libstdc++.
  target_compile_options(stacvrt_options INTERFACE -fsanitize=${STACVRT_SANITIZE} -fno-omit-frame-pointer
                                                   -Wno-maybe-uninitialized -Wno-null-dereference)
  target_link_options(stacvrt_options INTERFACE -fsanitize=${STACVRT_SANITIZE})
endif()
