// The attribute tables: which attributes exist, of what type, and how they behave (RFC 7643
// sections 2.2, 7 and 8.7 with errata). Everything that reads, compares, changes, shows or
// publishes an attribute asks here. The tables live as long as the process; an attribute is known
// by its address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim {

enum class value_type : std::uint8_t {
    string,
    boolean,
    decimal,
    integer,
    date_time,
    binary,
    reference,
    complex,
};

enum class mutability : std::uint8_t { read_write, read_only, immutable, write_only };

enum class returned : std::uint8_t { by_default, always, never, on_request };

enum class uniqueness : std::uint8_t { none, server, global };

/// How two texts are compared: octet by octet, by case folding, or prepared as a user name (RFC
/// 8265).
enum class text_rule : std::uint8_t { folded, exact, user_name };

/// One row of a table. Defaults are those of RFC 7643 section 2.2.
struct attribute {
    std::string_view name;
    std::string_view description;
    value_type type = value_type::string;
    bool multi_valued = false;
    bool required = false;
    text_rule rule = text_rule::folded;
    scim::mutability mutability = scim::mutability::read_write;
    scim::returned returned = scim::returned::by_default;
    scim::uniqueness uniqueness = scim::uniqueness::none;
    std::span<const std::string_view> canonical_values{};
    std::span<const std::string_view> reference_types{};
    std::span<const attribute> sub_attributes{};
    /// False for what the server computes or drops; such an attribute is never in a stored
    /// document.
    bool stored = true;
    bool apart = false; ///< kept beside the document, an element each: members
    /// For the boolean that deprovisions: true on create unless given, kept by a PUT that omits it,
    /// and never without a value.
    bool is_lifecycle_switch = false;
    /// True for the object that holds a schema extension; `name` is then the extension's URN.
    bool is_extension = false;

    /// Published `caseExact`; references and binaries are always exact (RFC 7643 2.3.6, 2.3.7).
    [[nodiscard]] bool case_exact() const { return rule == text_rule::exact; }
};

/// A published schema: a URN and its attributes.
struct schema {
    std::string_view urn;
    std::string_view name;
    std::string_view description;
    std::span<const attribute> attributes;
};

struct schema_extension {
    const schema* definition = nullptr;
    bool required = false;
    /// False for an extension whose values the server computes.
    bool stored = true;
};

/// A kind of resource: its endpoint, its schemas, and all its attributes in document order:
/// `schemas`, `id`, what is stored (`externalId`, core, extensions as one object each), what is
/// computed, `meta`.
class resource_type {
  public:
    resource_type(std::string_view name, std::string_view endpoint, std::string_view description,
                  const schema& core, std::vector<schema_extension> extensions,
                  std::size_t elements_max);
    resource_type(const resource_type&) = delete;
    resource_type& operator=(const resource_type&) = delete;

    [[nodiscard]] std::string_view name() const { return name_; }

    /// With a leading slash, e.g. `/Users`.
    [[nodiscard]] std::string_view endpoint() const { return endpoint_; }

    [[nodiscard]] std::string_view description() const { return description_; }

    [[nodiscard]] const schema& core() const { return core_; }

    [[nodiscard]] std::span<const schema_extension> extensions() const { return extensions_; }

    [[nodiscard]] std::span<const attribute> attributes() const { return attributes_; }

    /// Most elements that a multi-valued attribute may hold.
    [[nodiscard]] std::size_t elements_max() const { return elements_max_; }

  private:
    std::string_view name_;
    std::string_view endpoint_;
    std::string_view description_;
    const schema& core_;
    std::vector<schema_extension> extensions_;
    std::vector<attribute> attributes_;
    std::size_t elements_max_;
};

/// The attribute of a type that deprovisions its resources; null if it has none.
const attribute* lifecycle_switch(const resource_type& type);

/// Looks a name up regardless of case; null if there is none.
const attribute* find_attribute(std::span<const attribute> among, std::string_view name);

/// True if the two are equal but for the case of ASCII letters: names, URNs, operators.
bool equal_ignoring_case(std::string_view a, std::string_view b);

extern const schema user_schema;
extern const schema enterprise_user_schema;
/// Ours, read-only: `status` and `role` of a user.
extern const schema rollcall_user_schema;
extern const schema group_schema;
extern const schema service_provider_config_schema;
extern const schema resource_type_schema;
extern const schema schema_schema;

const resource_type& user_type();
const resource_type& group_type();

/// The resource types that this server offers: the one list behind /ResourceTypes and /Schemas.
std::span<const resource_type* const> served_resource_types();

/// Words of the wire.
std::string_view word(value_type);
std::string_view word(mutability);
std::string_view word(returned);
std::string_view word(uniqueness);

} // namespace rollcall::scim
