#include "cli/input_file.hpp"

#include <fstream>
#include <iterator>

namespace rollcall::cli {

base::result<std::string> read_input_file(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) {
        std::ifstream in(path, std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(in), {}};
        if (in.is_open() && !in.bad()) return text;
    }
    return base::fail(std::make_error_code(std::errc::no_such_file_or_directory),
                      path.string() + " cannot be read: check its name and whether you may");
}

} // namespace rollcall::cli
