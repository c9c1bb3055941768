#include "gateway/profiles/profile_file.hpp"

#include "eventlog/base/plain_word.hpp"
#include "gateway/profiles/base_path.hpp"
#include "gateway/profiles/display_name.hpp"
#include "gateway/profiles/toml_reader.hpp"

#include <algorithm>
#include <array>
#include <fstream>

namespace rollcall::profiles {
namespace {

using words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 12> root_keys{
    "id",    "version", "title",  "about",   "base_paths", "gates",
    "users", "manager", "groups", "answers", "approvals",  "passwords"};
/// How many of these are values; the others are tables.
constexpr std::size_t plain_root_keys = 5;
constexpr std::array<std::string_view, 3> gate_keys{"plans", "sso", "key_owner"};
constexpr std::array<std::string_view, 9> user_keys{
    "create",   "update",    "user_name",    "user_name_is_primary_email",
    "required", "forbidden", "display_name", "create_over_inactive",
    "patterns"};
constexpr std::array<std::string_view, 3> pattern_keys{"attribute", "pattern", "says"};
constexpr std::array<std::string_view, 1> manager_keys{"resolve"};
constexpr std::array<std::string_view, 6> approval_keys{
    "invites", "reactivations", "roles", "allowed_roles", "expires_days", "remind_days"};
constexpr std::array<std::string_view, 1> group_keys{"mode"};
constexpr std::array<std::string_view, 1> answer_keys{"patch"};
constexpr std::array<std::string_view, 1> password_keys{"store"};

/// True if both are there and the first is, or is within, what the second names.
bool covers(const scim::attribute_path& outer, const scim::attribute_path& inner) {
    return outer.extension == inner.extension && outer.attr == inner.attr &&
           (outer.sub == nullptr || outer.sub == inner.sub);
}

class file_reader {
  public:
    explicit file_reader(profile& into) : out_(into) {}

    file_faults read(const toml::table& file) {
        toml_reader root(file, "", faults_);
        root.only(root_keys);
        read_head(root);
        if (const auto* t = root.table("gates")) read_gates({*t, "gates", faults_});
        if (const auto* t = root.table("users")) read_users({*t, "users", faults_});
        if (const auto* t = root.table("manager")) {
            read_choice({*t, "manager", faults_}, manager_keys, "none", "id_or_email",
                        out_.users.resolve_manager);
        }
        if (const auto* t = root.table("groups")) {
            read_choice({*t, "groups", faults_}, group_keys, "write", "empty",
                        out_.groups_are_empty);
        }
        if (const auto* t = root.table("approvals")) {
            read_approvals({*t, "approvals", faults_});
        }
        if (const auto* t = root.table("answers")) {
            read_choice({*t, "answers", faults_}, answer_keys, "resource", "no_content",
                        out_.patch_has_no_answer);
        }
        if (const auto* t = root.table("passwords")) {
            read_choice({*t, "passwords", faults_}, password_keys, "drop", "hash",
                        out_.stores_passwords);
        }
        std::sort(faults_.begin(), faults_.end());
        return std::move(faults_);
    }

  private:
    void read_head(toml_reader& root) {
        root.text("id", out_.id);
        if (!root.has("id")) {
            root.fault("id", "is missing: a word such as acme, which is the file's name too");
        } else if (!out_.id.empty() && !is_profile_id(out_.id)) {
            root.fault("id", "may have lower-case letters, digits and dashes only, and at most " +
                                 std::to_string(profile_id_max) + " of them");
        }
        root.number("version", out_.version);
        if (!root.has("version")) {
            root.fault("version",
                       "is missing: a whole number, raised with each change of the file");
        }
        root.text("title", out_.title);
        root.text("about", out_.about);
        if (out_.title.empty()) out_.title = out_.id;
        for (placed_text& path : root.texts("base_paths")) {
            if (auto wrong = base_path_fault(path.text); !wrong.empty()) {
                root.fault(path.at, "base_paths: '" + path.text + "' " + wrong);
            } else {
                out_.base_paths.push_back(std::move(path.text));
            }
        }
    }

    void read_gates(toml_reader gates) {
        gates.only(gate_keys);
        for (placed_text& plan : gates.texts("plans")) {
            if (is_profile_id(plan.text)) {
                out_.plans.push_back(std::move(plan.text));
            } else {
                gates.fault(plan.at, "gates.plans: '" + plan.text +
                                         "' is no plan's name: lower-case letters, digits and "
                                         "dashes");
            }
        }
        gates.flag("sso", out_.sso);
        pick(gates, "key_owner", "optional", "required", out_.key_owner_required);
        if (gates.has("plans") && out_.plans.empty() && faults_.empty()) {
            gates.fault("plans", "names no plan: leave the key out for every plan");
        }
    }

    void read_approvals(toml_reader in) {
        in.only(approval_keys);
        approval_rules& into = out_.approvals;
        in.flag("invites", into.invites);
        in.flag("reactivations", into.reactivations);
        in.flag("roles", into.roles);
        read_days(in, "expires_days", into.expires_days);
        read_days(in, "remind_days", into.remind_days);
        for (placed_text& role : in.texts("allowed_roles")) {
            if (base::is_plain_word(role.text)) {
                into.allowed_roles.push_back(std::move(role.text));
            } else {
                in.fault(role.at, "approvals.allowed_roles: '" + role.text +
                                      "' is no role: 1 to 64 letters, digits, dots, dashes and "
                                      "underscores");
            }
        }
        std::sort(into.allowed_roles.begin(), into.allowed_roles.end());
        if (!into.invites && !into.reactivations && !into.roles) {
            in.fault("invites", "is false, and so are reactivations and roles: set one of them to "
                                "true, or leave the table out");
        }
    }

    static void read_days(toml_reader& in, std::string_view key, std::uint32_t& into) {
        in.number(key, into);
        if (into <= approval_days_max) return;
        in.fault(key, "may be at most " + std::to_string(approval_days_max) + " days");
    }

    void read_users(toml_reader users) {
        users.only(user_keys);
        user_terms& into = out_.users;
        users.flag("create", into.create);
        users.flag("update", into.update);
        pick(users, "user_name", "any", "email", into.user_name_is_email);
        users.flag("user_name_is_primary_email", into.user_name_is_primary_email);
        pick(users, "create_over_inactive", "restore", "conflict",
             into.create_over_inactive_conflicts);
        into.required = read_paths(users, "required");
        into.forbidden = read_paths(users, "forbidden");
        check_forbidden(users);
        for (const placed_text& text : users.texts("display_name")) {
            if (auto read = read_template(text.text)) {
                into.display_name.push_back(std::move(*read));
            } else {
                users.fault(text.at, "users.display_name: " + read.error());
            }
        }
        for (const toml::table* t : users.tables("patterns"))
            read_pattern({*t, "users.patterns", faults_});
    }

    /// A word of two, of which the second is what the profile asks for.
    static void pick(toml_reader& in, std::string_view key, std::string_view usual,
                     std::string_view special, bool& into) {
        const std::array<std::string_view, 2> both{usual, special};
        std::size_t chosen = into ? 1 : 0;
        in.word(key, both, chosen);
        into = chosen == 1;
    }

    static void read_choice(toml_reader in, words keys, std::string_view usual,
                            std::string_view special, bool& into) {
        in.only(keys);
        pick(in, keys.front(), usual, special, into);
    }

    /// An attribute of users as their documents have it; nothing, and a fault, for any other.
    std::optional<scim::attribute_path> read_path(toml_reader& in, std::string_view key,
                                                  const placed_text& name) {
        const auto path = scim::resolve(scim::user_type(), name.text);
        const auto say = [&](std::string_view what) {
            in.fault(name.at, in.full(key) + ": '" + name.text + "' " + std::string(what));
            return std::nullopt;
        };
        if (!path) return say("is no attribute of a user; write it as SCIM does: name.givenName");
        if (path->attr == nullptr) return say("is a whole schema; name an attribute of it");
        if (!path->top().stored || !path->attr->stored ||
            path->attr->mutability == scim::mutability::read_only) {
            return say("is not kept as clients send it, so nothing can be asked of it");
        }
        if (path->attr->is_lifecycle_switch) return say("takes access away and stands above rules");
        return *path;
    }

    std::vector<scim::attribute_path> read_paths(toml_reader& in, std::string_view key) {
        std::vector<scim::attribute_path> all;
        for (const placed_text& name : in.texts(key)) {
            const auto path = read_path(in, key, name);
            if (!path) continue;
            if (std::find(all.begin(), all.end(), *path) != all.end()) {
                in.fault(name.at, in.full(key) + " has '" + name.text + "' twice");
            } else {
                all.push_back(*path);
            }
        }
        return all;
    }

    void check_forbidden(toml_reader& users) {
        for (const scim::attribute_path& path : out_.users.forbidden) {
            if (path.attr->required) {
                users.fault("forbidden", "names " + path.text() + ", which SCIM requires");
            }
            for (const scim::attribute_path& asked : out_.users.required) {
                if (covers(path, asked)) {
                    users.fault("forbidden", "names " + path.text() + ", but users.required has " +
                                                 asked.text() + ": nobody could be created");
                }
            }
        }
    }

    void read_pattern(toml_reader in) {
        in.only(pattern_keys);
        for (const std::string_view key : pattern_keys) {
            if (!in.has(key)) in.fault(key, "is missing");
        }
        std::string attribute;
        std::string pattern;
        std::string says;
        in.text("attribute", attribute);
        in.text("pattern", pattern);
        in.text("says", says);
        std::optional<scim::attribute_path> path;
        if (!attribute.empty()) {
            path = read_path(in, "attribute", {attribute, in.place("attribute")});
        }
        if (path && path->leaf().type != scim::value_type::string &&
            path->leaf().type != scim::value_type::reference) {
            in.fault("attribute", "'" + attribute + "' is not a text; name a part that is one" +
                                      (path->sub == nullptr ? ", such as phoneNumbers.value" : ""));
            path.reset();
        }
        if (pattern.empty()) return;
        auto compiled = text_pattern::compile(pattern);
        if (!compiled) return in.fault("pattern", compiled.error());
        if (path && !says.empty()) {
            out_.users.patterns.push_back({*path, std::move(*compiled), std::move(says)});
        }
    }

    profile& out_;
    file_faults faults_;
};

} // namespace

bool profile::serves_plan(std::string_view plan) const {
    return plans.empty() || std::find(plans.begin(), plans.end(), plan) != plans.end();
}

std::vector<std::string> all_keys() {
    std::vector<std::string> all;
    const auto add = [&all](std::string_view table, words keys) {
        for (const std::string_view key : keys)
            all.push_back(std::string(table).append(key));
    };
    add("", std::span(root_keys).first(plain_root_keys));
    add("gates.", gate_keys);
    add("users.", user_keys);
    add("", pattern_keys);
    add("manager.", manager_keys);
    add("approvals.", approval_keys);
    add("groups.", group_keys);
    add("answers.", answer_keys);
    add("passwords.", password_keys);
    return all;
}

bool is_profile_id(std::string_view text) {
    return !text.empty() && text.size() <= profile_id_max && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

base::result<profile, file_faults> read_profile(std::string_view text, std::string source) {
    profile out;
    if (text.size() > profile_bytes_max) {
        return tl::unexpected(file_faults{
            {0, 0, "is larger than " + std::to_string(profile_bytes_max >> 10) + " KiB"}});
    }
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& wrong) {
        const auto at = wrong.source().begin;
        return tl::unexpected(file_faults{{at.line, at.column, std::string(wrong.description())}});
    }
    file_faults faults = file_reader(out).read(table);
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    out.source = std::move(source);
    out.text = text;
    return out;
}

base::result<profile, file_faults> read_profile_file(const std::filesystem::path& file) {
    const auto say = [](std::string message) {
        return tl::unexpected(file_faults{{0, 0, std::move(message)}});
    };
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) {
        return say("is no file that can be read: check its name and mode");
    }
    std::ifstream in(file, std::ios::binary);
    std::string text(profile_bytes_max + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || (in.fail() && !in.eof())) return say("cannot be read: check its mode");
    text.resize(static_cast<std::size_t>(in.gcount()));
    auto read = read_profile(text, file.string());
    if (read && file.filename() != read->id + ".toml") {
        return say("has the id '" + read->id + "': name the file " + read->id +
                   ".toml, or change the id");
    }
    return read;
}

} // namespace rollcall::profiles
