#include "tests/support/saml.hpp"

#include "tests/support/made_certificate.hpp"

#include <sodium.h>

namespace rollcall::support {
namespace {

std::string base64_of(const std::string& der) {
    std::string text(sodium_base64_encoded_len(der.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(der.data()),
                      der.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();
    return text;
}

} // namespace

std::string signing_certificate(std::int64_t until_s) {
    made_certificate::plan how;
    how.from_s = until_s - 7200;
    how.until_s = until_s;
    return base64_of(made_certificate(how).certificate_der());
}

std::string certificate_without_end() {
    made_certificate::plan how;
    how.end_is_readable = false;
    return base64_of(made_certificate(how).certificate_der());
}

std::string idp_parts(const std::string& certificate, const std::string& location) {
    return R"(<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>)" +
           certificate +
           R"(</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>)"
           R"(<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location=")" +
           location + R"("/>)";
}

std::string idp_entity(const std::string& parts, const std::string& entity_id) {
    return R"(<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata")"
           R"( xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID=")" +
           entity_id +
           R"("><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">)" +
           parts + "</md:IDPSSODescriptor></md:EntityDescriptor>";
}

std::string idp_metadata(std::int64_t certificate_until_s) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
           idp_entity(idp_parts(signing_certificate(certificate_until_s)));
}

} // namespace rollcall::support
