// What a tenant's single sign-on stands on: the facts of its identity provider's SAML metadata.
// Facts about an installation, none about a person, so they stand in the clear.
#pragma once

#include "eventlog/base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rollcall::eventlog {

/// A certificate that the provider signs with.
struct sso_certificate {
    std::array<std::uint8_t, 32> sha256{}; ///< of its DER: which one it is
    base::moment not_after;                ///< it is good until then

    /// False: the end could not be read. not_after is the beginning of 1970 then.
    [[nodiscard]] bool end_is_known() const { return not_after != base::moment{}; }

    friend bool operator==(const sso_certificate&, const sso_certificate&) = default;
};

struct sso_provider {
    std::string entity_id;
    std::string sign_on_url; ///< where people are sent: https
    std::vector<sso_certificate> certificates;
    std::array<std::uint8_t, 32> document_sha256{}; ///< of the metadata as they were uploaded
    friend bool operator==(const sso_provider&, const sso_provider&) = default;
};

/// The longest entity id (SAML 2.0 Core section 8.3.6) and the longest address, in bytes.
inline constexpr std::size_t sso_entity_id_bytes_max = 1024;
inline constexpr std::size_t sso_url_bytes_max = 2048;
/// The most certificates of one provider: a few while they are rolled over.
inline constexpr std::size_t sso_certificates_max = 16;
/// The largest document that is kept beside its facts, in bytes.
inline constexpr std::size_t sso_document_bytes_max = std::size_t{32} * 1024;

} // namespace rollcall::eventlog
