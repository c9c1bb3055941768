// The options of the verbs about profiles.
#include "cli/option_parts.hpp"

namespace rollcall::cli {

void declare_profile_check(CLI::App& app, line& l) {
    app.add_option("FILE", bind<profile_check>(app, l).file, "a profile, such as acme.toml")
        ->required();
}

void declare_profile_list(CLI::App& app, line& l) {
    bind<profile_list>(app, l);
}

void declare_profile_show(CLI::App& app, line& l) {
    app.add_option("ID", bind<profile_show>(app, l).id, "the profile")->required();
}

} // namespace rollcall::cli
