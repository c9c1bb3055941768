#include "tests/support/scrape.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <regex>
#include <set>

namespace rollcall::support {
namespace {

const std::regex metric_name("[a-z_][a-z0-9_]*");
const std::regex label_name("[a-z_][a-z0-9_]*");

/// Words that say a unit which is none of Prometheus's, or a type, which the TYPE line says.
const std::set<std::string, std::less<>> bad_words{
    "ms",        "us",        "ns",        "milliseconds", "microseconds", "minutes",
    "hours",     "days",      "kb",        "mb",           "gb",           "kib",
    "mib",       "kilobytes", "megabytes", "percent",      "gauge",        "counter",
    "histogram", "summary",   "count",     "sum",          "bucket",       "info_total"};

std::string cut(std::string_view& text, std::string_view until) {
    const std::size_t at = std::min(text.find(until), text.size());
    std::string part(text.substr(0, at));
    text.remove_prefix(std::min(at + until.size(), text.size()));
    return part;
}

std::optional<double> number(const std::string& text) {
    if (text == "+Inf") return std::numeric_limits<double>::infinity();
    if (text.empty() || text[0] == ' ') return std::nullopt;
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (*end != '\0' || !std::isfinite(value)) return std::nullopt;
    return value;
}

/// `{a="b",c="d"}` at the start of `text`, taken off; false if it is not well formed.
bool take_labels(std::string_view& text, std::map<std::string, std::string>& labels) {
    if (!text.starts_with('{')) return true;
    text.remove_prefix(1);
    for (;;) {
        const std::string name = cut(text, "=\"");
        if (!std::regex_match(name, label_name)) return false;
        std::string value;
        for (;; text.remove_prefix(1)) {
            if (text.empty() || text[0] == '\n') return false;
            if (text[0] == '"') break;
            if (text[0] == '\\') {
                text.remove_prefix(1);
                if (text.empty() || std::string_view("\\\"n").find(text[0]) == text.npos) {
                    return false;
                }
                value += text[0] == 'n' ? '\n' : text[0];
            } else {
                value += text[0];
            }
        }
        text.remove_prefix(1);
        if (!labels.emplace(name, value).second) return false;
        const char next = text.empty() ? '\0' : text[0];
        if (next != ',' && next != '}') return false;
        text.remove_prefix(1);
        if (next == '}') return true;
    }
}

std::string without(std::string_view name, std::string_view suffix) {
    return std::string(name.substr(0, name.size() - suffix.size()));
}

void judge_name(const std::string& name, const scrape::family& f,
                std::vector<std::string>& faults) {
    if (!std::regex_match(name, metric_name)) faults.push_back(name + ": not a name");
    if (!name.starts_with("rollcall_") && !name.starts_with("process_")) {
        faults.push_back(name + ": no prefix");
    }
    if (name.ends_with("_total") != (f.type == "counter")) {
        faults.push_back(name + ": a counter, and only a counter, ends in _total");
    }
    for (std::string_view rest = name; !rest.empty();) {
        const std::string word = cut(rest, "_");
        if (bad_words.contains(word))
            faults.push_back(std::string(name).append(": the word ").append(word));
    }
    if (f.help.size() < 5 || !f.help.ends_with('.'))
        faults.push_back(name + ": no sentence as help");
}

/// Buckets are cumulative and agree with the count, for each set of labels.
void judge_histogram(const std::string& name, const scrape::family& f,
                     std::vector<std::string>& faults) {
    struct series {
        double last_bound = -1, last_count = 0, count = -1, sum = -1;
    };

    std::map<std::map<std::string, std::string>, series> all;
    for (const scrape::sample& s : f.samples) {
        auto labels = s.labels;
        const auto le = labels.extract("le");
        series& of = all[labels];
        if (s.name == name + "_bucket") {
            const auto bound = le.empty() ? std::nullopt : number(le.mapped());
            if (!bound || *bound <= of.last_bound) {
                faults.push_back(name + ": bounds do not ascend");
                continue;
            }
            if (s.value < of.last_count) faults.push_back(name + ": buckets are not cumulative");
            of.last_bound = *bound;
            of.last_count = s.value;
        } else if (s.name == name + "_count") {
            of.count = s.value;
        } else if (s.name == name + "_sum") {
            of.sum = s.value;
        }
    }
    for (const auto& [labels, of] : all) {
        if (std::isfinite(of.last_bound)) faults.push_back(name + ": no bucket +Inf");
        if (of.count != of.last_count)
            faults.push_back(name + ": the count is not the last bucket");
        if (of.sum < 0) faults.push_back(name + ": no sum");
    }
}

bool belongs(std::string_view sample, const std::string& name, const scrape::family& f) {
    if (f.type != "histogram") return sample == name;
    return sample == name + "_bucket" || sample == name + "_sum" || sample == name + "_count";
}

} // namespace

scrape::scrape(std::string_view text) {
    if (text.empty() || text.back() != '\n') faults.emplace_back("it does not end with a line");
    std::set<std::pair<std::string, std::map<std::string, std::string>>> seen;
    std::string now; // the family that is being read
    for (std::size_t line_number = 1; !text.empty(); ++line_number) {
        const std::string line = cut(text, "\n");
        const auto wrong = [&](const char* why) {
            faults.push_back("line " + std::to_string(line_number) + ": " + why + ": " + line);
        };
        std::string_view rest = line;
        if (rest.starts_with("# HELP ")) {
            rest.remove_prefix(7);
            now = cut(rest, " ");
            if (families.contains(now)) wrong("a second HELP");
            families[now].help = rest;
        } else if (rest.starts_with("# TYPE ")) {
            rest.remove_prefix(7);
            const std::string name = cut(rest, " ");
            if (name != now || families[now].help.empty()) wrong("TYPE without its HELP");
            if (!families[now].type.empty()) wrong("a second TYPE");
            if (rest != "counter" && rest != "gauge" && rest != "histogram") wrong("unknown type");
            families[now].type = rest;
        } else {
            const std::size_t name_end = std::min(rest.find_first_of("{ "), rest.size());
            sample s;
            s.name = rest.substr(0, name_end);
            rest.remove_prefix(name_end);
            if (!take_labels(rest, s.labels) || !rest.starts_with(' ')) {
                wrong("malformed");
                continue;
            }
            const auto value = number(std::string(rest.substr(1)));
            if (!value) {
                wrong("no number");
                continue;
            }
            s.value = *value;
            if (now.empty() || !belongs(s.name, now, families[now])) {
                wrong("outside of its family");
                continue;
            }
            if (!seen.emplace(s.name, s.labels).second) wrong("a second time");
            const bool bucket = s.name.ends_with("_bucket");
            if (s.labels.contains("le") != bucket) wrong("le is for buckets");
            if (families[now].type != "gauge" && s.value < 0) wrong("negative");
            families[now].samples.push_back(std::move(s));
        }
    }
    for (const auto& [name, f] : families) {
        if (f.type.empty()) faults.push_back(name + ": no TYPE");
        judge_name(name, f, faults);
        if (f.type == "histogram") judge_histogram(name, f, faults);
    }
}

void scrape::add(const scrape& other) {
    for (const auto& [name, theirs] : other.families) {
        const auto [mine, fresh] = families.emplace(name, theirs);
        if (fresh) continue;
        auto& samples = mine->second.samples;
        samples.insert(samples.end(), theirs.samples.begin(), theirs.samples.end());
    }
    faults.insert(faults.end(), other.faults.begin(), other.faults.end());
}

const scrape::family* scrape::find(std::string_view sample_name) const {
    for (const std::string_view suffix : {"", "_bucket", "_sum", "_count"}) {
        if (!sample_name.ends_with(suffix)) continue;
        const auto at = families.find(without(sample_name, suffix));
        if (at == families.end()) continue;
        if (suffix.empty() != (at->second.type == "histogram")) return &at->second;
    }
    return nullptr;
}

double scrape::value(std::string_view name,
                     const std::map<std::string, std::string>& labels) const {
    const family* f = find(name);
    if (f == nullptr) return -1;
    for (const sample& s : f->samples) {
        const bool all = std::all_of(labels.begin(), labels.end(), [&s](const auto& wanted) {
            const auto at = s.labels.find(wanted.first);
            return at != s.labels.end() && at->second == wanted.second;
        });
        if (s.name == name && all) return s.value;
    }
    return -1;
}

std::map<std::string, std::vector<std::string>> scrape::labels_of(const family& f) {
    std::map<std::string, std::vector<std::string>> all;
    for (const sample& s : f.samples) {
        for (const auto& [name, value] : s.labels) {
            if (name != "le") all[name].push_back(value);
        }
    }
    return all;
}

} // namespace rollcall::support
