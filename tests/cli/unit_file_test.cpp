// docs/systemd: what systemd itself says of the unit, and that the program takes what it is given.
#include "cli/options.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <regex>
#include <sstream>

namespace rollcall::cli {
namespace {

const std::string folder = ROLLCALL_TREE "/docs/systemd/";

struct ended {
    int status = -1;
    std::string said;
};

ended shell(const std::string& line) {
    ended out;
    FILE* const pipe = ::popen((line + " 2>&1").c_str(), "r");
    BOOST_REQUIRE(pipe != nullptr);
    char bytes[4096];
    for (std::size_t n = 0; (n = std::fread(bytes, 1, sizeof bytes, pipe)) > 0;)
        out.said.append(bytes, n);
    out.status = ::pclose(pipe);
    return out;
}

/// The unit as it is, but for the program that is built here.
std::string unit() {
    return std::regex_replace(support::read_bytes(folder + "rollcall.service"),
                              std::regex("/usr/bin/rollcall"), ROLLCALL_BINARY);
}

ended verify(const std::string& text) {
    const support::temp_directory home;
    support::write_bytes(home / "rollcall.service", text);
    return shell("systemd-analyze verify " + (home / "rollcall.service").string());
}

std::vector<std::string> words_of(std::string_view key) {
    std::istringstream lines(unit());
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(key)) continue;
        std::istringstream rest(line.substr(key.size()));
        std::vector<std::string> words;
        for (std::string word; rest >> word;)
            words.push_back(word);
        return words;
    }
    return {};
}

std::optional<std::string> no_variable(const std::string&) {
    return std::nullopt;
}

} // namespace

BOOST_AUTO_TEST_SUITE(unit_file_test)

BOOST_AUTO_TEST_CASE(systemd_takes_the_unit) {
    const ended good = verify(unit());
    BOOST_TEST(good.status == 0, good.said);
    BOOST_TEST(good.said == "");
    const ended bad =
        verify(std::regex_replace(unit(), std::regex("WatchdogSec=30"), "WatchdogSec=soon"));
    BOOST_TEST(bad.said.find("Failed to parse") != std::string::npos, bad.said);
}

BOOST_AUTO_TEST_CASE(little_is_left_to_a_process_that_was_taken_over) {
    const support::temp_directory home;
    const auto file = home / "rollcall.service";
    support::write_bytes(file, unit());
    const ended judged =
        shell("systemd-analyze security --offline=true --threshold=20 " + file.string());
    BOOST_TEST(judged.status == 0, judged.said);
}

BOOST_AUTO_TEST_CASE(the_program_takes_what_the_unit_says) {
    auto words = words_of("ExecStart=");
    BOOST_REQUIRE(words.size() > 2u);
    for (std::string& word : words) {
        word = std::regex_replace(word, std::regex("/etc/rollcall/"), folder);
        BOOST_TEST(word.find('$') == std::string::npos);
    }
    const auto line = parse_command_line(words, no_variable);
    BOOST_REQUIRE_MESSAGE(line, (line ? "" : line.error().text));
    const auto settings = resolve_settings(std::get<serve>(line->what).given, no_variable);
    BOOST_REQUIRE_MESSAGE(settings, (settings ? "" : settings.error().message));
    BOOST_TEST(settings->server.behind_proxy);
    BOOST_TEST(settings->server.data == "%S/rollcall");
    BOOST_TEST(settings->server.master_key.file.value_or("") == "%d/master.key");
    // The watchdog's time is much longer than a look at the server takes.
    BOOST_TEST(words_of("WatchdogSec=").at(0) == "30");
    BOOST_TEST(words_of("Type=").at(0) == "notify");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
