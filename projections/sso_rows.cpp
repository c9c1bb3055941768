#include "projections/sso_rows.hpp"

namespace rollcall::projections {

void append(std::string& out, const sso_state& sso) {
    base::put_le(out, sso.seq.value);
    put_time(out, sso.since);
    put_text(out, sso.provider.entity_id);
    put_text(out, sso.provider.sign_on_url);
    base::put_bytes(out, sso.provider.document_sha256);
    base::put_le(out, static_cast<std::uint16_t>(sso.provider.certificates.size()));
    for (const eventlog::sso_certificate& one : sso.provider.certificates) {
        base::put_bytes(out, one.sha256);
        put_time(out, one.not_after);
    }
}

sso_state take_sso(byte_reader& in) {
    sso_state sso;
    sso.seq.value = in.little<std::uint64_t>();
    sso.since = in.time();
    sso.provider.entity_id = in.text();
    sso.provider.sign_on_url = in.text();
    sso.provider.document_sha256 = in.array<32>();
    const auto count = in.little<std::uint16_t>();
    for (std::uint16_t i = 0; i < count && in.whole(); ++i) {
        eventlog::sso_certificate one;
        one.sha256 = in.array<32>();
        one.not_after = in.time();
        sso.provider.certificates.push_back(one);
    }
    return sso;
}

} // namespace rollcall::projections
