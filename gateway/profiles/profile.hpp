// A profile: the provisioning contract of a product, as its file states it. A value without
// behaviour; user_rules.hpp judges by it. Shared and immutable once it is read.
//
// Whatever stands here has a key in the file (profile_file.hpp) and does something: nothing is
// kept for show. A default-made profile asks for nothing and offers everything, as `generic` does.
#pragma once

#include "gateway/profiles/text_pattern.hpp"
#include "gateway/scim/attribute_path.hpp"
#include "gateway/scim/path.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::profiles {

/// An attribute of users whose texts must fit a pattern.
struct attribute_pattern {
    scim::attribute_path attribute; ///< `phoneNumbers.value`
    text_pattern pattern;
    std::string says; ///< what fits, for the person who has to correct it; with an example
};

/// A text with attributes of the user in it: `{name.givenName} {emails[type eq "work"].value}`.
struct display_template {
    struct piece {
        std::string before;   ///< literal text
        scim::path attribute; ///< what follows it; its target's `attr` is null in the last piece
    };

    std::vector<piece> pieces;
};

struct user_terms {
    bool create = true;
    bool update = true; ///< false: only `active` may change; what repeats is no change
    bool user_name_is_email = false;
    bool user_name_is_primary_email = false;
    std::vector<scim::attribute_path> required;
    std::vector<scim::attribute_path> forbidden;
    std::vector<attribute_pattern> patterns;
    /// The first whose attributes all have values is what people are shown; none: SCIM's own order.
    std::vector<display_template> display_name;
    /// A manager must be a user of the tenant, named by his id or his e-mail address.
    bool resolve_manager = false;
    /// A create over an inactive user is always a conflict and never restores him.
    bool create_over_inactive_conflicts = false;
};

/// Who is to be approved before he has access, and how long that may take.
struct approval_rules {
    bool invites = false;
    bool reactivations = false;
    bool roles = false;
    std::uint32_t expires_days = 0;         ///< 0: a request stays open until somebody decides it
    std::uint32_t remind_days = 0;          ///< 0: nobody is reminded
    std::vector<std::string> allowed_roles; ///< empty: any word
};

/// profile::source of those of the program itself.
inline constexpr std::string_view shipped_source = "shipped";

struct profile {
    std::string id;
    std::uint32_t version = 1; ///< raised by hand with each change of the file
    std::string title;
    std::string about;
    /// `/auth/scim`: where this product's customers find SCIM, beside `/scim/v2`.
    std::vector<std::string> base_paths;
    std::vector<std::string> plans;  ///< with these only; empty: with each
    bool sso = false;                ///< only after single sign-on is set up
    bool key_owner_required = false; ///< every key belongs to an admin
    user_terms users;
    approval_rules approvals;
    bool groups_are_empty = false;    ///< lists of groups are empty, and nobody writes one
    bool patch_has_no_answer = false; ///< a PATCH of a user is answered 204
    bool stores_passwords = false;    ///< as hashes; else they are dropped at the door
    std::string source;               ///< the file, or shipped_source
    std::string text;                 ///< the file's own text

    /// `zamp@3`: for the log of events.
    [[nodiscard]] std::string label() const { return id + "@" + std::to_string(version); }

    /// False if no rule of `users` can ever refuse or change anything: then they need not be run.
    [[nodiscard]] bool judges_users() const {
        return !users.update || users.user_name_is_email || users.user_name_is_primary_email ||
               !users.required.empty() || !users.forbidden.empty() || !users.patterns.empty() ||
               !users.display_name.empty() || users.resolve_manager;
    }

    [[nodiscard]] bool is_shipped() const { return source == shipped_source; }

    /// Whether a tenant of that plan may use SCIM at all.
    [[nodiscard]] bool serves_plan(std::string_view plan) const;
};

/// Bounds of one file and of all of them together.
inline constexpr std::size_t profile_bytes_max = 64u << 10;
inline constexpr std::size_t profile_list_max = 64;  ///< elements of one list in a file
inline constexpr std::size_t profile_text_max = 512; ///< bytes of one text in a file
inline constexpr std::size_t profile_id_max = 63;
inline constexpr std::uint32_t approval_days_max = 3'650;
inline constexpr std::size_t profiles_max = 1'000; ///< in a book

} // namespace rollcall::profiles
