# Writes OUTPUT, a C++ file with FUNCTION defined as the list of FILES: cmake -DOUTPUT=... -DFUNCTION=... -DFILES=a,b -P.
string(REPLACE "," ";" FILES "${FILES}")
set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME_WE)
  file(READ "${file}" text)
  string(APPEND entries "    {\"${name}\", R\"json(${text})json\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Generated from data/ by cmake/embed_text.cmake.
#include \"cube/embedded_data.h\"

namespace stacvrt::cube {
namespace {
constexpr EmbeddedFile kFiles[] = {
${entries}};
}  // namespace

std::span<const EmbeddedFile> ${FUNCTION}() noexcept { return kFiles; }

}  // namespace stacvrt::cube
")
