#include "tests/support/temp_directory.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace rollcall::support {

namespace fs = std::filesystem;

temp_directory::temp_directory() {
    std::string pattern = (fs::temp_directory_path() / "rollcall-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
    }
    path_ = pattern;
}

temp_directory::~temp_directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string read_bytes(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    std::ostringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

void write_bytes(const fs::path& file, std::string_view bytes) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.flush();
    if (!out) throw std::runtime_error("cannot write " + file.string());
}

std::map<std::string, std::string> all_files(const fs::path& directory) {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
        if (!entry.is_regular_file()) continue;
        found[fs::relative(entry.path(), directory).string()] = read_bytes(entry.path());
    }
    return found;
}

std::vector<std::string> files_containing(const fs::path& directory, std::string_view needle) {
    std::vector<std::string> found;
    for (const auto& [name, bytes] : all_files(directory)) {
        if (bytes.find(needle) != std::string::npos) found.push_back(name);
    }
    return found;
}

void flip_bit(const fs::path& file, std::size_t byte, unsigned bit) {
    std::string bytes = read_bytes(file);
    bytes.at(byte) = static_cast<char>(static_cast<unsigned char>(bytes[byte]) ^ (1u << bit));
    write_bytes(file, bytes);
}

std::vector<fs::path> files_with_extension(const fs::path& directory, std::string_view extension) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.path().extension() == extension) found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace rollcall::support
