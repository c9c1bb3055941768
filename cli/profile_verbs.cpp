// profile check | list | show.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"
#include "gateway/profiles/profile_file.hpp"
#include "gateway/profiles/profile_json.hpp"

namespace rollcall::cli {

/// Needs no server: whoever writes a file tries it before he puts it where one is.
int run(const context& c, const profile_check& wish) {
    const auto read = profiles::read_profile_file(wish.file);
    const profiles::file_faults none;
    if (c.asked.json) {
        c.to.out << profiles::check_report(wish.file, read ? &*read : nullptr,
                                           read ? none : read.error())
                 << '\n';
    } else if (read) {
        c.to.out << wish.file << " holds: " << read->label() << '\n';
    } else {
        for (const profiles::file_fault& one : read.error())
            c.to.err << printable(profiles::text_of({one}, wish.file)) << '\n';
    }
    return read ? exit_done : exit_failed;
}

int run(const context& c, const profile_list&) {
    const auto answer = operator_client(c).ask("GET", "/profiles");
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    table rows({"profile", "version", "product", "base paths", "plans", "from"});
    const json_view all(*answer);
    const auto joined = [](const json_item& of, std::string_view name, const char* otherwise) {
        std::string out;
        for (const json_item& one : of.items(name))
            out += (out.empty() ? "" : ", ") + one.as_text();
        return out.empty() ? std::string(otherwise) : out;
    };
    for (const json_item& one : all->items()) {
        rows.add({one.text("id"), one.text("version"), one.text("title"),
                  joined(one, "base_paths", "/scim/v2"), joined(one, "plans", "every"),
                  one.text("source")});
    }
    rows.print(c.to);
    return exit_done;
}

/// The file as it is, so that it can be the beginning of another.
int run(const context& c, const profile_show& wish) {
    const auto answer = operator_client(c).ask("GET", "/profiles/" + escaped(wish.id));
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
    } else {
        c.to.out << json_view(*answer)->text("text");
    }
    return exit_done;
}

} // namespace rollcall::cli
