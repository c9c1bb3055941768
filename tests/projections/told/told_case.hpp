// Records and rows for tests of what is told: a record is made, placed and read again as the log
// would; two tenants have names.
#pragma once

#include "eventlog/cursor.hpp"
#include "eventlog/event_codec.hpp"
#include "projections/rows.hpp"
#include "projections/told/message.hpp"
#include "projections/told/names.hpp"
#include "tests/projections/world.hpp"
#include "tests/support/events.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::told::test {

using namespace eventlog;

inline const base::uuid lineage{support::filled<16>(0x4c)};
inline const position at_42{position::embedded, 42};

inline telling how_told(privacy personal = privacy::full, event_mode mode = event_mode::binary) {
    return {lineage, mode, personal};
}

/// Rows that know the tenant 1 as `acme`.
inline const projections::test::memory_rows& named_rows() {
    static const projections::test::memory_rows all = [] {
        projections::test::memory_rows rows;
        projections::tenant_state acme;
        acme.number = {1};
        acme.slug = "acme";
        rows.put(table::state, projections::key_of::tenant({1}), projections::encode(acme));
        return rows;
    }();
    return all;
}

/// A record of the log, which points into its bytes.
struct recorded {
    std::string bytes;
    record_view record;

    explicit recorded(const event& e, tenant_seq seq = {7}, position at = at_42) {
        record_draft draft = support::draft_of(e, seq, support::filled<32>(0x9e));
        place_record(draft, at);
        bytes = draft.bytes;
        const auto read = read_record(bytes, record_check::crc_and_hashes);
        BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
        record = *read;
    }

    recorded(const recorded&) = delete;
    recorded& operator=(const recorded&) = delete;

    /// As content_needed() asks for it. What was sealed lies in the clear here.
    [[nodiscard]] read_event decoded(privacy personal) const {
        keyring keys{make_local_wrapper(secret_key::random())};
        auto e = decode_event(record, content_mode::leave_sealed, named_rows(), keys);
        BOOST_REQUIRE_MESSAGE(e.has_value(), e.error().message);
        if (content_needed(personal) == content_mode::open && has_content(type_of(e->what.body))) {
            BOOST_REQUIRE(decode_content(record.sealed, e->what.body).has_value());
        }
        return std::move(*e);
    }
};

inline bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

inline std::string header_of(const message& m, std::string_view name) {
    for (const header& h : m.headers)
        if (h.name == name) return h.value;
    return {};
}

} // namespace rollcall::told::test
