// docs/CONFIGURATION.md says what the code says: the options are those that `serve --help` shows,
// with the same defaults, and the limits are those of the sources, all of them. What
// docs/OPERATING.md quotes of a refused start is what the program says.
#include "tests/integration/installation.hpp"

#include <boost/test/unit_test.hpp>

#include <cctype>
#include <filesystem>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

namespace rollcall::integration {

namespace {

namespace fs = std::filesystem;

const std::string tree = ROLLCALL_TREE;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

/// The rows of the page's tables: heading → (name in the first cell → second cell).
std::map<std::string, std::map<std::string, std::string>> documented() {
    std::map<std::string, std::map<std::string, std::string>> tables;
    std::string heading;
    const std::regex row(R"(\| `([^`]+)` \|([^|]*)\|.*)");
    std::smatch found;
    for (const std::string& line : lines_of(support::read_bytes(tree + "/docs/CONFIGURATION.md"))) {
        if (line.starts_with('#')) {
            heading = std::regex_replace(line, std::regex("[#` ]"), "");
        } else if (std::regex_match(line, found, row)) {
            tables[heading][found[1]] = std::regex_replace(found[2].str(), std::regex("[` ]"), "");
        }
    }
    return tables;
}

/// The value of a product or a shift of literals, e.g. `std::size_t{16} * 1024` or `1u << 20`.
/// Nothing for anything else.
std::optional<std::uint64_t> evaluate(std::string text) {
    text = std::regex_replace(text, std::regex(R"(std::(size_t|uint\d+_t)\{(\d[\d']*)\})"), "$2");
    text = std::regex_replace(text, std::regex("'"), "");
    const std::regex factors(R"(\s*(\d+)[uUlL]*\s*(?:\*\s*(\d+)\s*)?(?:\*\s*(\d+)\s*)?)");
    const std::regex shift(R"(\s*(\d+)[uUlL]*\s*<<\s*(\d+)\s*)");
    std::smatch found;
    if (std::regex_match(text, found, shift)) return std::stoull(found[1]) << std::stoull(found[2]);
    if (!std::regex_match(text, found, factors)) return std::nullopt;
    std::uint64_t value = std::stoull(found[1]);
    for (const std::size_t i : {2u, 3u})
        if (found[i].matched) value *= std::stoull(found[i]);
    return value;
}

/// Every number or duration with a default that is not 0, in bytes, pieces or milliseconds.
std::map<std::string, std::uint64_t> limits_in(const std::string& source) {
    static const std::regex member(
        R"(\s*(?:(?:inline |static )?constexpr )?)"
        R"((?:std::size_t|std::uint\d+_t|unsigned|int|std::chrono::(\w+)) )"
        R"((\w+)(?:\{([^;]*)\}| = ([^;]*));.*)");
    const std::map<std::string, std::uint64_t> milliseconds = {
        {"milliseconds", 1}, {"seconds", 1000}, {"minutes", 60'000}, {"hours", 3'600'000}};
    std::map<std::string, std::uint64_t> limits;
    std::smatch found;
    // A default that does not fit on the line stands on the next one.
    const std::string text =
        std::regex_replace(support::read_bytes(std::string(tree).append("/").append(source)),
                           std::regex("= *\n *"), "= ");
    for (const std::string& line : lines_of(text)) {
        if (!std::regex_match(line, found, member)) continue;
        const auto value = evaluate(found[3].matched ? found[3] : found[4]);
        if (!value || *value == 0) continue;
        limits[found[2]] = *value * (found[1].matched ? milliseconds.at(found[1]) : 1);
    }
    return limits;
}

/// `16 KiB`, `10 s`, `4096` in bytes, milliseconds or pieces.
std::optional<std::uint64_t> amount(const std::string& text) {
    const std::map<std::string, std::uint64_t> units = {
        {"", 1},           {"B", 1},  {"KiB", 1u << 10}, {"MiB", 1u << 20},
        {"GiB", 1u << 30}, {"ms", 1}, {"s", 1000},       {"h", 3'600'000}};
    std::smatch found;
    if (!std::regex_match(text, found, std::regex(R"((\d+)(\w*))"))) return std::nullopt;
    const auto unit = units.find(found[2]);
    if (unit == units.end()) return std::nullopt;
    return std::stoull(found[1]) * unit->second;
}

/// The sources of the product, from the root of the tree.
std::vector<std::string> sources() {
    std::vector<std::string> all;
    for (const char* room : {"cli", "gateway", "eventlog", "projections", "consumers"}) {
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(tree) / room)) {
            const auto kind = entry.path().extension();
            if (kind != ".hpp" && kind != ".cpp") continue;
            all.push_back(entry.path().lexically_relative(tree).string());
        }
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(configuration_test)

BOOST_AUTO_TEST_CASE(the_options_are_those_of_the_program) {
    installation home;
    std::map<std::string, std::string> offered;
    const support::temp_directory scratch;
    child help({installation::program(), "serve", "--help"}, scratch / "complaints");
    const std::regex option(R"(\s+--([a-z-]+).*?(?:\(([^()]*)\))?\s*)");
    std::smatch found;
    for (const std::string& line : lines_of(help.rest())) {
        if (!std::regex_match(line, found, option) || found[1] == "help") continue;
        offered[found[1]] = std::regex_replace(found[2].str(), std::regex(" "), "");
    }
    BOOST_REQUIRE(help.wait(std::chrono::seconds(30)).code == 0);
    BOOST_REQUIRE(offered.size() > 5u);
    const auto told = documented()["Options"];
    for (const auto& [name, standard] : offered) {
        BOOST_TEST_CONTEXT(name) {
            const auto row = told.find(name);
            BOOST_REQUIRE((row != told.end()));
            // A default is written in words where it is not a value.
            if (!standard.empty() && row->second.find_first_of("0123456789/") != std::string::npos)
                BOOST_TEST(row->second == standard);
        }
    }
    for (const auto& [name, standard] : told)
        BOOST_TEST(offered.contains(name), name << " is no option");
}

BOOST_AUTO_TEST_CASE(the_limits_are_those_of_the_headers) {
    const auto tables = documented();
    const std::set<std::string> headers = {
        "gateway/http/limits.hpp", "gateway/limits.hpp",           "gateway/scim/limits.hpp",
        "gateway/admin/api.hpp",   "eventlog/writer.hpp",          "eventlog/store.hpp",
        "eventlog/disk_guard.hpp", "projections/command_desk.hpp", "projections/attempts.hpp",
        "projections/decide.hpp",  "consumers/erasure.hpp"};
    for (const std::string& header : headers) {
        BOOST_TEST_CONTEXT(header) {
            BOOST_REQUIRE(tables.contains(header));
            const auto& told = tables.at(header);
            const auto real = limits_in(header);
            BOOST_TEST(!real.empty());
            for (const auto& [name, value] : real) {
                const auto row = told.find(name);
                BOOST_TEST((row != told.end()), name << " is not documented");
                if (row == told.end()) continue;
                BOOST_TEST(amount(row->second).has_value(), name << " is " << row->second);
                BOOST_TEST(amount(row->second).value_or(0) == value, name);
            }
            for (const auto& [name, value] : told)
                BOOST_TEST(real.contains(name), name << " is not in the header");
        }
    }
}

BOOST_AUTO_TEST_CASE(no_limit_is_left_out) {
    const auto tables = documented();
    const auto& elsewhere = tables.at("Elsewhere");
    std::set<std::string> found;
    for (const std::string& source : sources()) {
        if (tables.contains(source)) continue;
        for (const auto& [name, value] : limits_in(source)) {
            if (!name.ends_with("_max")) continue;
            const std::string full = std::string(source).append(": ").append(name);
            found.insert(full);
            const auto row = elsewhere.find(full);
            BOOST_TEST((row != elsewhere.end()), full << " is not documented");
            if (row == elsewhere.end()) continue;
            BOOST_TEST(amount(row->second).value_or(0) == value, full << " is " << value);
        }
    }
    BOOST_TEST(found.size() > 20u);
    for (const auto& [name, value] : elsewhere)
        BOOST_TEST(found.contains(name), name << " is in no source");
}

BOOST_AUTO_TEST_CASE(refusals_are_quoted_as_they_are_told) {
    std::string said;
    for (const std::string& source : sources()) {
        if (source.ends_with(".cpp"))
            said += support::read_bytes(std::string(tree).append("/").append(source));
    }
    // A message that is written in pieces is one text.
    said = std::regex_replace(said, std::regex("\"\\s*\n\\s*\""), "");
    // Of the one page two sections, of the other all of it.
    const std::string page = support::read_bytes(tree + "/docs/OPERATING.md") + "\n" +
                             support::read_bytes(tree + "/docs/BACKUP.md");
    std::size_t quoted = 0;
    bool inside = false;
    bool backups = false; ///< the second page has begun
    std::smatch found;
    for (const std::string& line : lines_of(page)) {
        backups = backups || line == "# Backup and restore";
        if (line.starts_with('#')) {
            inside = backups || line == "## Recovery" || line == "### When it stops with an alarm";
        }
        if (!inside || !std::regex_match(line, found, std::regex(R"(\| `([^`]+)`.*? \|.*)")))
            continue;
        ++quoted;
        const std::string message = std::regex_replace(found[1].str(), std::regex("…"), "\n");
        for (const std::string& part : lines_of(message)) {
            const std::size_t from = part.find_first_not_of(' ');
            if (from == std::string::npos) continue;
            const std::size_t to = part.find_last_not_of(' ');
            const std::string words = part.substr(from, to - from + 1);
            BOOST_TEST((said.find(words) != std::string::npos), "nobody says: " << words);
        }
    }
    BOOST_TEST(quoted > 25u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
