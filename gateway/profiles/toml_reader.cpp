#include "gateway/profiles/toml_reader.hpp"

#include "gateway/profiles/profile.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace rollcall::profiles {
namespace {

/// Letters to change, add or leave out until `a` is `b`.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
        }
    }
    return row.back();
}

std::string all_of(std::span<const std::string_view> words) {
    std::string out;
    for (const std::string_view word : words)
        out += (out.empty() ? "" : ", ") + std::string(word);
    return out;
}

} // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
    constexpr std::size_t compared_max = 64;
    constexpr std::size_t slips_max = 3;
    std::string_view best;
    std::size_t least = std::min(slips_max, word.size() / 2) + 1;
    if (word.size() > compared_max) return best;
    for (const std::string_view one : known) {
        const std::size_t slips = distance(word, one);
        if (slips >= least) continue;
        least = slips;
        best = one;
    }
    return best;
}

std::string toml_reader::full(std::string_view key) const {
    return name_.empty() ? std::string(key) : name_ + "." + std::string(key);
}

void toml_reader::fault(const toml::source_position& at, std::string message) {
    faults_.push_back({at.line, at.column, std::move(message)});
}

toml::source_position toml_reader::place(std::string_view key) const {
    const toml::node* node = in_.get(key);
    return node != nullptr ? node->source().begin : in_.source().begin;
}

void toml_reader::fault(std::string_view key, std::string_view message) {
    fault(place(key), full(key) + " " + std::string(message));
}

void toml_reader::only(std::span<const std::string_view> known) {
    for (const auto& [key, node] : in_) {
        const std::string_view name = key.str();
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        std::string message = full(name) + " is no key of a profile";
        if (const auto near = nearest(name, known); !near.empty()) {
            message += "; did you mean " + full(near) + "?";
        } else {
            message += "; known " + (name_.empty() ? "here" : "in " + name_) + ": " + all_of(known);
        }
        fault(key.source().begin, std::move(message));
    }
}

void toml_reader::flag(std::string_view key, bool& into) {
    const toml::node* node = in_.get(key);
    if (node == nullptr) return;
    if (const auto* value = node->as_boolean()) {
        into = value->get();
    } else {
        fault(key, "must be true or false, without quotes");
    }
}

void toml_reader::number(std::string_view key, std::uint32_t& into) {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    const toml::node* node = in_.get(key);
    if (node == nullptr) return;
    const auto* value = node->as_integer();
    if (value != nullptr && value->get() >= 1 && value->get() <= most) {
        into = static_cast<std::uint32_t>(value->get());
    } else {
        fault(key, "must be a whole number from 1 on, without quotes");
    }
}

const std::string* toml_reader::text_in(const toml::node& node, std::string_view key) {
    const auto* value = node.as_string();
    const auto say = [&](const std::string& what) {
        fault(node.source().begin, full(key) + " " + what);
        return nullptr;
    };
    if (value == nullptr) return say("must be a text, in quotes");
    if (value->get().empty()) return say("must not be empty: leave the key out instead");
    if (value->get().size() > profile_text_max) {
        return say("is longer than " + std::to_string(profile_text_max) + " bytes");
    }
    return &value->get();
}

void toml_reader::text(std::string_view key, std::string& into) {
    const toml::node* node = in_.get(key);
    if (node == nullptr) return;
    if (const std::string* value = text_in(*node, key)) into = *value;
}

void toml_reader::word(std::string_view key, std::span<const std::string_view> words,
                       std::size_t& into) {
    const toml::node* node = in_.get(key);
    if (node == nullptr) return;
    const auto* value = node->as_string();
    const auto at =
        value == nullptr ? words.end() : std::find(words.begin(), words.end(), value->get());
    if (at == words.end()) {
        fault(key, "must be one of these, in quotes: " + all_of(words));
    } else {
        into = static_cast<std::size_t>(at - words.begin());
    }
}

std::vector<placed_text> toml_reader::texts(std::string_view key) {
    std::vector<placed_text> all;
    const toml::node* node = in_.get(key);
    if (node == nullptr) return all;
    const auto* list = node->as_array();
    if (list == nullptr) {
        fault(key, R"(must be a list of texts: ["…", "…"])");
        return all;
    }
    if (list->size() > profile_list_max) {
        fault(key, "has more than " + std::to_string(profile_list_max) + " elements");
        return all;
    }
    for (const toml::node& one : *list) {
        const std::string* value = text_in(one, key);
        if (value == nullptr) continue;
        const bool twice = std::any_of(all.begin(), all.end(),
                                       [&](const placed_text& t) { return t.text == *value; });
        if (twice) {
            fault(one.source().begin, full(key) + " has '" + *value + "' twice");
        } else {
            all.push_back({*value, one.source().begin});
        }
    }
    return all;
}

const toml::table* toml_reader::table(std::string_view key) {
    const toml::node* node = in_.get(key);
    if (node == nullptr) return nullptr;
    const toml::table* found = node->as_table();
    if (found == nullptr) fault(key, "must be a table: [" + full(key) + "]");
    return found;
}

std::vector<const toml::table*> toml_reader::tables(std::string_view key) {
    std::vector<const toml::table*> all;
    const toml::node* node = in_.get(key);
    if (node == nullptr) return all;
    const auto* list = node->as_array();
    if (list == nullptr || !list->is_homogeneous(toml::node_type::table)) {
        fault(key, "must be a list of tables: [[" + full(key) + "]]");
    } else if (list->size() > profile_list_max) {
        fault(key, "has more than " + std::to_string(profile_list_max) + " elements");
    } else {
        for (const toml::node& one : *list)
            all.push_back(one.as_table());
    }
    return all;
}

} // namespace rollcall::profiles
