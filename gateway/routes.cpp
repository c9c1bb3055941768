#include "gateway/routes.hpp"

#include "gateway/http/query.hpp"

#include <algorithm>
#include <cassert>
#include <unordered_set>

namespace rollcall::gateway {
namespace {

/// The word of a method in an Allow field.
std::string_view word(http::method method) {
    switch (method) {
    case http::method::get: return "GET, HEAD";
    case http::method::head: return "HEAD";
    case http::method::post: return "POST";
    case http::method::put: return "PUT";
    case http::method::patch: return "PATCH";
    case http::method::del: return "DELETE";
    case http::method::options: return "OPTIONS";
    case http::method::other: return "";
    }
    return "";
}

} // namespace

void path_arguments::add(std::string_view name, std::string_view value) {
    assert(size_ < count_max);
    entries_[size_++] = {name, value};
}

std::string_view path_arguments::operator[](std::string_view name) const {
    for (std::size_t i = 0; i < size_; ++i) {
        if (entries_[i].name == name) return entries_[i].value;
    }
    return {};
}

path_arguments arguments_of(const route_match& match, const http::path_segments& path) {
    path_arguments all;
    std::string_view pattern = match.where->pattern;
    for (std::size_t i = match.prefix_segments; !pattern.empty(); ++i) {
        pattern.remove_prefix(1);
        const std::string_view text = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(text.size());
        if (text.front() == '{') all.add(text.substr(1, text.size() - 2), path[i]);
    }
    return all;
}

route_table::route_table(std::vector<area> areas) : areas_(std::move(areas)) {
    std::unordered_set<std::string_view> names;
    for (const area& one : areas_) {
        compiled_area compiled;
        for (const std::string& prefix : one.prefixes) {
            compiled.prefixes.push_back(split(prefix));
        }
        for (const route& each : one.routes) {
            assert(names.insert(each.name).second && "two routes with one name");
            assert(each.answer && "a route without an answer");
            compiled.rows.push_back({&each, split(each.pattern), routes_.size()});
            routes_.push_back(&each);
        }
        compiled_.push_back(std::move(compiled));
    }
}

std::vector<route_table::segment> route_table::split(std::string_view pattern) {
    assert((pattern.empty() || pattern.front() == '/') && "a pattern begins with a slash");
    std::vector<segment> segments;
    while (!pattern.empty()) {
        pattern.remove_prefix(1);
        const std::string_view text = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(text.size());
        assert(!text.empty() && "a pattern has no empty segment");
        if (text.front() == '{') {
            segments.push_back({text.substr(1, text.size() - 2), true});
        } else {
            segments.push_back({text, false});
        }
    }
    return segments;
}

bool route_table::fits(const std::vector<segment>& pattern, const http::path_segments& path,
                       std::size_t from, std::size_t count, path_arguments& into) {
    if (pattern.size() != count) return false;
    // Literals first: most rows fail there, and arguments are noted only for the row that fits.
    for (std::size_t i = 0; i < count; ++i) {
        if (!pattern[i].is_argument && pattern[i].text != path[from + i]) return false;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (pattern[i].is_argument) into.add(pattern[i].text, path[from + i]);
    }
    return true;
}

/// Whether the path is the area's.
bool route_table::take_prefix(std::size_t area, const http::path_segments& path,
                              route_match& into) const {
    for (const std::vector<segment>& prefix : compiled_[area].prefixes) {
        if (prefix.size() > path.size() || !fits(prefix, path, 0, prefix.size(), into.arguments)) {
            continue;
        }
        into.prefix_segments = prefix.size();
        return true;
    }
    if (!areas_[area].more_prefixes) return false;
    into.prefix_segments = areas_[area].more_prefixes(path);
    into.by_more_prefixes = into.prefix_segments > 0;
    return into.by_more_prefixes;
}

void route_table::find_row(std::size_t area, http::method method, const http::path_segments& path,
                           route_match& into) const {
    const std::size_t rest = path.size() - into.prefix_segments;
    const path_arguments of_prefix = into.arguments;
    const std::vector<segment>* decided = nullptr;
    for (const row& each : compiled_[area].rows) {
        if (decided != nullptr && each.what->method != method) continue;
        if (decided != nullptr && each.pattern != *decided) continue;
        path_arguments arguments = of_prefix;
        if (!fits(each.pattern, path, into.prefix_segments, rest, arguments)) continue;
        decided = &each.pattern;
        into.path_known = true;
        if (each.what->method != method) continue;
        into.where = each.what;
        into.number = each.number;
        into.arguments = arguments;
        return;
    }
}

route_match route_table::find(http::method method, const http::path_segments& path) const {
    if (method == http::method::head) method = http::method::get;
    for (std::size_t a = 0; a < compiled_.size(); ++a) {
        route_match found;
        if (!take_prefix(a, path, found)) continue;
        found.area = &areas_[a];
        found.number = routes_.size();
        find_row(a, method, path, found);
        return found;
    }
    return {};
}

const area* route_table::area_of(std::string_view target) const {
    if (target.empty()) return nullptr;
    std::vector<std::string> path;
    target = target.substr(0, target.find('?'));
    while (!target.empty()) {
        const std::string_view raw = target.substr(0, target.find('/'));
        target.remove_prefix(std::min(raw.size() + 1, target.size()));
        if (raw.empty()) continue;
        std::string& text = path.emplace_back();
        if (!http::append_percent_decoded(text, raw, false)) text = raw;
    }
    for (std::size_t a = 0; a < compiled_.size(); ++a) {
        for (const std::vector<segment>& prefix : compiled_[a].prefixes) {
            const auto fits_at = [](const segment& one, const std::string& text) {
                return one.is_argument || one.text == text;
            };
            if (prefix.size() <= path.size() &&
                std::equal(prefix.begin(), prefix.end(), path.begin(), fits_at)) {
                return &areas_[a];
            }
        }
    }
    return nullptr;
}

std::string route_table::allowed(const route_match& of, const http::path_segments& path) const {
    const auto a = static_cast<std::size_t>(of.area - areas_.data());
    std::string methods;
    const std::vector<segment>* decided = nullptr;
    for (const row& each : compiled_[a].rows) {
        path_arguments ignored;
        if (decided != nullptr && each.pattern != *decided) continue;
        if (!fits(each.pattern, path, of.prefix_segments, path.size() - of.prefix_segments,
                  ignored)) {
            continue;
        }
        decided = &each.pattern;
        if (methods.find(word(each.what->method)) != std::string::npos) continue;
        if (!methods.empty()) methods += ", ";
        methods += word(each.what->method);
    }
    return methods;
}

} // namespace rollcall::gateway
