#include "cli/settings.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace rollcall::cli {
namespace {

constexpr std::string_view config_name = "config";
constexpr std::string_view variable_prefix = "ROLLCALL_";
constexpr std::string_view master_key_variable = "ROLLCALL_MASTER_KEY";

std::error_code bad_setting() {
    return std::make_error_code(std::errc::invalid_argument);
}

/// A value of the file and where it stands.
struct placed_value {
    std::string text;
    std::string place; ///< `rollcall.toml:3: listen`
};

using file_settings = std::map<std::string, placed_value, std::less<>>;

const setting* find_setting(std::string_view name) {
    const auto& all = all_settings();
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const setting& s) { return s.name == name; });
    return at == all.end() ? nullptr : &*at;
}

/// The value as it would stand on the command line; what it must be if it is of another type.
tl::expected<std::string, std::string_view> text_of(const toml::node& node, setting_type type) {
    switch (type) {
    case setting_type::text:
        if (const auto* words = node.as_string()) return words->get();
        return tl::unexpected<std::string_view>("must be a string, in quotes");
    case setting_type::number:
        if (const auto* number = node.as_integer()) return std::to_string(number->get());
        return tl::unexpected<std::string_view>("must be a whole number, without quotes");
    case setting_type::flag:
        if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
        return tl::unexpected<std::string_view>("must be true or false, without quotes");
    }
    return tl::unexpected<std::string_view>("is of no type that a setting has");
}

std::string known_names() {
    std::string all;
    for (const setting& s : all_settings())
        all += (all.empty() ? "" : ", ") + std::string(s.name);
    return all;
}

base::result<file_settings> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    std::error_code ignored;
    // A directory can be opened, and has nothing in it.
    if (in && !std::filesystem::is_directory(path, ignored)) text << in.rdbuf();
    if (!in.is_open() || in.bad() || std::filesystem::is_directory(path, ignored)) {
        return base::fail(bad_setting(),
                          "the config file '" + path + "' cannot be read: check its name and mode");
    }
    toml::table table;
    try {
        table = toml::parse(text.str(), path);
    } catch (const toml::parse_error& wrong) {
        return base::fail(bad_setting(), path + ":" + std::to_string(wrong.source().begin.line) +
                                             ": " + std::string(wrong.description()));
    }
    file_settings out;
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        std::string place = path;
        place.append(":").append(std::to_string(key.source().begin.line));
        place.append(": ").append(name);
        const setting* const known = find_setting(name);
        if (known == nullptr) {
            return base::fail(bad_setting(), place + " is not a setting; known: " + known_names());
        }
        auto value = text_of(node, known->type);
        if (!value) return base::fail(bad_setting(), place.append(" ").append(value.error()));
        out.emplace(name, placed_value{std::move(*value), std::move(place)});
    }
    return out;
}

} // namespace

std::string variable_of(std::string_view name) {
    std::string variable(variable_prefix);
    for (const char c : name) {
        if (c == '-') {
            variable += '_';
        } else {
            variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        }
    }
    return variable;
}

std::vector<std::string> unknown_variables(const char* const* entries) {
    const auto& all = all_settings();
    std::vector<std::string> unknown;
    for (; *entries != nullptr; ++entries) {
        const std::string_view entry(*entries);
        const std::string_view name = entry.substr(0, entry.find('='));
        if (!name.starts_with(variable_prefix) || name == master_key_variable ||
            name == kafka_password_variable || name == variable_of(config_name)) {
            continue;
        }
        const bool known = std::any_of(all.begin(), all.end(), [name](const setting& s) {
            return name == variable_of(s.name);
        });
        if (!known) unknown.emplace_back(name);
    }
    return unknown;
}

base::result<serve_settings>
resolve_settings(const raw_settings& command_line,
                 const std::function<std::optional<std::string>(const std::string&)>& env) {
    file_settings file;
    const auto named = command_line.find(config_name);
    const auto config =
        named != command_line.end() ? named->second : env(variable_of(config_name)).value_or("");
    if (!config.empty() || named != command_line.end()) {
        auto read = read_file(config);
        if (!read) return tl::unexpected(read.error());
        file = std::move(*read);
    }
    serve_settings out;
    for (const setting& s : all_settings()) {
        std::string value;
        std::string place;
        if (const auto given = command_line.find(s.name); given != command_line.end()) {
            value = given->second;
            place = "--" + std::string(s.name);
        } else if (const auto variable = env(variable_of(s.name))) {
            value = *variable;
            place = variable_of(s.name);
        } else if (const auto at = file.find(s.name); at != file.end()) {
            value = at->second.text;
            place = at->second.place;
        } else {
            continue;
        }
        if (const std::string wrong = s.apply(out, value); !wrong.empty()) {
            return base::fail(bad_setting(), place.append(" ").append(wrong));
        }
    }
    // Secrets themselves come by the environment only: a command line can be read by others.
    if (auto key = env(std::string(master_key_variable)))
        out.server.master_key.hex = std::move(*key);
    if (auto password = env(kafka_password_variable))
        out.server.publish.password = std::move(*password);
    return out;
}

} // namespace rollcall::cli
