#include "gateway/admin/saml_kept.hpp"

#include "gateway/admin/saml_tree.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace rollcall::admin {
namespace {

constexpr std::string_view kept_elements[] = {
    "EntitiesDescriptor", "EntityDescriptor",          "IDPSSODescriptor",    "KeyDescriptor",
    "EncryptionMethod",   "ArtifactResolutionService", "SingleLogoutService", "ManageNameIDService",
    "NameIDFormat",       "SingleSignOnService",
};

constexpr std::string_view kept_signature_elements[] = {
    "CanonicalizationMethod",
    "DigestMethod",
    "DigestValue",
    "Exponent",
    "KeyInfo",
    "KeyValue",
    "Modulus",
    "RSAKeyValue",
    "Reference",
    "Signature",
    "SignatureMethod",
    "SignatureValue",
    "SignedInfo",
    "Transform",
    "Transforms",
    "X509Certificate",
    "X509Data",
};

bool is_blank(char c) {
    return xml_blanks.find(c) != xml_blanks.npos;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

template <class Fits>
bool all_of(std::string_view text, Fits fits) {
    return std::all_of(text.begin(), text.end(), fits);
}

// Each says whether a text is of its kind. An address of e-mail is of none.

bool is_base64(std::string_view text) {
    return all_of(text, [](char c) {
        return is_letter_or_digit(c) || is_blank(c) || c == '+' || c == '/' || c == '=';
    });
}

bool is_uri(std::string_view text) {
    return all_of(text, [](char c) {
        return c > 0x20 && c < 0x7f &&
               std::string_view("@<>\"\\^`{|}").find(c) == std::string_view::npos;
    });
}

bool is_uris(std::string_view text) {
    return all_of(text, [](char c) { return is_blank(c) || is_uri({&c, 1}); });
}

bool is_name(std::string_view text) {
    return all_of(text,
                  [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; });
}

bool is_flag(std::string_view text) {
    return text == "true" || text == "false" || text == "1" || text == "0";
}

bool is_number(std::string_view text) {
    return text.size() <= 5 && all_of(text, is_digit);
}

bool is_use(std::string_view text) {
    return text == "signing" || text == "encryption";
}

bool is_duration(std::string_view text) {
    return all_of(text, [](char c) {
        return is_digit(c) || std::string_view("-.DHMPSTY").find(c) != std::string_view::npos;
    });
}

bool is_time(std::string_view text) {
    return all_of(text, [](char c) {
        return is_digit(c) || std::string_view("+-.:TZ").find(c) != std::string_view::npos;
    });
}

/// What may stand under a name, and of which kind its text is.
struct kept_text {
    std::string_view name;
    bool (*fits)(std::string_view);
};

constexpr kept_text kept_attributes[] = {
    {"Algorithm", is_uri},
    {"Binding", is_uri},
    {"ID", is_name},
    {"Id", is_name},
    {"Location", is_uri},
    {"ResponseLocation", is_uri},
    {"URI", is_uri},
    {"WantAuthnRequestsSigned", is_flag},
    {"cacheDuration", is_duration},
    {"entityID", is_uri},
    {"index", is_number},
    {"isDefault", is_flag},
    {"protocolSupportEnumeration", is_uris},
    {"use", is_use},
    {"validUntil", is_time},
};

/// Elements of facts alone, of which the text is one.
constexpr kept_text kept_texts[] = {
    {"DigestValue", is_base64}, {"Exponent", is_base64},       {"Modulus", is_base64},
    {"NameIDFormat", is_uri},   {"SignatureValue", is_base64}, {"X509Certificate", is_base64},
};

/// Namespaces that metadata declare, used or not, and what they are called there.
constexpr std::string_view kept_namespaces[] = {
    metadata_namespace,
    signature_namespace,
    "http://www.w3.org/2001/04/xmlenc#",
    "http://www.w3.org/2001/XMLSchema",
    "http://www.w3.org/2001/XMLSchema-instance",
    "urn:oasis:names:tc:SAML:2.0:assertion",
    "urn:oasis:names:tc:SAML:2.0:protocol",
    "urn:oasis:names:tc:SAML:metadata:algsupport",
    "urn:oasis:names:tc:SAML:metadata:ui",
};
constexpr std::string_view kept_prefixes[] = {
    "",    "alg", "ds",   "dsig",  "m",      "md",    "mdui", "ns0", "ns1", "ns2", "ns3",
    "ns4", "ns5", "saml", "saml2", "saml2p", "samlp", "xenc", "xs",  "xsd", "xsi",
};

template <std::size_t N>
bool is_one_of(const std::string_view (&names)[N], const xmlChar* name) {
    return std::find(std::begin(names), std::end(names), view_of(name)) != std::end(names);
}

/// Null if nothing of that name is kept.
template <std::size_t N>
const kept_text* find_kept(const kept_text (&all)[N], const xmlChar* name) {
    const auto* const found =
        std::find_if(std::begin(all), std::end(all),
                     [&](const kept_text& one) { return one.name == view_of(name); });
    return found == std::end(all) ? nullptr : found;
}

std::string_view beside_in_element(const xmlNode* one) {
    const std::string_view space = one->ns == nullptr ? std::string_view() : view_of(one->ns->href);
    if (space == metadata_namespace && view_of(one->name) == "ContactPerson") {
        return "a ContactPerson";
    }
    if (space == metadata_namespace && view_of(one->name) == "Organization") {
        return "an Organization";
    }
    const bool known =
        (space == metadata_namespace && is_one_of(kept_elements, one->name)) ||
        (space == signature_namespace && is_one_of(kept_signature_elements, one->name));
    if (!known) return "an element that single sign-on does not need";
    for (const xmlAttr* attr = one->properties; attr != nullptr; attr = attr->next) {
        const kept_text* const kept = find_kept(kept_attributes, attr->name);
        if (attr->ns != nullptr || kept == nullptr) {
            return "an attribute that single sign-on does not need";
        }
        if (!kept->fits(attribute(one, reinterpret_cast<const char*>(attr->name)))) {
            return "an attribute whose text is of another kind than it should be";
        }
    }
    for (const xmlNs* space_said = one->nsDef; space_said != nullptr;
         space_said = space_said->next) {
        if (!is_one_of(kept_namespaces, space_said->href) ||
            !is_one_of(kept_prefixes, space_said->prefix)) {
            return "a namespace that single sign-on does not need";
        }
    }
    return {};
}

std::string_view beside_in_text(const xmlNode* one) {
    if (xmlIsBlankNode(one) == 1) return {};
    const kept_text* const kept = find_kept(kept_texts, one->parent->name);
    if (kept == nullptr) return "a text between its elements";
    std::string_view text = view_of(one->content);
    text.remove_prefix(text.find_first_not_of(xml_blanks));
    text = text.substr(0, text.find_last_not_of(xml_blanks) + 1);
    return kept->fits(text) ? std::string_view() : "a text of another kind than it should be";
}

std::string_view beside_in(const xmlNode* one) {
    switch (one->type) {
    case XML_DOCUMENT_NODE: return {};
    case XML_ELEMENT_NODE: return beside_in_element(one);
    case XML_COMMENT_NODE: return "a comment";
    case XML_PI_NODE: return "a processing instruction";
    case XML_TEXT_NODE: return beside_in_text(one);
    default: return "what is neither element nor text";
    }
}

} // namespace

std::string_view beside_what_may_be_kept(xmlDoc* document) {
    const auto* const top = reinterpret_cast<const xmlNode*>(document);
    const xmlNode* at = top;
    while (at != nullptr) {
        if (const auto found = beside_in(at); !found.empty()) return found;
        if (at->children != nullptr) {
            at = at->children;
            continue;
        }
        while (at != top && at->next == nullptr)
            at = at->parent;
        at = at == top ? nullptr : at->next;
    }
    return {};
}

} // namespace rollcall::admin
