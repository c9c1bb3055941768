// sso set | show | clear.
#include "cli/input_file.hpp"
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"

namespace rollcall::cli {
namespace {

std::string path_of(std::string_view tenant) {
    return "/tenants/" + escaped(tenant) + "/sso";
}

int show(const context& c, const std::string& answer) {
    if (c.asked.json) {
        c.to.out << answer << '\n';
        return exit_done;
    }
    const json_view sso(answer);
    c.to.out << "Entity id       " << printable(sso->text("entity_id")) << '\n';
    c.to.out << "Sign-on URL     " << printable(sso->text("sign_on_url")) << '\n';
    for (const json_item& one : sso->items("certificates")) {
        c.to.out << "Certificate     " << one.text("sha256") << ", until "
                 << (one.has("not_after") ? one.text("not_after") : "unreadable") << '\n';
    }
    c.to.out << "Since           " << sso->text("since") << '\n';
    for (const json_item& one : sso->items("warnings"))
        c.to.err << "rollcall: " << printable(one.as_text()) << '\n';
    return exit_done;
}

} // namespace

int run(const context& c, const sso_set& wish) {
    const auto document = read_input_file(wish.metadata);
    if (!document) return fail(c, document.error());
    const auto answer = operator_client(c).ask_whole("PUT", path_of(wish.tenant), *document,
                                                     "application/samlmetadata+xml");
    if (!answer) return fail(c, answer.error());
    return show(c, answer->body);
}

int run(const context& c, const sso_show& wish) {
    const auto answer = operator_client(c).ask("GET", path_of(wish.tenant));
    if (!answer) return fail(c, answer.error());
    return show(c, *answer);
}

int run(const context& c, const sso_clear& wish) {
    const auto answer = operator_client(c).ask("DELETE", path_of(wish.tenant));
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    c.to.out << printable(wish.tenant) << " has no single sign-on.\n";
    return exit_done;
}

} // namespace rollcall::cli
