#include "tests/integration/kcat.hpp"

#include "tests/integration/child.hpp"
#include "tests/integration/json.hpp"
#include "tests/support/temp_directory.hpp"

#include <chrono>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace rollcall::integration {

namespace {

constexpr std::chrono::minutes reading_time_max{1};

std::string until_tab(std::istringstream& in) {
    std::string field;
    std::getline(in, field, '\t');
    return field;
}

} // namespace

std::vector<topic_line> read_topic(const std::string& brokers, const std::string& topic) {
    const support::temp_directory scratch;
    child kcat({"/usr/bin/kcat", "-b", brokers, "-C", "-t", topic, "-o", "beginning", "-e", "-q",
                "-f", "%p\t%o\t%S\t%k\t%s\n"},
               scratch / "complaints");
    std::istringstream all(kcat.rest());
    const ending how = kcat.wait(reading_time_max);
    if (how.code != 0 || how.signal != 0) {
        throw std::runtime_error("kcat: " + support::read_bytes(scratch / "complaints"));
    }
    std::vector<topic_line> lines;
    for (std::string text; std::getline(all, text);) {
        std::istringstream in(text);
        topic_line one;
        one.partition = std::stoi(until_tab(in));
        one.offset = std::stoll(until_tab(in));
        const bool tombstone = until_tab(in) == "-1";
        one.key = until_tab(in);
        std::string rest;
        std::getline(in, rest);
        if (!tombstone) one.value = rest;
        lines.push_back(std::move(one));
    }
    return lines;
}

std::map<std::string, std::string> compacted(const std::vector<topic_line>& lines) {
    std::map<std::string, std::string> last;
    for (const topic_line& one : lines) {
        if (one.value) {
            last[one.key] = *one.value;
        } else {
            last.erase(one.key);
        }
    }
    return last;
}

std::vector<std::string> gaps_in(const std::vector<topic_line>& lines) {
    std::map<std::string, std::uint64_t> next;
    std::map<std::string, std::string> lineage;
    std::vector<std::string> wrong;
    for (const topic_line& one : lines) {
        const json event(one.value.value_or("{}"));
        const std::string tenant = event.text("/tenant");
        const std::uint64_t seq = event.number("/seq");
        std::uint64_t& expected = next.try_emplace(tenant, 1).first->second;
        if (one.key != tenant) wrong.push_back("key " + one.key + " of " + tenant);
        const std::string told_by = event.text("/lineage");
        const bool changes = std::exchange(lineage[tenant], told_by) != told_by;
        if (event.text("/type") == "lineage_changed") {
            expected = seq;
        } else if (changes && seq == 1) {
            expected = 2; // the tenant was made anew
        } else if (changes) {
            wrong.push_back(tenant + ":" + std::to_string(seq) + " is of another lineage");
        } else if (seq > expected) {
            wrong.push_back(tenant + ":" + std::to_string(seq) + " stands where " +
                            std::to_string(expected) + " should");
        } else if (seq == expected) {
            ++expected;
        }
    }
    return wrong;
}

std::string raw_member(std::string_view object, std::string_view name) {
    const std::string head = '"' + std::string(name) + "\":";
    const std::size_t from = object.find(head);
    if (from == object.npos) return {};
    std::size_t at = from + head.size();
    const std::size_t begin = at;
    int depth = 0;
    bool quoted = false;
    for (; at < object.size(); ++at) {
        const char c = object[at];
        if (quoted) {
            if (c == '\\') {
                ++at;
            } else if (c == '"') {
                quoted = false;
            }
            continue;
        }
        if (c == '"') quoted = true;
        if (c == '{' || c == '[') ++depth;
        if (depth == 0 && (c == ',' || c == '}')) break;
        if (c == '}' || c == ']') --depth;
    }
    return std::string(object.substr(begin, at - begin));
}

} // namespace rollcall::integration
