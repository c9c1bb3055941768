#include "eventlog/record.hpp"

#include "eventlog/base/crc32c.hpp"
#include "eventlog/base/sha256.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"

#include <cassert>
#include <cstring>

namespace rollcall::eventlog {
namespace {

// The offsets of the grammar at the head of record.hpp.
constexpr std::uint32_t magic = 0x31434c52; // "RLC1"
constexpr std::uint8_t format_1 = 1;
constexpr std::uint16_t flag_sealed_removed = 1;
constexpr std::size_t at_partition = 4;
constexpr std::size_t at_flags = 6;
constexpr std::size_t at_offset = 8;
constexpr std::size_t at_hash = 16;
constexpr std::size_t at_hashed = 48;
constexpr std::size_t at_type = 50;
constexpr std::size_t at_schema = 52;
constexpr std::size_t at_request_id_size = 54;
constexpr std::size_t at_clear_size = 56;
constexpr std::size_t at_sealed_size = 60;
constexpr std::size_t at_tenant = 64;
constexpr std::size_t at_seq = 72;
constexpr std::size_t at_time = 80;
constexpr std::size_t at_epoch = 88;
constexpr std::size_t at_subject = 96;
constexpr std::size_t at_actor = 112;
constexpr std::size_t at_cause_offset = 128;
constexpr std::size_t at_cause_partition = 136;
constexpr std::size_t at_idempotency = 144;
constexpr std::size_t at_sealed_hash = 160;
constexpr std::size_t at_prev_hash = 192;
constexpr std::size_t crc_size = 4;

template <std::size_t N>
void copy_out(const char* from, std::array<std::uint8_t, N>& to) {
    std::memcpy(to.data(), from, N);
}

template <std::size_t N>
void copy_in(char* to, const std::array<std::uint8_t, N>& from) {
    std::memcpy(to, from.data(), N);
}

digest hash_record(std::string_view hashed) {
    return base::sha256({std::string_view("\x01", 1), hashed});
}

base::result<record_view> damaged(std::string_view what) {
    return base::fail(log_errc::damaged_record, "record: " + std::string(what));
}

} // namespace

digest hash_sealed(std::string_view sealed) {
    return base::sha256({std::string_view("\x00", 1), sealed});
}

record_draft draft_record(const event& e, std::string_view clear, std::uint16_t schema,
                          std::string_view sealed, tenant_seq seq, const digest& prev_hash,
                          std::uint64_t epoch) {
    assert(clear.size() <= record_clear_size_max && sealed.size() <= record_sealed_size_max);
    assert(e.request_id.size() <= 64);
    record_draft draft;
    draft.tenant = e.tenant;
    draft.seq = seq;
    draft.subject = e.subject;
    draft.time = e.time;
    if (!sealed.empty()) draft.sealed_hash = hash_sealed(sealed);

    std::string& out = draft.bytes;
    out.reserve(record_fixed_size + e.request_id.size() + clear.size() + sealed.size() + crc_size);
    out.resize(record_fixed_size);
    char* p = out.data();
    base::set_le(p, magic);
    p[at_hashed] = static_cast<char>(format_1);
    p[at_hashed + 1] = static_cast<char>(e.by.kind);
    base::set_le(p + at_type, static_cast<std::uint16_t>(type_of(e.body)));
    base::set_le(p + at_schema, schema);
    p[at_request_id_size] = static_cast<char>(e.request_id.size());
    base::set_le(p + at_clear_size, static_cast<std::uint32_t>(clear.size()));
    base::set_le(p + at_sealed_size, static_cast<std::uint32_t>(sealed.size()));
    base::set_le(p + at_tenant, e.tenant.value);
    base::set_le(p + at_seq, seq.value);
    base::set_le(p + at_time, static_cast<std::uint64_t>(e.time.unix_ms));
    base::set_le(p + at_epoch, epoch);
    copy_in(p + at_subject, e.subject.bytes);
    copy_in(p + at_actor, e.by.id.bytes);
    if (e.cause) {
        base::set_le(p + at_cause_offset, e.cause->offset);
        base::set_le(p + at_cause_partition, e.cause->partition);
    }
    copy_in(p + at_idempotency, e.idempotency);
    copy_in(p + at_sealed_hash, draft.sealed_hash);
    copy_in(p + at_prev_hash, prev_hash);
    out += e.request_id;
    out += clear;
    draft.hash = hash_record(std::string_view(out).substr(at_hashed));
    copy_in(out.data() + at_hash, draft.hash);
    out += sealed;
    return draft;
}

void place_record(record_draft& draft, position at) {
    char* p = draft.bytes.data();
    base::set_le(p + at_partition, at.partition);
    base::set_le(p + at_offset, at.offset);
    base::put_le(draft.bytes, base::crc32c(draft.bytes));
}

base::result<record_view> read_record(std::string_view bytes, record_check check) {
    if (bytes.size() < record_fixed_size + crc_size) return damaged("cut off");
    const char* p = bytes.data();
    if (base::load_le<std::uint32_t>(p) != magic) return damaged("does not start with its mark");
    const auto format = static_cast<std::uint8_t>(p[at_hashed]);
    const std::string_view covered = bytes.substr(0, bytes.size() - crc_size);
    if (base::crc32c(covered) != base::load_le<std::uint32_t>(p + covered.size())) {
        return damaged("checksum does not match");
    }
    if (format != format_1) {
        return base::fail(log_errc::newer_format, "record of format " + std::to_string(format) +
                                                      ": use the version that wrote it");
    }
    record_view r;
    r.sealed_removed = (base::load_le<std::uint16_t>(p + at_flags) & flag_sealed_removed) != 0;
    const std::size_t request_id_size = static_cast<std::uint8_t>(p[at_request_id_size]);
    const std::size_t clear_size = base::load_le<std::uint32_t>(p + at_clear_size);
    const std::size_t sealed_size =
        r.sealed_removed ? 0 : base::load_le<std::uint32_t>(p + at_sealed_size);
    if (covered.size() != record_fixed_size + request_id_size + clear_size + sealed_size) {
        return damaged("sizes do not add up");
    }
    r.at = {base::load_le<std::uint16_t>(p + at_partition),
            base::load_le<std::uint64_t>(p + at_offset)};
    copy_out(p + at_hash, r.hash);
    r.type = base::load_le<std::uint16_t>(p + at_type);
    r.schema = base::load_le<std::uint16_t>(p + at_schema);
    r.tenant = {base::load_le<std::uint32_t>(p + at_tenant)};
    r.seq = {base::load_le<std::uint64_t>(p + at_seq)};
    r.time = {static_cast<std::int64_t>(base::load_le<std::uint64_t>(p + at_time))};
    r.epoch = base::load_le<std::uint64_t>(p + at_epoch);
    copy_out(p + at_subject, r.subject.bytes);
    const auto kind = static_cast<std::uint8_t>(p[at_hashed + 1]);
    if (kind > static_cast<std::uint8_t>(actor_kind::consumer)) return damaged("unknown actor");
    r.by.kind = static_cast<actor_kind>(kind);
    copy_out(p + at_actor, r.by.id.bytes);
    if (const auto cause = base::load_le<std::uint64_t>(p + at_cause_offset); cause != 0) {
        r.cause = position{base::load_le<std::uint16_t>(p + at_cause_partition), cause};
    }
    copy_out(p + at_idempotency, r.idempotency);
    copy_out(p + at_sealed_hash, r.sealed_hash);
    copy_out(p + at_prev_hash, r.prev_hash);
    r.request_id = bytes.substr(record_fixed_size, request_id_size);
    r.clear = bytes.substr(record_fixed_size + request_id_size, clear_size);
    r.sealed = bytes.substr(record_fixed_size + request_id_size + clear_size, sealed_size);
    if (check == record_check::crc_and_hashes) {
        const std::size_t hashed_end = record_fixed_size + request_id_size + clear_size;
        if (hash_record(bytes.substr(at_hashed, hashed_end - at_hashed)) != r.hash) {
            return damaged("its hash does not match its bytes");
        }
        const digest expected = r.sealed.empty() ? digest{} : hash_sealed(r.sealed);
        if (!r.sealed_removed && expected != r.sealed_hash) {
            return damaged("its sealed part does not match its hash");
        }
    }
    return r;
}

} // namespace rollcall::eventlog
