#include "eventlog/directory_identity.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/error.hpp"

#include <charconv>
#include <map>
#include <sstream>

namespace rollcall::eventlog {
namespace {

constexpr std::string_view mark = "rollcall data directory";
constexpr std::string_view check_text = "this master key belongs to this directory";

std::string check_context(const base::uuid& lineage) {
    return "directory " + lineage.text();
}

/// `UUID @N`.
std::optional<log_origin> parse_origin(const std::string& text) {
    const auto space = text.find(' ');
    if (space == std::string::npos) return std::nullopt;
    const auto lineage = base::uuid::parse(text.substr(0, space));
    const auto at = position::parse(text.substr(space + 1));
    if (!lineage || !at) return std::nullopt;
    return log_origin{*lineage, *at};
}

tl::unexpected<base::failure> damaged(const std::filesystem::path& file) {
    return base::fail(log_errc::foreign_directory,
                      file.string() + " is damaged: restore it from a backup");
}

} // namespace

std::string directory_identity::text() const {
    std::string out = std::string(mark) + "\nformat " + std::to_string(format) + "\nlineage " +
                      lineage.text() + "\ncheck " + base::hex(base::as_bytes(check)) + "\n";
    if (origin) out += "restored " + origin->lineage.text() + " " + origin->at.text() + "\n";
    return out;
}

base::result<directory_identity> directory_identity::parse(const std::filesystem::path& file,
                                                           const std::string& text) {
    std::istringstream in(text);
    std::string line;
    directory_identity id;
    std::map<std::string, std::string> members;
    if (std::getline(in, line) && line == mark) {
        while (std::getline(in, line)) {
            const auto space = line.find(' ');
            if (space != std::string::npos) {
                members[line.substr(0, space)] = line.substr(space + 1);
            }
        }
    }
    const std::string& number = members["format"];
    const auto [stop, error] =
        std::from_chars(number.data(), number.data() + number.size(), id.format);
    if (error != std::errc{} || stop != number.data() + number.size()) return damaged(file);
    if (id.format > data_format) {
        return base::fail(log_errc::newer_format,
                          file.parent_path().string() + " has data format " + number +
                              ", this program knows " + std::to_string(data_format) +
                              ": use the newer version that wrote it. Nothing was changed");
    }
    const auto lineage = base::uuid::parse(members["lineage"]);
    const auto check = base::parse_hex(members["check"]);
    if (!lineage || !check) return damaged(file);
    if (const auto from = members.find("restored"); from != members.end()) {
        id.origin = parse_origin(from->second);
        if (!id.origin) return damaged(file);
    }
    id.lineage = *lineage;
    id.check = std::string(base::as_text(*check));
    return id;
}

std::string seal_check(const secret_key& master, const base::uuid& lineage) {
    return seal(master, check_context(lineage), check_text);
}

bool opens_check(const secret_key& master, const base::uuid& lineage, std::string_view check) {
    const auto plain = unseal(master, check_context(lineage), check);
    return plain && *plain == check_text;
}

} // namespace rollcall::eventlog
