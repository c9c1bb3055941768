# embed_texts(OUTPUT NAMESPACE FUNCTION FILE...): writes OUTPUT, a C++ source in which
# `std::span<const std::string_view> NAMESPACE::FUNCTION()` gives the files' texts in this order.
function(embed_texts output namespace function)
  set(texts "")
  foreach(file IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    string(APPEND texts "    R\"~~~(${text})~~~\",\n")
  endforeach()
  set(made ${CMAKE_CURRENT_BINARY_DIR}/${output})
  file(WRITE ${made}.new
    "// Made by cmake/Embed.cmake.\n#include <array>\n#include <span>\n#include <string_view>\n\n"
    "namespace ${namespace} {\n\nstd::span<const std::string_view> ${function}();\n\n"
    "std::span<const std::string_view> ${function}() {\n"
    "    static constexpr auto all = std::to_array<std::string_view>({\n${texts}    });\n"
    "    return all;\n}\n\n} // namespace ${namespace}\n")
  # Only a change of the texts makes anything be compiled again.
  configure_file(${made}.new ${made} COPYONLY)
endfunction()
