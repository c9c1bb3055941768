// A database's rows without the store's rules: for damaging them. @pre no store has it open.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::support {

class raw_database {
  public:
    explicit raw_database(const std::filesystem::path& directory);
    ~raw_database();
    raw_database(const raw_database&) = delete;
    raw_database& operator=(const raw_database&) = delete;

    /// The families of a database, oldest first.
    static std::vector<std::string> families(const std::filesystem::path& directory);
    /// Makes an empty database with these; the first is "default".
    static void make(const std::filesystem::path& directory,
                     const std::vector<std::string>& families);

    [[nodiscard]] bool has_family(std::string_view family) const;
    /// Throws if there is no such row.
    [[nodiscard]] std::string get(std::string_view family, std::string_view key) const;
    void put(std::string_view family, std::string_view key, std::string_view value);
    void erase(std::string_view family, std::string_view key);
    /// Takes a whole family away.
    void drop(std::string_view family);

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::support
