// The options of the verbs that make and change people. One for each field of a person.
#include "cli/option_parts.hpp"

namespace rollcall::cli {
namespace {

using admin::person_field;

/// `--given-name` for givenName; `--email` for emails, since it is said once for each.
std::string option_of(const person_field& field) {
    if (field.name == "emails") return "--email";
    std::string out = "--";
    for (const char c : field.name) {
        if (c >= 'A' && c <= 'Z') {
            out += '-';
            out += static_cast<char>(c - 'A' + 'a');
        } else {
            out += c;
        }
    }
    return out;
}

void add_person(CLI::App& app, admin::person& said, bool user_name_required) {
    for (const person_field& field : admin::person_fields) {
        const std::string name = option_of(field);
        const std::string about(field.about);
        switch (field.what) {
        case person_field::shape::text:
            app.add_option_function<std::string>(
                   name, [&](const std::string& v) { said.set(field, {v}); }, about)
                ->required(user_name_required && field.name == "userName");
            break;
        case person_field::shape::list:
            app.add_option_function<std::vector<std::string>>(
                name, [&](const std::vector<std::string>& v) { said.set(field, v); }, about);
            break;
        case person_field::shape::flag: break; // has verbs of its own
        }
    }
}

template <class T>
T& bind_who(CLI::App& app, line& l) {
    auto& wish = bind<T>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("WHO", wish.who, "an id, userName, externalId or e-mail address")->required();
    return wish;
}

} // namespace

void declare_user_create(CLI::App& app, line& l) {
    auto& wish = bind<user_create>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    add_person(app, wish.said, true);
    app.add_flag_callback(
        "--inactive", [&said = wish.said] { said.set(*admin::field_named("active"), {"false"}); },
        "without access yet, and without a seat");
}

void declare_user_set(CLI::App& app, line& l) {
    add_person(app, bind_who<user_set>(app, l).said, false);
}

void declare_user_deactivate(CLI::App& app, line& l) {
    bind_who<user_deactivate>(app, l);
}

void declare_user_reactivate(CLI::App& app, line& l) {
    bind_who<user_reactivate>(app, l);
}

void declare_user_delete(CLI::App& app, line& l) {
    bind_who<user_delete>(app, l);
}

void declare_user_suspend(CLI::App& app, line& l) {
    bind_who<user_suspend>(app, l);
}

void declare_user_resume(CLI::App& app, line& l) {
    bind_who<user_resume>(app, l);
}

void declare_user_verify_password(CLI::App& app, line& l) {
    bind_who<user_verify_password>(app, l);
}

void declare_user_import(CLI::App& app, line& l) {
    auto& wish = bind<user_import>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("FILE", wish.file,
                   "CSV in UTF-8; its first row names the columns: " + admin::field_names())
        ->required();
    app.add_flag("--dry-run", wish.dry_run, "tell what would become of each row; write nothing");
    app.add_flag("--ignore-unknown-columns", wish.ignore_unknown_columns,
                 "import the others; without this, such a file is refused");
    app.add_option("--report", wish.report,
                   "write the refused rows here, each with the reason: to be mended and imported")
        ->type_name("FILE");
}

} // namespace rollcall::cli
