// The settings of `serve`: one table of names. Each can be given on the command line (`--listen
// X`), in the environment (`ROLLCALL_LISTEN=X`) and in a TOML file (`listen = "X"`); the command
// line wins, then the environment, then the file. Whatever is wrong is reported with the place it
// came from.
//
// Other variables whose names begin with ROLLCALL_ refuse nothing: container platforms make such
// for their own ends (a service named rollcall brings ROLLCALL_PORT). `serve` warns of each, since
// it may be a slip of the pen.
#pragma once

#include "cli/server.hpp"
#include "eventlog/base/log.hpp"
#include "eventlog/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::cli {

/// Values as they were written, by the setting's name.
using raw_settings = std::map<std::string, std::string, std::less<>>;

/// All that `serve` needs to know.
struct serve_settings {
    server_options server;
    base::log_level log_level = base::log_level::info;
    base::log_format log_format = base::log_format::automatic;
};

/// The type of a value in the file; elsewhere all values are texts.
enum class setting_type : std::uint8_t { text, number, flag };

struct setting {
    std::string_view name; ///< `public-url`
    setting_type type;
    std::string_view value; ///< what a value looks like, for the help; empty: a switch
    std::string_view about; ///< a phrase
    std::string_view more;  ///< what the page adds to it, in Markdown; may be empty
    /// Puts the value in; returns what is wrong with it, or nothing.
    std::string (*apply)(serve_settings& into, std::string_view value);
    /// The default in words, of settings that nothing was put into; empty: there is none.
    std::string (*standard)(const serve_settings& fresh);
};

/// Every setting, in the order of the help. `config` is not among them: it names the file.
const std::vector<setting>& all_settings();

/// The table of all settings as docs/CONFIGURATION.md has it, in Markdown.
std::string settings_page();

/// `public-url` in the environment: `ROLLCALL_PUBLIC_URL`.
std::string variable_of(std::string_view name);

/// Names among `entries` (`NAME=value`, as in environ) that begin with ROLLCALL_ and mean nothing
/// here, in their order. Never a value: it may be the key.
std::vector<std::string> unknown_variables(const char* const* entries);

/// Puts the three sources together. The failure names the source: `--listen`, `ROLLCALL_LISTEN` or
/// `rollcall.toml:3: listen`.
base::result<serve_settings>
resolve_settings(const raw_settings& command_line,
                 const std::function<std::optional<std::string>(const std::string&)>& env);

} // namespace rollcall::cli
