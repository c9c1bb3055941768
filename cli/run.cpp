#include "cli/verbs.hpp"
#include "eventlog/store.hpp"

namespace rollcall::cli {

int run_command_line(const std::vector<std::string>& arguments, const terminal& to,
                     const environment& env) {
    const auto asked = parse_command_line(arguments, env);
    if (!asked) {
        (asked.error().exit_code == exit_done ? to.out : to.err) << asked.error().text;
        return asked.error().exit_code;
    }
    const context c{*asked, to, env};
    try {
        const int code = std::visit([&](const auto& wish) { return run(c, wish); }, asked->what);
        to.out.flush();
        return to.out ? code : fail(c, "the output could not be written");
    } catch (const eventlog::storage_failure& failure) {
        return fail(c, failure.what());
    }
}

} // namespace rollcall::cli
