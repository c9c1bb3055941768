// Any bytes as SAML metadata: never a crash, and what is taken keeps what its reader promises.
#include "gateway/admin/saml_metadata.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace rollcall;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view document(reinterpret_cast<const char*>(data), size);
    const auto read = admin::read_saml_metadata(document);
    if (!read) {
        check(read.error().status == 400 || read.error().status == 413);
        check(!read.error().detail.empty());
        return 0;
    }
    const eventlog::sso_provider& provider = read->provider;
    check(!provider.entity_id.empty());
    check(provider.entity_id.size() <= eventlog::sso_entity_id_bytes_max);
    check(provider.sign_on_url.size() <= eventlog::sso_url_bytes_max);
    check(!provider.certificates.empty());
    check(provider.certificates.size() <= eventlog::sso_certificates_max);
    check(document.find("<!DOCTYPE") == document.npos || document.find("<!--") != document.npos ||
          document.find("<![CDATA[") != document.npos || document.find("<?") != document.npos);
    return 0;
}
