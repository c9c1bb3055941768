// SAML 2.0 metadata (OASIS saml-metadata-2.0-os): what an identity provider says of itself, in XML
// that strangers wrote. Bytes in, facts out; no network and no file is ever touched.
//
// Taken is one identity provider that people can be sent to over https and whose answers can be
// checked: an entity id, an IDPSSODescriptor for SAML 2.0 with a SingleSignOnService, and a signing
// certificate. The XML has to be well-formed UTF-8 without a DOCTYPE, so there are no entities to
// expand and nothing to fetch, and no element has more than 64 attributes, which would cost time.
// The signature of the metadata is not judged: they are trusted because of who uploads them. A
// certificate that has expired, or whose end cannot be read, is taken; whoever shows the facts says
// so.
//
// A document may be kept if it has nothing but the elements, attributes and namespaces of a list,
// with texts of their kinds (base64, an address without blanks, a flag, a time): what describes an
// identity provider and names no people. Whatever else it has may name some.
#pragma once

#include "eventlog/sso.hpp"
#include "gateway/admin/problem.hpp"

#include <cstddef>
#include <string_view>

namespace rollcall::admin {

/// The largest document, in bytes: Entra's has some 100 KiB.
inline constexpr std::size_t sso_metadata_bytes_max = std::size_t{256} * 1024;

struct saml_metadata {
    eventlog::sso_provider provider;
    /// The first thing that the document has beside what may be kept, such as `a comment`, in words
    /// of ours; empty: nothing.
    std::string_view beside;
};

/// 413 too_large; 400 bad_metadata, which says what is wrong and, for XML that is not well-formed,
/// in which line.
result<saml_metadata> read_saml_metadata(std::string_view document);

} // namespace rollcall::admin
