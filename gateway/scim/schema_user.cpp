// User, its enterprise extension, and our own extension (RFC 7643 sections 4.1, 4.3, 8.7.1).
// Deviations from the printed tables: `addresses.primary` exists, references and binaries are case
// exact, `manager.displayName` is writable because providers write it and read it back.
#include "gateway/scim/limits.hpp"
#include "gateway/scim/schema_rows.hpp"

namespace rollcall::scim {
namespace {

using namespace rows;

constexpr std::string_view external[] = {"external"};
constexpr std::string_view to_user[] = {"User"};
constexpr std::string_view to_group[] = {"Group"};

constexpr std::string_view label_text = "A label for what the value is used for";
constexpr std::string_view display_text = "A name of the value for people";
constexpr std::string_view primary_text =
    "True for the preferred value; at most one value of the attribute may be";

constexpr std::string_view places[] = {"work", "home", "other"};
constexpr std::string_view phones[] = {"work", "home", "mobile", "fax", "pager", "other"};
constexpr std::string_view messengers[] = {"aim", "gtalk", "icq", "xmpp",
                                           "msn", "skype", "qq",  "yahoo"};
constexpr std::string_view pictures[] = {"photo", "thumbnail"};
constexpr std::string_view memberships[] = {"direct", "indirect"};
constexpr std::string_view statuses[] = {"pending_role", "pending_approval", "active", "suspended",
                                         "deactivated"};

constexpr attribute name_parts[] = {
    text("formatted", "The full name as it is shown"),
    text("familyName", "The family name"),
    text("givenName", "The given name"),
    text("middleName", "Middle names"),
    text("honorificPrefix", "Titles before the name"),
    text("honorificSuffix", "Suffixes after the name"),
};

constexpr attribute email_parts[] = {
    text("value", "The e-mail address"),
    text("display", display_text),
    choice("type", label_text, places),
    flag("primary", primary_text),
};

constexpr attribute phone_parts[] = {
    text("value", "The telephone number"),
    text("display", display_text),
    choice("type", label_text, phones),
    flag("primary", primary_text),
};

constexpr attribute messenger_parts[] = {
    text("value", "The address in the messaging service"),
    text("display", display_text),
    choice("type", label_text, messengers),
    flag("primary", primary_text),
};

constexpr attribute photo_parts[] = {
    reference("value", "The URL of an image", external),
    text("display", display_text),
    choice("type", label_text, pictures),
    flag("primary", primary_text),
};

constexpr attribute address_parts[] = {
    text("formatted", "The whole address as it is printed"),
    text("streetAddress", "Street, house number and what belongs to them"),
    text("locality", "The town"),
    text("region", "The state or region"),
    text("postalCode", "The postal code"),
    text("country", "The country, as an ISO 3166-1 alpha-2 code"),
    choice("type", label_text, places),
    flag("primary", primary_text),
};

constexpr attribute group_parts[] = {
    read_only(exact_text("value", "The id of the group")),
    read_only(reference("$ref", "The URL of the group", to_group)),
    read_only(text("display", "The name of the group")),
    read_only(choice("type", "Whether the membership is the user's own or comes by nesting",
                     memberships)),
};

constexpr attribute labelled_parts[] = {
    text("value", "The value"),
    text("display", display_text),
    text("type", label_text),
    flag("primary", primary_text),
};

constexpr attribute certificate_parts[] = {
    {.name = "value",
     .description = "One DER certificate in base64",
     .type = value_type::binary,
     .rule = text_rule::exact},
    text("display", display_text),
    text("type", label_text),
    flag("primary", primary_text),
};

constexpr attribute user_attributes[] = {
    {.name = "userName",
     .description = "The name under which the user is known to the service; unique, compared "
                    "without case as RFC 8265 says",
     .required = true,
     .rule = text_rule::user_name,
     .uniqueness = uniqueness::server},
    complex("name", "The parts of the user's name", name_parts),
    text("displayName", "The name that is shown to people"),
    text("nickName", "What the user is called casually"),
    reference("profileUrl", "A page about the user", external),
    text("title", "The job title"),
    text("userType", "The relation to the organisation, such as Employee or Contractor"),
    text("preferredLanguage", "Preferred languages, as in Accept-Language"),
    text("locale", "Where dates and numbers are written as the user expects them"),
    text("timezone", "An IANA time zone name"),
    {.name = "active",
     .description = "What the provisioning side wants: false deactivates the user",
     .type = value_type::boolean,
     .is_lifecycle_switch = true},
    {.name = "password",
     .description = "Kept as a hash only; never returned",
     .rule = text_rule::exact,
     .mutability = mutability::write_only,
     .returned = returned::never,
     .stored = false},
    many(complex("emails", "E-mail addresses", email_parts)),
    many(complex("phoneNumbers", "Telephone numbers", phone_parts)),
    many(complex("ims", "Instant messaging addresses", messenger_parts)),
    many(complex("photos", "Pictures of the user", photo_parts)),
    many(complex("addresses", "Postal addresses", address_parts)),
    not_stored(read_only(many(complex("groups", "The groups that the user is in", group_parts)))),
    many(complex("entitlements", "What the user is entitled to", labelled_parts)),
    many(complex("roles", "Roles as the provisioning side names them", labelled_parts)),
    many(complex("x509Certificates", "Certificates issued to the user", certificate_parts)),
};

constexpr attribute manager_parts[] = {
    exact_text("value", "The id of the manager"),
    reference("$ref", "The URL of the manager", to_user),
    text("displayName", "The manager's name or e-mail address, as the client wrote it"),
};

constexpr attribute enterprise_attributes[] = {
    text("employeeNumber", "The number of the employee in the organisation"),
    text("costCenter", "The cost centre"),
    text("organization", "The organisation"),
    text("division", "The division"),
    text("department", "The department"),
    complex("manager", "Who the user reports to", manager_parts),
};

constexpr std::string_view reasons[] = {"admin", "rejected", "expired",
                                        "seats", "invite",   "reactivation"};

constexpr attribute rollcall_attributes[] = {
    read_only(choice("status", "Where the user stands in his life cycle", statuses)),
    read_only(choice("statusReason", "Why he is suspended, or what he waits for", reasons)),
    read_only({.name = "statusSince",
               .description = "Since when he is suspended or waits",
               .type = value_type::date_time}),
    read_only(text("role", "The role that he was given in the product")),
};

} // namespace

const schema user_schema = {"urn:ietf:params:scim:schemas:core:2.0:User", "User", "User account",
                            user_attributes};

const schema enterprise_user_schema = {
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "EnterpriseUser",
    "What an organisation records of its people", enterprise_attributes};

const schema rollcall_user_schema = {"urn:rollcall:params:scim:schemas:1.0:User", "RollcallUser",
                                     "What the service itself says about a user",
                                     rollcall_attributes};

const resource_type& user_type() {
    static const resource_type type("User", "/Users", "User account", user_schema,
                                    {{.definition = &enterprise_user_schema},
                                     {.definition = &rollcall_user_schema, .stored = false}},
                                    limits::user_elements_max);
    return type;
}

} // namespace rollcall::scim
