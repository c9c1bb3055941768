#include "tests/gateway/wire_case.hpp"

#include <cctype>
#include <fstream>
#include <stdexcept>

namespace rollcall::test {
namespace {

/// `Name: value`, where a name has no blanks and does not begin like JSON.
bool as_field(const std::string& line, std::pair<std::string, std::string>& field) {
    const std::size_t colon = line.find(": ");
    if (colon == 0 || colon == line.npos) return false;
    for (std::size_t i = 0; i < colon; ++i) {
        const auto c = static_cast<unsigned char>(line[i]);
        if (std::isalnum(c) == 0 && c != '-') return false;
    }
    field = {line.substr(0, colon), line.substr(colon + 2)};
    return true;
}

void add_line(std::string& to, const std::string& line) {
    if (!to.empty()) to += "\n";
    to += line;
}

enum class place { start, fields, body, answer };

} // namespace

std::vector<wire_step> read_wire_case(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<wire_step> steps;
    wire_step step;
    place where = place::start;
    std::size_t number = 0;
    const auto fail = [&](const char* why) {
        throw std::runtime_error(file.string() + ":" + std::to_string(number) + ": " + why);
    };
    const auto finish = [&] {
        if (where == place::start) return;
        if (step.directive.empty() && step.status == 0) fail("a request without => STATUS");
        steps.push_back(std::move(step));
        step = {};
        where = place::start;
    };
    for (std::string line; std::getline(in, line);) {
        ++number;
        std::pair<std::string, std::string> field;
        if (line == "---") {
            finish();
        } else if (where == place::start) {
            if (line.empty() || line.front() == '#') continue;
            step.line = number;
            if (line.starts_with("! ")) {
                step.directive = line.substr(2);
                where = place::answer;
                continue;
            }
            const std::size_t blank = line.find(' ');
            if (blank == line.npos) fail("a request begins with METHOD TARGET");
            step.method = line.substr(0, blank);
            step.target = line.substr(blank + 1);
            where = place::fields;
        } else if (where != place::answer && line.starts_with("=> ")) {
            step.status = static_cast<unsigned>(std::stoul(line.substr(3)));
            where = place::answer;
        } else if (where == place::fields && as_field(line, field)) {
            step.fields.push_back(std::move(field));
        } else if (where != place::answer) {
            where = place::body;
            add_line(step.body, line);
        } else if (line.starts_with("@")) {
            const std::size_t sign = line.find(" = ");
            if (sign == line.npos) fail("a value is kept as @name = /pointer");
            step.saves.emplace_back(line.substr(1, sign - 1), line.substr(sign + 3));
        } else if (step.expected_body.empty() && as_field(line, field)) {
            step.expected_fields.push_back(std::move(field));
        } else if (!line.empty()) {
            add_line(step.expected_body, line);
        }
    }
    finish();
    if (steps.empty()) fail("there is nothing in this file");
    return steps;
}

bool fits(std::string_view pattern, std::string_view text) {
    constexpr std::string_view any = "<any>";
    const std::size_t hole = pattern.find(any);
    if (hole == pattern.npos) return pattern == text;
    const std::string_view before = pattern.substr(0, hole);
    const std::string_view after = pattern.substr(hole + any.size());
    return text.size() >= before.size() + after.size() && text.starts_with(before) &&
           text.ends_with(after);
}

} // namespace rollcall::test
