// A resource as the client may write it: its stored attributes, without what the server computes
// (`schemas`, `id`, `meta`, `groups`, status and role) and without the password.
//
// The stored document is its JSON text. The event log seals it and keeps it for ever, so this
// grammar only ever grows:
//
//     document  = "{" [ member *( "," member ) ] "}"
//     member    = name ":" value
//     name      = the canonical spelling of a stored attribute, as a JSON string
//     value     = string / "true" / "false" / number / object / "[" object *( "," object ) "]" /
//     ... object    = "{" member *( "," member ) "}"
//
// - Members stand in the order of the attribute tables; no name twice; no empty object, array or
// null.
// - Extension objects come last, and only their names begin with `"urn:`. So the text `"urn:`
// behind a
//   `,` or `{`, closed by `":`, is an extension of this document and nothing else (inside a JSON
//   string a quote is always written `\"`): that is how a reader learns which schemas a document
//   needs without parsing it.
// - No white space. Strings escape `"`, `\` and U+0000 to U+001F only. Values are as the client
// sent
//   them; integers are 64 bits.
// Rejected: keeping the client's text (two spellings of one state), and `schemas` inside (it would
// go stale when the server adds a schema of its own).
#pragma once

#include "gateway/scim/attribute_path.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim {

class resource {
  public:
    /// A resource of `type` without any value yet. The type must outlive it.
    explicit resource(const resource_type& type) : type_(&type) {}

    [[nodiscard]] const resource_type& type() const { return *type_; }

    [[nodiscard]] const object& attributes() const { return attributes_; }

    [[nodiscard]] object& attributes() { return attributes_; }

    /// The value at a path without a multi-valued attribute in its middle; null if there is none.
    [[nodiscard]] const value* find(const attribute_path& path) const;

    /// The stored document.
    [[nodiscard]] std::string document() const;
    void append_document(std::string& out) const;

    /// Reads a document. It must be canonical: document() gives the same bytes again. Anything else
    /// is damage, answered with status 500.
    static result<resource> from_document(const resource_type& type, std::string_view document);

    friend bool operator==(const resource&, const resource&) = default;

  private:
    const resource_type* type_;
    object attributes_;
};

/// Names of the top-level attributes that differ, sorted, URN-qualified for extensions, e.g.
/// `emails`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`.
std::vector<std::string> changed_attributes(const resource& before, const resource& after);

} // namespace rollcall::scim
