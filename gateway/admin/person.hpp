// A person as support staff and spreadsheets write one down: a fixed list of fields with plain
// names, and what each is in SCIM. One list for the admin API, the command line and CSV files.
//
// What comes out is a SCIM message, so that gateway/scim judges it as it judges a provider's, and
// the stored document is what a provider's own request would have left.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

struct person_field {
    enum class shape : std::uint8_t { text, list, flag };

    std::string_view name; ///< in JSON, and as a column: `givenName`
    shape what;
    std::string_view path;     ///< in SCIM: `name.givenName`
    std::string_view headings; ///< how a column may be called: see field_of_heading()
    std::string_view about;
};

inline constexpr std::array<person_field, 17> person_fields{{
    {"userName", person_field::shape::text, "userName", "username login",
     "the name to sign in with; nobody else of the tenant may have it"},
    {"emails", person_field::shape::list, "emails", "emails email emailaddress mail",
     "e-mail addresses, the first is the primary one"},
    {"givenName", person_field::shape::text, "name.givenName", "givenname firstname", "given name"},
    {"familyName", person_field::shape::text, "name.familyName", "familyname lastname surname",
     "family name"},
    {"displayName", person_field::shape::text, "displayName", "displayname",
     "the name to be shown"},
    {"externalId", person_field::shape::text, "externalId", "externalid",
     "the identity provider's own id"},
    {"phone", person_field::shape::text, R"(phoneNumbers[type eq "work"].value)",
     "phone phonenumber workphone", "telephone at work"},
    {"mobile", person_field::shape::text, R"(phoneNumbers[type eq "mobile"].value)",
     "mobile mobilephone", "mobile telephone"},
    {"title", person_field::shape::text, "title", "title jobtitle", "job title"},
    {"userType", person_field::shape::text, "userType", "usertype", "such as Contractor"},
    {"preferredLanguage", person_field::shape::text, "preferredLanguage",
     "preferredlanguage language", "such as en-GB"},
    {"employeeNumber", person_field::shape::text,
     "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
     "employeenumber employeeid", "number in the company"},
    {"costCenter", person_field::shape::text,
     "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter", "costcenter",
     "cost center"},
    {"organization", person_field::shape::text,
     "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization",
     "organization company", "organization"},
    {"division", person_field::shape::text,
     "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division", "division", "division"},
    {"department", person_field::shape::text,
     "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "department",
     "department"},
    {"active", person_field::shape::flag, "active", "active enabled",
     "whether the person may use the product"},
}};

/// The field of that name; null if there is none.
const person_field* field_named(std::string_view name);

/// The field that a column is about: its heading without blanks, `_` and `-`, in any case.
const person_field* field_of_heading(std::string_view heading);

/// `userName, emails, ...`
std::string field_names();

/// The field that a sentence of gateway/scim is about, which begins with a path; null if none.
const person_field* field_of_fault(std::string_view detail);

/// true, yes, 1 and the like in any case; nothing for other words.
std::optional<bool> read_flag(std::string_view word);

/// What is said of one person: for each field nothing, or what it is to be.
class person {
  public:
    /// One value, for a list any number; empty texts do not count, and no value means that the
    /// field is to be taken away. A flag is `true` or `false`.
    void set(const person_field& field, std::vector<std::string> values);

    [[nodiscard]] bool says(const person_field& field) const { return at(field).has_value(); }

    [[nodiscard]] bool says_nothing() const;

    /// Whether `active` is to be false.
    [[nodiscard]] bool deactivates() const;

    /// The body of a request to the admin API.
    [[nodiscard]] std::string members() const;

    /// The body of the SCIM POST that makes this person.
    [[nodiscard]] std::string creation() const;

    /// The body of the SCIM PATCH that gives somebody these fields and leaves the others.
    [[nodiscard]] std::string change() const;

  private:
    using values = std::vector<std::string>;

    [[nodiscard]] const std::optional<values>& at(const person_field& field) const {
        return said_[static_cast<std::size_t>(&field - person_fields.data())];
    }

    [[nodiscard]] const values& all(std::string_view name) const;

    std::array<std::optional<values>, person_fields.size()> said_;
};

} // namespace rollcall::admin
