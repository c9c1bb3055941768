// The options of the verbs about mappings.
#include "cli/option_parts.hpp"

namespace rollcall::cli {
namespace {

void add_tenant(CLI::App& app, std::string& tenant) {
    app.add_option("TENANT", tenant, "its id")->required();
}

} // namespace

void declare_mapping_show(CLI::App& app, line& l) {
    add_tenant(app, bind<mapping_show>(app, l).tenant);
}

void declare_mapping_set(CLI::App& app, line& l) {
    auto& wish = bind<mapping_set>(app, l);
    add_tenant(app, wish.tenant);
    app.add_option("FILE", wish.file,
                   "as `mapping show` prints it; with its version, nobody else's change is lost")
        ->required();
}

void declare_mapping_clear(CLI::App& app, line& l) {
    auto& wish = bind<mapping_clear>(app, l);
    add_tenant(app, wish.tenant);
    app.add_option("--version", wish.version, "only if this one is in force")->type_name("N");
}

void declare_mapping_preview(CLI::App& app, line& l) {
    auto& wish = bind<mapping_preview>(app, l);
    add_tenant(app, wish.tenant);
    app.add_option("--sample", wish.sample, "a User as the provider sends it, in JSON")
        ->type_name("FILE")
        ->required();
    app.add_option("--rules", wish.rules, "a mapping to be tried (the one in force)")
        ->type_name("FILE");
}

} // namespace rollcall::cli
