// A directory of the test's own, gone with everything in it when the test ends; and ways to look at
// raw files: what must not be on the disk is searched for in the bytes, not through a reader.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::support {

class temp_directory {
  public:
    temp_directory();
    ~temp_directory();
    temp_directory(const temp_directory&) = delete;
    temp_directory& operator=(const temp_directory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
        return path_ / name;
    }

  private:
    std::filesystem::path path_;
};

std::string read_bytes(const std::filesystem::path& file);
void write_bytes(const std::filesystem::path& file, std::string_view bytes);

/// Every regular file below `directory` by its relative path, with its content.
std::map<std::string, std::string> all_files(const std::filesystem::path& directory);

/// The files below `directory` whose bytes contain `needle`.
std::vector<std::string> files_containing(const std::filesystem::path& directory,
                                          std::string_view needle);

/// Changes one bit of a file.
void flip_bit(const std::filesystem::path& file, std::size_t byte, unsigned bit = 0);

/// The files of `directory` with this extension (".log", ".sst"), by name, oldest first.
std::vector<std::filesystem::path> files_with_extension(const std::filesystem::path& directory,
                                                        std::string_view extension);

} // namespace rollcall::support
