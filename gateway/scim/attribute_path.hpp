// A name on the wire, resolved against a resource type: `userName`, `name.givenName`,
// `urn:…:enterprise:2.0:User:manager.value`, `urn:…:enterprise:2.0:User`. RFC 7644 section 3.10.
#pragma once

#include "gateway/scim/schema.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

/// [extension] [attribute [sub-attribute]]. `attr` is null only for an extension as a whole.
struct attribute_path {
    const attribute* extension = nullptr;
    const attribute* attr = nullptr;
    const attribute* sub = nullptr;

    /// The innermost attribute that is named.
    [[nodiscard]] const attribute& leaf() const {
        return sub != nullptr ? *sub : attr != nullptr ? *attr : *extension;
    }

    /// The outermost one: what is a member of the resource itself.
    [[nodiscard]] const attribute& top() const { return extension != nullptr ? *extension : *attr; }

    /// True for what is kept beside the document, and for its parts.
    [[nodiscard]] bool is_apart() const { return attr != nullptr && attr->apart; }

    /// The canonical spelling; core attributes without their URN.
    [[nodiscard]] std::string text() const;

    friend bool operator==(const attribute_path&, const attribute_path&) = default;
};

/// Resolves a name, whatever its case. A URN is matched as the longest known schema URN that is
/// followed by `:` (or `.`, which old clients send). An unqualified name that the core does not
/// have is looked up in the extensions. Nothing if no such attribute exists.
std::optional<attribute_path> resolve(const resource_type& type, std::string_view name);

/// True if the name begins with the URN of a schema of the type, whatever stands behind it.
bool has_known_urn(const resource_type& type, std::string_view name);

/// True for the URN of the core schema alone. As a member's name it holds attributes just as the
/// resource itself does.
bool is_core_urn(const resource_type& type, std::string_view name);

/// Resolves a name inside an extension, as its object has it: `department`, `manager.value`.
std::optional<attribute_path> resolve_in_extension(const attribute& extension,
                                                   std::string_view name);

} // namespace rollcall::scim
