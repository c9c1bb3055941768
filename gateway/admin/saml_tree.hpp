// Looking at the XML tree of SAML metadata: what its readers share. Views live as long as the tree.
#pragma once

#include <libxml/tree.h>
#include <memory>
#include <string>
#include <string_view>

namespace rollcall::admin {

inline constexpr std::string_view metadata_namespace = "urn:oasis:names:tc:SAML:2.0:metadata";
inline constexpr std::string_view signature_namespace = "http://www.w3.org/2000/09/xmldsig#";
inline constexpr std::string_view xml_blanks = " \t\r\n";

inline std::string_view view_of(const xmlChar* text) {
    return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

/// A copy of a text that the library made, which is freed.
inline std::string owned(xmlChar* text) {
    struct text_deleter {
        void operator()(xmlChar* one) const { xmlFree(one); }
    };

    const std::unique_ptr<xmlChar, text_deleter> holder(text);
    return std::string(view_of(text));
}

/// An attribute of no namespace; empty if there is none.
inline std::string attribute(const xmlNode* node, const char* name) {
    return owned(xmlGetNoNsProp(node, reinterpret_cast<const xmlChar*>(name)));
}

} // namespace rollcall::admin
