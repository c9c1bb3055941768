// Puts what the program knows of itself into docs/CONFIGURATION.md: `./dev docs`.
#include "cli/settings.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

int main(int count, char** words) {
    constexpr std::string_view begin = "<!-- made by ./dev docs -->\n";
    constexpr std::string_view end = "<!-- until here -->\n";
    if (count != 2) {
        std::cerr << "usage: configuration_page docs/CONFIGURATION.md\n";
        return 2;
    }
    std::ifstream in(words[1]);
    std::string page{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const std::size_t from = page.find(begin);
    const std::size_t to = page.find(end);
    if (from == page.npos || to == page.npos || to < from) {
        std::cerr << words[1] << " has no place for the table between its two marks\n";
        return 1;
    }
    const std::size_t inside = from + begin.size();
    page.replace(inside, to - inside, rollcall::cli::settings_page());
    std::ofstream out(words[1]);
    return out << page << std::flush ? 0 : 1;
}
