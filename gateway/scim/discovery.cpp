#include "gateway/scim/discovery.hpp"

#include "eventlog/base/json_writer.hpp"
#include "gateway/scim/render.hpp"
#include "gateway/scim/schema.hpp"

namespace rollcall::scim {
namespace {

using base::json_writer;

void open_resource(json_writer& json, const schema& of) {
    json.begin_object().key("schemas").begin_array().value(of.urn).end_array();
}

void close_resource(json_writer& json, const schema& of, const std::string& where) {
    json.key("meta").begin_object();
    json.member("resourceType", of.name).member("location", where).end_object();
    json.end_object();
}

void supported(json_writer& json, std::string_view feature, bool is) {
    json.key(feature).begin_object().member("supported", is).end_object();
}

void append_config(std::string& out, const std::string& base_url, std::uint64_t results_max,
                   bool passwords) {
    json_writer json(out);
    open_resource(json, service_provider_config_schema);
    supported(json, "patch", true);
    json.key("bulk").begin_object().member("supported", false);
    json.member("maxOperations", 0).member("maxPayloadSize", 0).end_object();
    json.key("filter").begin_object().member("supported", true);
    json.member("maxResults", results_max).end_object();
    supported(json, "changePassword", passwords);
    supported(json, "sort", false);
    supported(json, "etag", true);
    json.key("pagination").begin_object().member("cursor", false).member("index", true);
    json.member("defaultPaginationMethod", "index").member("maxPageSize", results_max);
    json.end_object();
    json.key("authenticationSchemes").begin_array().begin_object();
    json.member("type", "oauthbearertoken").member("name", "Bearer token");
    json.member("description",
                "A provisioning key of the tenant, sent in the header Authorization: Bearer");
    json.member("specUri", "https://www.rfc-editor.org/info/rfc6750").member("primary", true);
    json.end_object().end_array();
    close_resource(json, service_provider_config_schema, base_url + "/ServiceProviderConfig");
}

void words(json_writer& json, std::string_view name, std::span<const std::string_view> list) {
    if (list.empty()) return;
    json.key(name).begin_array();
    for (const std::string_view one : list)
        json.value(one);
    json.end_array();
}

/// What may only be written is there if `written`.
void append_attributes(json_writer& json, std::string_view name, std::span<const attribute> rows,
                       bool written) {
    json.key(name).begin_array();
    for (const attribute& row : rows) {
        if (row.mutability == mutability::write_only && !written) continue;
        json.begin_object().member("name", row.name).member("type", word(row.type));
        json.member("multiValued", row.multi_valued).member("description", row.description);
        json.member("required", row.required);
        words(json, "canonicalValues", row.canonical_values);
        json.member("caseExact", row.case_exact());
        json.member("mutability", word(row.mutability)).member("returned", word(row.returned));
        json.member("uniqueness", word(row.uniqueness));
        words(json, "referenceTypes", row.reference_types);
        if (!row.sub_attributes.empty()) {
            append_attributes(json, "subAttributes", row.sub_attributes, written);
        }
        json.end_object();
    }
    json.end_array();
}

std::string schema_text(const schema& of, const std::string& base_url, bool passwords) {
    std::string out;
    json_writer json(out);
    open_resource(json, schema_schema);
    json.member("id", of.urn).member("name", of.name).member("description", of.description);
    append_attributes(json, "attributes", of.attributes, passwords);
    close_resource(json, schema_schema, base_url + "/Schemas/" + std::string(of.urn));
    return out;
}

std::string type_text(const resource_type& of, const std::string& base_url) {
    std::string out;
    json_writer json(out);
    open_resource(json, resource_type_schema);
    json.member("id", of.name()).member("name", of.name());
    json.member("description", of.description()).member("endpoint", of.endpoint());
    json.member("schema", of.core().urn);
    json.key("schemaExtensions").begin_array();
    for (const schema_extension& one : of.extensions()) {
        json.begin_object().member("schema", one.definition->urn);
        json.member("required", one.required).end_object();
    }
    json.end_array();
    close_resource(json, resource_type_schema,
                   base_url + "/ResourceTypes/" + std::string(of.name()));
    return out;
}

/// The schemas of what is served, and those of the discovery documents themselves.
std::vector<const schema*> published_schemas() {
    std::vector<const schema*> out;
    for (const resource_type* type : served_resource_types()) {
        out.push_back(&type->core());
        for (const schema_extension& one : type->extensions())
            out.push_back(one.definition);
    }
    out.insert(out.end(), {&service_provider_config_schema, &resource_type_schema, &schema_schema});
    return out;
}

using named_texts = std::vector<std::pair<std::string, std::string>>;

std::string list_of(const named_texts& all) {
    std::string out;
    list_writer list(out, all.size(), 1, all.size());
    for (const auto& [name, text] : all) {
        list.next();
        out += text;
    }
    list.close();
    return out;
}

const std::string* find_text(const named_texts& in, std::string_view wanted) {
    for (const auto& [name, text] : in) {
        if (equal_ignoring_case(name, wanted)) return &text;
    }
    return nullptr;
}

} // namespace

discovery::discovery(std::string_view base_url, std::uint64_t results_max, bool passwords) {
    const std::string where(base_url);
    append_config(config_, where, results_max, passwords);
    for (const scim::schema* one : published_schemas()) {
        schema_by_urn_.emplace_back(one->urn, schema_text(*one, where, passwords));
    }
    for (const scim::resource_type* one : served_resource_types()) {
        type_by_name_.emplace_back(one->name(), type_text(*one, where));
    }
    schemas_ = list_of(schema_by_urn_);
    resource_types_ = list_of(type_by_name_);
}

const std::string* discovery::schema(std::string_view urn) const {
    return find_text(schema_by_urn_, urn);
}

const std::string* discovery::resource_type(std::string_view name) const {
    return find_text(type_by_name_, name);
}

} // namespace rollcall::scim
