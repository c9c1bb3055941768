#include "gateway/scim/schema.hpp"

#include "gateway/scim/schema_rows.hpp"

#include <algorithm>

namespace rollcall::scim {
namespace {

using namespace rows;

constexpr std::string_view to_uri[] = {"uri"};

constexpr attribute meta_parts[] = {
    read_only(exact_text("resourceType", "The resource type's name")),
    read_only({.name = "created",
               .description = "When the resource was created",
               .type = value_type::date_time}),
    read_only({.name = "lastModified",
               .description = "When the resource was last changed",
               .type = value_type::date_time}),
    read_only(reference("location", "The resource's URL", to_uri)),
    read_only(exact_text("version", "The resource's ETag")),
};

constexpr attribute always(attribute row) {
    row.returned = returned::always;
    return row;
}

constexpr attribute schemas_row = always(
    not_stored(required(many({.name = "schemas",
                              .description = "The URNs of the schemas that the resource uses",
                              .type = value_type::reference,
                              .reference_types = to_uri}))));

constexpr attribute id_row = always(
    not_stored(read_only(required({.name = "id",
                                   .description = "The service's own identifier of the resource",
                                   .rule = text_rule::exact,
                                   .uniqueness = uniqueness::server}))));

constexpr attribute external_id_row =
    exact_text("externalId", "The provisioning side's identifier of the resource");

constexpr attribute meta_row = not_stored(
    read_only(complex("meta", "What the service records about the resource", meta_parts)));

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace

resource_type::resource_type(std::string_view name, std::string_view endpoint,
                             std::string_view description, const schema& core,
                             std::vector<schema_extension> extensions, std::size_t elements_max)
    : name_(name),
      endpoint_(endpoint),
      description_(description),
      core_(core),
      extensions_(std::move(extensions)),
      elements_max_(elements_max) {
    const auto add_core = [&](bool stored) {
        std::copy_if(core.attributes.begin(), core.attributes.end(),
                     std::back_inserter(attributes_),
                     [stored](const attribute& row) { return row.stored == stored; });
    };
    const auto add_extensions = [&](bool stored) {
        for (const schema_extension& one : extensions_) {
            if (one.stored != stored) continue;
            attribute row = complex(one.definition->urn, one.definition->description,
                                    one.definition->attributes);
            row.required = one.required;
            row.stored = stored;
            row.is_extension = true;
            if (!stored) row.mutability = mutability::read_only;
            attributes_.push_back(row);
        }
    };
    attributes_ = {schemas_row, id_row, external_id_row};
    add_core(true);
    add_extensions(true);
    add_core(false);
    add_extensions(false);
    attributes_.push_back(meta_row);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

const attribute* find_attribute(std::span<const attribute> among, std::string_view name) {
    for (const attribute& row : among) {
        if (equal_ignoring_case(row.name, name)) return &row;
    }
    return nullptr;
}

const attribute* lifecycle_switch(const resource_type& type) {
    const auto rows = type.attributes();
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [](const attribute& row) { return row.is_lifecycle_switch; });
    return found == rows.end() ? nullptr : &*found;
}

std::span<const resource_type* const> served_resource_types() {
    static const resource_type* const served[] = {&user_type(), &group_type()};
    return served;
}

std::string_view word(value_type type) {
    switch (type) {
    case value_type::string: return "string";
    case value_type::boolean: return "boolean";
    case value_type::decimal: return "decimal";
    case value_type::integer: return "integer";
    case value_type::date_time: return "dateTime";
    case value_type::binary: return "binary";
    case value_type::reference: return "reference";
    case value_type::complex: return "complex";
    }
    return "";
}

std::string_view word(mutability kind) {
    switch (kind) {
    case mutability::read_write: return "readWrite";
    case mutability::read_only: return "readOnly";
    case mutability::immutable: return "immutable";
    case mutability::write_only: return "writeOnly";
    }
    return "";
}

std::string_view word(returned when) {
    switch (when) {
    case returned::by_default: return "default";
    case returned::always: return "always";
    case returned::never: return "never";
    case returned::on_request: return "request";
    }
    return "";
}

std::string_view word(uniqueness scope) {
    switch (scope) {
    case uniqueness::none: return "none";
    case uniqueness::server: return "server";
    case uniqueness::global: return "global";
    }
    return "";
}

} // namespace rollcall::scim
