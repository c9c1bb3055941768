// SAML metadata as identity providers offer them, and what is wrong with others.
#pragma once

#include <cstdint>
#include <string>

namespace rollcall::support {

/// A certificate in base64, of one line. It ends then: seconds from now.
std::string signing_certificate(std::int64_t until_s = 3600);

/// Likewise, and when it ends cannot be read.
std::string certificate_without_end();

/// The metadata of one identity provider; what is between its IDPSSODescriptor's tags.
std::string idp_parts(const std::string& certificate,
                      const std::string& location = "https://acme.okta.example/app/sso/saml");

/// With its EntityDescriptor around it.
std::string idp_entity(const std::string& parts, const std::string& entity_id = "urn:acme:idp");

/// All of it, with an XML declaration.
std::string idp_metadata(std::int64_t certificate_until_s = 3600);

} // namespace rollcall::support
