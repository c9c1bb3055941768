#include "cli/log_source.hpp"
#include "cli/verbs.hpp"
#include "eventlog/store.hpp"

namespace rollcall::cli {
namespace {

/// The environment as the verbs see it: what the command line says stands before what it says.
environment behind(const invocation& asked, const environment& env) {
    if (!asked.key_file) return env;
    return [file = *asked.key_file, env](const std::string& name) {
        return name == key_file_variable ? std::optional(file) : env(name);
    };
}

} // namespace

int run_command_line(const std::vector<std::string>& arguments, const terminal& to,
                     const environment& env) {
    const auto asked = parse_command_line(arguments, env);
    if (!asked) {
        (asked.error().exit_code == exit_done ? to.out : to.err) << asked.error().text;
        return asked.error().exit_code;
    }
    const context c{*asked, to, behind(*asked, env)};
    try {
        const int code = std::visit([&](const auto& wish) { return run(c, wish); }, asked->what);
        to.out.flush();
        return to.out ? code : fail(c, "the output could not be written");
    } catch (const eventlog::storage_failure& failure) {
        return fail(c, failure.what());
    }
}

} // namespace rollcall::cli
