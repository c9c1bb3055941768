// The schemas of the discovery documents themselves (RFC 7643 sections 5, 6, 7 and 8.7.2; RFC 9865
// section 4 for `pagination`).
#include "gateway/scim/schema_rows.hpp"

namespace rollcall::scim {
namespace {

using namespace rows;

constexpr std::string_view external[] = {"external"};
constexpr std::string_view to_uri[] = {"uri"};
constexpr std::string_view scheme_kinds[] = {"oauth", "oauth2", "oauthbearertoken", "httpbasic",
                                             "httpdigest"};
constexpr std::string_view paging_kinds[] = {"cursor", "index"};
constexpr std::string_view type_words[] = {"string",  "complex",  "boolean",   "decimal",
                                           "integer", "dateTime", "reference", "binary"};
constexpr std::string_view simple_type_words[] = {"string",   "boolean",   "decimal", "integer",
                                                  "dateTime", "reference", "binary"};
constexpr std::string_view mutability_words[] = {"readOnly", "readWrite", "immutable", "writeOnly"};
constexpr std::string_view returned_words[] = {"always", "never", "default", "request"};
constexpr std::string_view uniqueness_words[] = {"none", "server", "global"};

constexpr attribute supported_only[] = {
    read_only(required(flag("supported", "Whether it is offered"))),
};

constexpr attribute bulk_parts[] = {
    read_only(required(flag("supported", "Whether it is offered"))),
    read_only(required(integer("maxOperations", "Most operations in one request"))),
    read_only(required(integer("maxPayloadSize", "Most bytes of one request"))),
};

constexpr attribute filter_parts[] = {
    read_only(required(flag("supported", "Whether it is offered"))),
    read_only(required(integer("maxResults", "Most resources in one answer"))),
};

constexpr attribute scheme_parts[] = {
    read_only(required(text("name", "The scheme's name"))),
    read_only(required(text("description", "How to authenticate"))),
    read_only(reference("specUri", "The scheme's specification", external)),
    read_only(reference("documentationUri", "How to use it here", external)),
    read_only(required(choice("type", "The kind of scheme", scheme_kinds))),
    read_only(flag("primary", "Whether it is the preferred scheme")),
};

constexpr attribute pagination_parts[] = {
    read_only(required(flag("cursor", "Whether cursors are offered"))),
    read_only(required(flag("index", "Whether startIndex is offered"))),
    read_only(
        choice("defaultPaginationMethod", "What is used when nothing is asked for", paging_kinds)),
    read_only(integer("defaultPageSize", "Resources on a page when no count is given")),
    read_only(integer("maxPageSize", "Most resources on a page")),
};

constexpr attribute config_attributes[] = {
    read_only(reference("documentationUri", "Help for people", external)),
    read_only(required(complex("patch", "PATCH", supported_only))),
    read_only(required(complex("bulk", "Bulk requests", bulk_parts))),
    read_only(required(complex("filter", "Filters", filter_parts))),
    read_only(required(complex("changePassword", "Changing passwords", supported_only))),
    read_only(required(complex("sort", "Sorting", supported_only))),
    read_only(required(complex("etag", "Versions of resources", supported_only))),
    read_only(complex("pagination", "Paging through results", pagination_parts)),
    read_only(
        required(many(complex("authenticationSchemes", "Ways to authenticate", scheme_parts)))),
};

constexpr attribute extension_parts[] = {
    read_only(required(reference("schema", "The URN of the extension", to_uri))),
    read_only(required(flag("required", "Whether every resource must have it"))),
};

constexpr attribute type_attributes[] = {
    read_only(text("id", "The same as the name")),
    read_only(required(text("name", "The resource type's name"))),
    read_only(text("description", "What it is")),
    read_only(required(reference("endpoint", "The path below the base URL", to_uri))),
    read_only(required(reference("schema", "The URN of its core schema", to_uri))),
    read_only(many(complex("schemaExtensions", "Its extensions", extension_parts))),
};

constexpr attribute sub_attribute_parts[] = {
    read_only(required(exact_text("name", "The attribute's name"))),
    read_only(required(choice("type", "Its type", simple_type_words))),
    read_only(required(flag("multiValued", "Whether it has several values"))),
    read_only(exact_text("description", "What it is for")),
    read_only(flag("required", "Whether it must have a value")),
    read_only(many(exact_text("canonicalValues", "Suggested values"))),
    read_only(flag("caseExact", "Whether case matters when comparing")),
    read_only({.name = "mutability",
               .description = "Who may change it, and when",
               .rule = text_rule::exact,
               .canonical_values = mutability_words}),
    read_only({.name = "returned",
               .description = "When it is shown",
               .rule = text_rule::exact,
               .canonical_values = returned_words}),
    read_only({.name = "uniqueness",
               .description = "Among which resources it is unique",
               .rule = text_rule::exact,
               .canonical_values = uniqueness_words}),
    read_only(many(exact_text("referenceTypes", "What it may refer to"))),
};

constexpr attribute attribute_parts[] = {
    read_only(required(exact_text("name", "The attribute's name"))),
    read_only(required(choice("type", "Its type", type_words))),
    read_only(required(flag("multiValued", "Whether it has several values"))),
    read_only(exact_text("description", "What it is for")),
    read_only(flag("required", "Whether it must have a value")),
    read_only(many(exact_text("canonicalValues", "Suggested values"))),
    read_only(flag("caseExact", "Whether case matters when comparing")),
    read_only({.name = "mutability",
               .description = "Who may change it, and when",
               .rule = text_rule::exact,
               .canonical_values = mutability_words}),
    read_only({.name = "returned",
               .description = "When it is shown",
               .rule = text_rule::exact,
               .canonical_values = returned_words}),
    read_only({.name = "uniqueness",
               .description = "Among which resources it is unique",
               .rule = text_rule::exact,
               .canonical_values = uniqueness_words}),
    read_only(many(exact_text("referenceTypes", "What it may refer to"))),
    read_only(
        many(complex("subAttributes", "The parts of a complex attribute", sub_attribute_parts))),
};

constexpr attribute always(attribute row) {
    row.returned = returned::always;
    return row;
}

constexpr attribute schema_attributes[] = {
    read_only(required(always(text("id", "The schema's URN")))),
    read_only(required(text("name", "The schema's name"))),
    read_only(text("description", "What it describes")),
    read_only(required(many(complex("attributes", "Its attributes", attribute_parts)))),
};

} // namespace

const schema service_provider_config_schema = {
    "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig", "ServiceProviderConfig",
    "What this service offers", config_attributes};

const schema resource_type_schema = {"urn:ietf:params:scim:schemas:core:2.0:ResourceType",
                                     "ResourceType", "A kind of resource and its endpoint",
                                     type_attributes};

const schema schema_schema = {"urn:ietf:params:scim:schemas:core:2.0:Schema", "Schema",
                              "A list of attributes and their traits", schema_attributes};

} // namespace rollcall::scim
