#include "gateway/admin/saml_metadata.hpp"

#include "eventlog/base/sha256.hpp"
#include "gateway/admin/saml_kept.hpp"
#include "gateway/admin/saml_tree.hpp"
#include "gateway/http/text.hpp"
#include "gateway/http/tls_pem.hpp"
#include "gateway/scim/text.hpp"

#include <sodium.h>

#include <algorithm>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <memory>
#include <string>
#include <vector>

namespace rollcall::admin {
namespace {

using eventlog::sso_certificate;

constexpr std::string_view protocol = "urn:oasis:names:tc:SAML:2.0:protocol";
constexpr std::string_view redirect_binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
constexpr std::size_t reason_bytes_max = 200;

/// Of one element, declarations of namespaces among them: the library's time grows as their square,
/// so it never sees more.
constexpr std::size_t attributes_max = 64;

tl::unexpected<problem> bad(std::string detail) {
    return refuse(400, "bad_metadata", std::move(detail));
}

// --- the XML ---

struct parser_deleter {
    void operator()(xmlParserCtxt* one) const { xmlFreeParserCtxt(one); }
};

struct document_deleter {
    void operator()(xmlDoc* one) const { xmlFreeDoc(one); }
};

using document_ptr = std::unique_ptr<xmlDoc, document_deleter>;

/// Called before anything of a DOCTYPE is read; what it would declare is never looked at.
void stop_at_doctype(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
    auto* const parser = static_cast<xmlParserCtxt*>(context);
    *static_cast<bool*>(parser->_private) = true;
    xmlStopParser(parser);
}

std::string why_not_read(const xmlError& error) {
    std::string_view reason = error.message == nullptr ? "unknown" : error.message;
    reason = reason.substr(0, std::min(reason.find('\n'), reason_bytes_max));
    if (!scim::is_utf8(reason)) reason = "unreadable characters";
    return "line " + std::to_string(error.line) + ": " + std::string(reason);
}

/// No tag goes beyond the next `<`, and no attribute is without `=` and a quote: so nowhere are
/// more than are counted here, whatever stands in comments, in texts and in what is not
/// well-formed.
result<void> count_attributes(std::string_view text) {
    std::size_t count = 0;
    std::size_t line = 1;
    bool after_equals = false;
    for (const char c : text) {
        if (c == '\n') ++line;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        if (c == '<') count = 0;
        if (after_equals && (c == '"' || c == '\'') && ++count > attributes_max) {
            return bad("line " + std::to_string(line) +
                       " of the metadata has an element of more "
                       "than " +
                       std::to_string(attributes_max) +
                       " attributes: upload the metadata as the identity provider gives them out");
        }
        after_equals = c == '=';
    }
    return {};
}

/// Before it is read: in another encoding the bytes that were counted would be others.
result<void> is_said_to_be_utf8(std::string_view text) {
    constexpr std::string_view word = "encoding";
    text.remove_prefix(std::min(text.find('<'), text.size()));
    if (!text.starts_with("<?xml")) return {};
    text = text.substr(0, text.find('<', 1));
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word)) {
        text.remove_prefix(at + word.size());
        std::string_view said =
            text.substr(std::min(text.find_first_not_of(xml_blanks), text.size()));
        if (!said.starts_with('=')) continue;
        said.remove_prefix(1);
        said.remove_prefix(std::min(said.find_first_not_of(xml_blanks), said.size()));
        const char quote = said.empty() ? '\0' : said.front();
        if (quote != '"' && quote != '\'') continue; // not well-formed
        said.remove_prefix(1);
        said = said.substr(0, said.find(quote));
        if (!http::equal_without_case(said, "utf-8")) {
            return bad(
                "the metadata say that they are in " +
                std::string(
                    said.substr(0, said.find_first_of(xml_blanks)).substr(0, reason_bytes_max)) +
                ": send them in UTF-8");
        }
    }
    return {};
}

result<document_ptr> parse(std::string_view text) {
    static const bool ready = [] {
        xmlInitParser(); // before threads may come to it at once
        return true;
    }();
    static_cast<void>(ready);
    const std::unique_ptr<xmlParserCtxt, parser_deleter> parser(xmlNewParserCtxt());
    if (!parser) return refuse(500, "internal", "there is no memory to read the metadata");
    bool doctype = false;
    parser->_private = &doctype;
    parser->sax->internalSubset = stop_at_doctype;
    // Without XML_PARSE_HUGE: the library's own bounds of depth and of names stay.
    document_ptr document(
        xmlCtxtReadMemory(parser.get(), text.data(), static_cast<int>(text.size()), nullptr,
                          nullptr, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
    if (doctype) {
        return bad("the metadata have a DOCTYPE, which SAML metadata never need and which is not "
                   "read here: remove it");
    }
    if (!document || parser->wellFormed == 0 || parser->nsWellFormed == 0) {
        return bad("the metadata are not well-formed XML: " + why_not_read(parser->lastError));
    }
    return document;
}

bool is(const xmlNode* node, std::string_view space, std::string_view name) {
    return node->type == XML_ELEMENT_NODE && node->ns != nullptr &&
           view_of(node->ns->href) == space && view_of(node->name) == name;
}

std::vector<const xmlNode*> children(const xmlNode* of, std::string_view space,
                                     std::string_view name) {
    std::vector<const xmlNode*> found;
    for (const xmlNode* child = of->children; child != nullptr; child = child->next) {
        if (is(child, space, name)) found.push_back(child);
    }
    return found;
}

std::vector<const xmlNode*> parts_of(const xmlNode* of, std::string_view name) {
    return children(of, metadata_namespace, name);
}

// --- what it says ---

/// Whether a blank-separated list has the word.
bool lists(std::string_view words, std::string_view word) {
    while (!words.empty()) {
        const std::size_t start = words.find_first_not_of(" \t\r\n");
        if (start == words.npos) return false;
        words.remove_prefix(start);
        const std::size_t end = std::min(words.find_first_of(" \t\r\n"), words.size());
        if (words.substr(0, end) == word) return true;
        words.remove_prefix(end);
    }
    return false;
}

/// `https://` with a host, and no character that an address cannot have.
bool is_https(std::string_view url) {
    constexpr std::string_view scheme = "https://";
    if (url.size() <= scheme.size() || url.size() > eventlog::sso_url_bytes_max) return false;
    if (!http::equal_without_case(url.substr(0, scheme.size()), scheme)) return false;
    const std::string_view rest = url.substr(scheme.size());
    const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    return !host.empty() && host.front() != ':' && host.find('@') == host.npos &&
           std::all_of(rest.begin(), rest.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// The SAML 2.0 part of an entity, if it is an identity provider.
const xmlNode* provider_part(const xmlNode* entity) {
    for (const xmlNode* part : parts_of(entity, "IDPSSODescriptor")) {
        if (lists(attribute(part, "protocolSupportEnumeration"), protocol)) return part;
    }
    return nullptr;
}

/// The one entity that is an identity provider.
result<const xmlNode*> provider_in(const xmlNode* root) {
    if (is(root, metadata_namespace, "EntityDescriptor")) {
        if (provider_part(root) != nullptr) return root;
        return bad("the metadata describe no identity provider: there is no IDPSSODescriptor for "
                   "SAML 2.0. Upload those of the identity provider, not those of an application");
    }
    if (!is(root, metadata_namespace, "EntitiesDescriptor")) {
        return bad("the root of the metadata is " + std::string(view_of(root->name)) +
                   " and not EntityDescriptor of " + std::string(metadata_namespace));
    }
    std::vector<const xmlNode*> found;
    for (const xmlNode* entity : parts_of(root, "EntityDescriptor")) {
        if (provider_part(entity) != nullptr) found.push_back(entity);
    }
    if (found.size() == 1) return found.front();
    return bad("the metadata describe " + std::to_string(found.size()) +
               " identity providers: upload the EntityDescriptor of the one that is meant");
}

result<std::string> sign_on_url(const xmlNode* part) {
    std::string found;
    for (const xmlNode* service : parts_of(part, "SingleSignOnService")) {
        std::string location = attribute(service, "Location");
        if (!is_https(location)) continue;
        const bool preferred = attribute(service, "Binding") == redirect_binding;
        if (found.empty() || preferred) found = std::move(location);
        if (preferred) break;
    }
    if (!found.empty()) return found;
    return bad("the identity provider has no SingleSignOnService whose Location is an https "
               "address of at most " +
               std::to_string(eventlog::sso_url_bytes_max) + " bytes");
}

/// A certificate in base64, in which blanks and line ends do not count.
result<sso_certificate> read_certificate(std::string_view base64) {
    std::vector<std::uint8_t> der(base64.size() / 4 * 3 + 3);
    std::size_t size = 0;
    const char* end = nullptr;
    const bool decoded =
        sodium_base642bin(der.data(), der.size(), base64.data(), base64.size(), " \t\r\n", &size,
                          &end, sodium_base64_VARIANT_ORIGINAL) == 0 &&
        end == base64.data() + base64.size();
    const unsigned char* at = der.data();
    const http::certificate_ptr one(decoded ? d2i_X509(nullptr, &at, static_cast<long>(size))
                                            : nullptr);
    if (!one || at != der.data() + size) {
        static_cast<void>(http::openssl_reason()); // empties the queue of this thread
        return bad("an X509Certificate of the identity provider is not a certificate in base64");
    }
    const std::string_view bytes(reinterpret_cast<const char*>(der.data()), size);
    const auto until = http::moment_of(X509_get0_notAfter(one.get()));
    if (!until) static_cast<void>(http::openssl_reason());
    return sso_certificate{base::sha256({bytes}), until.value_or(base::moment{})};
}

result<std::vector<sso_certificate>> certificates(const xmlNode* part) {
    std::vector<sso_certificate> all;
    for (const xmlNode* key : parts_of(part, "KeyDescriptor")) {
        const std::string use = attribute(key, "use");
        if (!use.empty() && use != "signing") continue;
        for (const xmlNode* info : children(key, signature_namespace, "KeyInfo")) {
            for (const xmlNode* data : children(info, signature_namespace, "X509Data")) {
                for (const xmlNode* one : children(data, signature_namespace, "X509Certificate")) {
                    auto read = read_certificate(owned(xmlNodeGetContent(one)));
                    if (!read) return tl::unexpected(read.error());
                    all.push_back(*read);
                }
            }
        }
    }
    if (all.empty()) {
        return bad("the identity provider has no signing certificate (KeyDescriptor with an "
                   "X509Certificate): nobody could check what it says of people");
    }
    if (all.size() > eventlog::sso_certificates_max) {
        return bad("the identity provider has " + std::to_string(all.size()) +
                   " signing certificates; at most " +
                   std::to_string(eventlog::sso_certificates_max) + " are taken");
    }
    return all;
}

} // namespace

result<saml_metadata> read_saml_metadata(std::string_view document) {
    if (document.size() > sso_metadata_bytes_max) {
        return refuse(413, "too_large",
                      "the metadata have more than " +
                          std::to_string(sso_metadata_bytes_max >> 10) +
                          " KiB: upload the EntityDescriptor of the one identity provider alone");
    }
    if (document.empty()) return bad("there are no metadata: send the XML as the body");
    if (!scim::is_utf8(document) || document.find('\0') != document.npos) {
        return bad("the metadata are not in UTF-8: send them in UTF-8");
    }
    if (const auto ok = is_said_to_be_utf8(document); !ok) return tl::unexpected(ok.error());
    if (const auto ok = count_attributes(document); !ok) return tl::unexpected(ok.error());
    const auto tree = parse(document);
    if (!tree) return tl::unexpected(tree.error());
    const xmlNode* const root = xmlDocGetRootElement(tree->get());
    const auto entity = provider_in(root);
    if (!entity) return tl::unexpected(entity.error());

    saml_metadata out;
    out.provider.entity_id = attribute(*entity, "entityID");
    if (out.provider.entity_id.empty() ||
        out.provider.entity_id.size() > eventlog::sso_entity_id_bytes_max) {
        return bad("the identity provider's EntityDescriptor must have an entityID of 1 to " +
                   std::to_string(eventlog::sso_entity_id_bytes_max) + " bytes");
    }
    const xmlNode* const part = provider_part(*entity);
    auto url = sign_on_url(part);
    if (!url) return tl::unexpected(url.error());
    auto signing = certificates(part);
    if (!signing) return tl::unexpected(signing.error());
    out.provider.sign_on_url = std::move(*url);
    out.provider.certificates = std::move(*signing);
    out.provider.document_sha256 = base::sha256({document});
    out.beside = beside_what_may_be_kept(tree->get());
    return out;
}

} // namespace rollcall::admin
