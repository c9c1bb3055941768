// What an index can answer of a filter: the equalities that every hit must satisfy.
#pragma once

#include "gateway/scim/filter.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rollcall::scim {

enum class lookup_field : std::uint8_t { id, user_name, team_name, member, external_id, email };

/// `key` is spelled as in user_facts and team_facts (ids and external ids: exact). An empty key
/// finds nothing.
struct exact_lookup {
    lookup_field field = lookup_field::id;
    std::string key;

    friend bool operator==(const exact_lookup&, const exact_lookup&) = default;
};

/// The equalities that must all hold, in the order of the text: of users on id, userName,
/// externalId and emails.value, of groups on id, displayName, externalId and members. Empty: the
/// filter gives an index nothing to go by. A hit of a lookup is only a candidate: matches()
/// decides.
std::vector<exact_lookup> exact_lookups(const filter& what);

} // namespace rollcall::scim
