#include "eventlog/base/crc32c.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "eventlog/record.hpp"
#include "tests/support/any_event.hpp"
#include "tests/support/events.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::support;

namespace {

std::string a_record() {
    record_draft draft = draft_of(event_of(user_created_named("jane")), {1});
    place_record(draft, {position::embedded, 42});
    return draft.bytes;
}

/// The record with some bytes changed and the crc made right again: what only the hashes catch.
std::string resealed(std::string bytes, std::size_t at, char value) {
    bytes[at] = value;
    bytes.resize(bytes.size() - 4);
    base::put_le(bytes, base::crc32c(bytes));
    return bytes;
}

} // namespace

BOOST_AUTO_TEST_SUITE(record_test)

RC_BOOST_PROP(reads_back, (std::string clear, std::string sealed, std::uint16_t schema,
                           std::uint64_t epoch, std::uint64_t seq)) {
    const event e = *any_event();
    const auto prev = *rc::gen::arbitrary<digest>();
    const position at{*rc::gen::arbitrary<std::uint16_t>(), *rc::gen::arbitrary<std::uint64_t>()};
    record_draft draft = draft_record(e, clear, schema, sealed, {seq}, prev, epoch);
    place_record(draft, at);
    const auto r = read_record(draft.bytes, record_check::crc_and_hashes);
    RC_ASSERT(r.has_value());
    RC_ASSERT(r->at == at && !r->sealed_removed);
    RC_ASSERT(r->hash == draft.hash && r->sealed_hash == draft.sealed_hash);
    RC_ASSERT(r->type == static_cast<std::uint16_t>(type_of(e.body)) && r->schema == schema);
    RC_ASSERT(r->tenant == e.tenant && r->seq == tenant_seq{seq} && r->epoch == epoch);
    RC_ASSERT(r->time == e.time && r->subject == e.subject && r->by == e.by);
    RC_ASSERT(r->cause == e.cause && r->idempotency == e.idempotency && r->prev_hash == prev);
    RC_ASSERT(r->request_id == e.request_id && r->clear == clear && r->sealed == sealed);
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_detected) {
    const std::string whole = a_record();
    for (std::size_t i = 0; i < whole.size() * 8; ++i) {
        std::string bytes = whole;
        bytes[i / 8] = static_cast<char>(static_cast<unsigned char>(bytes[i / 8]) ^ 1u << i % 8);
        BOOST_REQUIRE_MESSAGE(!read_record(bytes, record_check::crc), "bit " << i);
    }
}

BOOST_AUTO_TEST_CASE(every_cut_and_every_trailing_byte_is_detected) {
    const std::string whole = a_record();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto r = read_record(whole.substr(0, size), record_check::crc);
        BOOST_REQUIRE_MESSAGE(!r, "cut at " << size);
        BOOST_TEST((r.error().code == log_errc::damaged_record));
    }
    BOOST_TEST(!read_record(whole + '\0', record_check::crc));
    BOOST_TEST(!read_record(whole + whole, record_check::crc));
}

BOOST_AUTO_TEST_CASE(a_change_under_a_right_crc_is_caught_by_the_hashes) {
    struct row {
        const char* name;
        std::size_t at;
    };

    const std::string whole = a_record();
    const row rows[] = {
        {"hash", 16},         {"type", 50},
        {"schema", 52},       {"tenant", 64},
        {"seq", 72},          {"time", 80},
        {"epoch", 88},        {"subject", 96},
        {"actor id", 112},    {"cause", 128},
        {"idempotency", 144}, {"sealed hash", 160},
        {"prev hash", 192},   {"request id", 224},
        {"clear", 224 + 5},   {"last sealed byte", whole.size() - 5},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const std::string bytes = resealed(whole, r.at, static_cast<char>(whole[r.at] + 1));
            BOOST_TEST(read_record(bytes, record_check::crc).has_value());
            const auto strict = read_record(bytes, record_check::crc_and_hashes);
            BOOST_REQUIRE(!strict.has_value());
            BOOST_TEST((strict.error().code == log_errc::damaged_record));
            BOOST_TEST(strict.error().message.find("hash") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_the_grammar_forbids_is_refused_whatever_the_crc) {
    struct row {
        const char* name;
        std::size_t at;
        char value;
        log_errc code;
    };

    const row rows[] = {
        {"format 0", 48, 0, log_errc::newer_format},
        {"format 2", 48, 2, log_errc::newer_format},
        {"actor 6", 49, 6, log_errc::damaged_record},
        {"request id size", 54, 6, log_errc::damaged_record},
        {"clear size", 56, 0, log_errc::damaged_record},
        {"clear size huge", 59, '\xff', log_errc::damaged_record},
        {"sealed size huge", 63, '\xff', log_errc::damaged_record},
        {"mark", 0, 'X', log_errc::damaged_record},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto read = read_record(resealed(a_record(), r.at, r.value), record_check::crc);
            BOOST_REQUIRE(!read.has_value());
            BOOST_TEST((read.error().code == r.code));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_type_is_a_record_but_not_an_event) {
    const std::string bytes = resealed(a_record(), 50, 99);
    const auto record = read_record(bytes, record_check::crc);
    BOOST_REQUIRE(record.has_value());
    BOOST_TEST(record->type == 99);
    const auto body = decode_clear(record->type, record->schema, record->clear);
    BOOST_REQUIRE(!body.has_value());
    BOOST_TEST(body.error().message.find("type 99") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(parts_at_their_limits_read_back) {
    event e = event_of(user_created_named("jane"));
    e.request_id = std::string(64, 'r');
    const std::string clear(record_clear_size_max, 'c');
    const std::string sealed(record_sealed_size_max, 's');
    record_draft draft = draft_record(e, clear, 1, sealed, {1}, {}, 0);
    place_record(draft, {position::embedded, 1});
    const auto r = read_record(draft.bytes, record_check::crc_and_hashes);
    BOOST_REQUIRE(r.has_value());
    BOOST_TEST((r->request_id == e.request_id && r->clear == clear && r->sealed == sealed));
}

BOOST_AUTO_TEST_CASE(place_is_outside_the_hash_and_inside_the_crc) {
    record_draft here = draft_of(event_of(user_created_named("jane")), {1});
    record_draft there = here;
    place_record(here, {position::embedded, 1});
    place_record(there, {7, 2});
    const auto a = read_record(here.bytes, record_check::crc_and_hashes);
    const auto b = read_record(there.bytes, record_check::crc_and_hashes);
    BOOST_REQUIRE((a && b));
    BOOST_TEST((a->hash == b->hash && a->at != b->at));
}

BOOST_AUTO_TEST_CASE(a_removed_sealed_part_leaves_the_hash_right) {
    const std::string whole = a_record();
    const auto before = read_record(whole, record_check::crc_and_hashes);
    std::string bytes = whole.substr(0, whole.size() - 4 - before->sealed.size());
    bytes[6] = 1;
    base::put_le(bytes, base::crc32c(bytes));
    const auto after = read_record(bytes, record_check::crc_and_hashes);
    BOOST_REQUIRE(after.has_value());
    BOOST_TEST((after->sealed_removed && after->sealed.empty()));
    BOOST_TEST((after->hash == before->hash && after->sealed_hash == before->sealed_hash));
}

BOOST_AUTO_TEST_CASE(a_chain_links_each_record_to_the_one_before) {
    chain_maker chain;
    digest last{};
    for (std::uint64_t seq = 1; seq <= 5; ++seq) {
        record_draft draft = chain.next(event_of(user_created_named("jane")));
        place_record(draft, {position::embedded, seq});
        const auto r = read_record(draft.bytes, record_check::crc_and_hashes);
        BOOST_REQUIRE(r.has_value());
        BOOST_TEST((r->seq == tenant_seq{seq} && r->prev_hash == last));
        BOOST_TEST((r->hash != last));
        last = r->hash;
    }
}

BOOST_AUTO_TEST_SUITE_END()
