// What the pages for users show is true: their commands run, in order, against a fresh server for
// each page, and print what the page shows. Ids, keys, times and ports differ from run to run and
// are blotted out on both sides; a line `…` stands for anything up to the end of that output.
#include "tests/integration/installation.hpp"
#include "tests/support/kafka_broker.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <sstream>

namespace rollcall::integration {

namespace {

/// One `$ command` of a console block, and what the page says that it prints.
struct step {
    std::size_t line = 0;
    std::string command;
    std::string printed;
};

/// The steps of all ```console blocks, in order.
std::vector<step> steps_of(const std::string& page) {
    std::vector<step> steps;
    std::istringstream in(page);
    bool inside = false;
    bool continued = false;
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.starts_with("```")) {
            inside = line == "```console";
            continue;
        }
        if (!inside) continue;
        if (line.starts_with("$ ")) {
            steps.push_back({number, line.substr(2), {}});
        } else if (continued) {
            steps.back().command += '\n' + line;
        } else if (!steps.empty()) {
            steps.back().printed += line + '\n';
        }
        continued = (line.starts_with("$ ") || continued) && line.ends_with('\\');
    }
    return steps;
}

std::string blotted(std::string text) {
    static const std::vector<std::pair<std::regex, std::string>> blots = {
        {std::regex("rc_[A-Za-z0-9_-]{49}"), "KEY"},
        {std::regex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"},
        {std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)"), "TIME"},
        {std::regex(R"(\d{4}-\d\d-\d\d)"), "DAY"},
        {std::regex(R"(\d\d:\d\d:\d\d)"), "CLOCK"},
        {std::regex(R"(127\.0\.0\.1:\d+)"), "ADDRESS"},
        {std::regex(R"([0-9a-f]{64})"), "HASH"},
        {std::regex(R"(\d+(\.\d+)? (s|ms|MiB|events/s)\b)"), "FIGURE"},
        {std::regex(R"([ \t]+)"), " "},
        {std::regex(R"( \n)"), "\n"},
    };
    for (const auto& [what, with] : blots)
        text = std::regex_replace(text, what, with);
    return text;
}

/// True if `real` is what the page shows.
bool agrees(const std::string& shown, const std::string& real) {
    const std::string expected = blotted(shown);
    const std::size_t open = expected.find("…");
    if (open == std::string::npos) return expected == blotted(real);
    return blotted(real).starts_with(expected.substr(0, open));
}

/// `brokers`: to publish to, and to read from where the page says 127.0.0.1:9092.
void follow(const std::string& page, const std::string& brokers = "") {
    const std::vector<step> steps =
        steps_of(support::read_bytes(std::string(ROLLCALL_TREE) + "/" + page));
    BOOST_REQUIRE(steps.size() > 5u);

    installation home;
    home.start(brokers.empty() ? std::vector<std::string>()
                               : std::vector<std::string>{"--kafka", brokers});
    const std::string here = home.address().text();
    const std::string folder = std::filesystem::path(installation::program()).parent_path();
    std::string script = "export PATH='" + folder + "':\"$PATH\"\n";
    script += "export ROLLCALL_DATA='" + home.data().string() + "'\ncd '" +
              home.data().parent_path().string() + "'\n";
    for (std::size_t i = 0; i < steps.size(); ++i) {
        std::string command =
            std::regex_replace(steps[i].command, std::regex(R"(127\.0\.0\.1:8080)"), here);
        if (!brokers.empty()) {
            command = std::regex_replace(command, std::regex(R"(127\.0\.0\.1:9092)"), brokers);
        }
        script += "echo '@@@'\n" + command + "\nif [ $? -ne 0 ]; then echo FAILED; fi\n";
    }
    const support::temp_directory scratch;
    support::write_bytes(scratch / "tour.sh", script);
    child shell({"/bin/bash", "-c", "exec 2>&1; source " + (scratch / "tour.sh").string()},
                scratch / "complaints");
    std::istringstream output(shell.rest());
    shell.wait(std::chrono::minutes(2));

    std::vector<std::string> printed;
    for (std::string line; std::getline(output, line);) {
        // curl prints no line end of its own, so a mark may stand behind an answer.
        const bool mark = line.ends_with("@@@");
        if (mark) line.resize(line.size() - 3);
        if (!line.empty() || !mark) {
            BOOST_REQUIRE(!printed.empty());
            printed.back() += line + '\n';
        }
        if (mark) printed.emplace_back();
    }
    BOOST_REQUIRE_EQUAL(printed.size(), steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        BOOST_TEST_CONTEXT(page << ":" << steps[i].line << ": " << steps[i].command) {
            BOOST_TEST(agrees(steps[i].printed, printed[i]), "the page shows\n"
                                                                 << blotted(steps[i].printed)
                                                                 << "and it prints\n"
                                                                 << blotted(printed[i]));
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(readme_test)

BOOST_AUTO_TEST_CASE(a_page_shows_what_its_commands_print) {
    for (const char* page : {"README.md", "docs/CONNECT_OKTA.md", "docs/CONNECT_ENTRA.md"})
        follow(page);
}

BOOST_AUTO_TEST_CASE(the_page_for_subscribers_shows_what_its_commands_print) {
    const support::kafka_broker broker;
    follow("docs/SUBSCRIBE.md", broker.addresses());
}

BOOST_AUTO_TEST_CASE(the_page_of_each_product_shows_what_its_commands_print) {
    namespace fs = std::filesystem;
    const fs::path tree = ROLLCALL_TREE;
    for (const auto& profile : fs::directory_iterator(tree / "profiles")) {
        std::string name = profile.path().stem().string();
        if (name == "generic") continue; // CONNECT_OKTA.md and CONNECT_ENTRA.md are its pages
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        const std::string page = "docs/products/" + name + ".md";
        BOOST_TEST_CONTEXT(page) {
            BOOST_REQUIRE(fs::exists(tree / page));
            follow(page);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
