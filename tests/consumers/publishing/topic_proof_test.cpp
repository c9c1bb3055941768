// All of a topic against the log: one row for each thing that can be wrong with it, and for each
// that looks odd and is not.
#include "consumers/publishing/topic_proof.hpp"
#include "projections/told/lineage_message.hpp"
#include "tests/support/events.hpp"

#include <boost/test/unit_test.hpp>

using namespace rollcall;
using namespace rollcall::publishing;

namespace {

const base::uuid ours = support::id_of(0xaa);
const base::uuid origin = support::id_of(0xbb);
const base::uuid foreign = support::id_of(0xcc);

eventlog::position at(std::uint64_t offset) {
    return {eventlog::position::embedded, offset};
}

/// Of the event at a position; zeros before a tenant's first.
eventlog::digest hash_of(std::uint64_t position) {
    return support::filled<32>(static_cast<std::uint8_t>(position));
}

/// A log of 20 events: odd positions are of `acme`, even ones of `busy`. It was restored from
/// `origin` as of @12.
proof_log log_of_twenty() {
    return {ours, eventlog::log_origin{origin, at(12)},
            [](std::string_view slug, eventlog::tenant_seq seq) -> std::optional<told::chain_link> {
                const std::uint64_t offset = slug == "acme" ? seq.value * 2 - 1 : seq.value * 2;
                if ((slug != "acme" && slug != "busy") || seq.value == 0 || offset > 20) {
                    return std::nullopt;
                }
                return told::chain_link{at(offset), hash_of(offset),
                                        hash_of(offset < 3 ? 0 : offset - 2)};
            }};
}

using message = base::result<told::read_back>;

told::read_back event(std::string tenant, std::uint64_t seq, const base::uuid& lineage = ours) {
    const std::uint64_t offset = tenant == "acme" ? seq * 2 - 1 : seq * 2;
    return {lineage,
            std::move(tenant),
            {seq},
            "user_created",
            told::chain_link{at(offset), hash_of(offset), hash_of(offset < 3 ? 0 : offset - 2)}};
}

message acme(std::uint64_t seq, const base::uuid& lineage = ours) {
    return event("acme", seq, lineage);
}

message changes(std::uint64_t from, const base::uuid& lineage = ours) {
    return told::read_back{
        lineage, "acme", {from}, std::string(told::lineage_changed_word), std::nullopt};
}

message but(told::read_back said, void (*how)(told::chain_link&)) {
    how(*said.link);
    return said;
}

message unreadable() {
    return base::fail(std::make_error_code(std::errc::bad_message), "its value is no JSON object");
}

std::vector<message> run(std::uint64_t from, std::uint64_t to, const base::uuid& lineage = ours) {
    std::vector<message> all;
    for (std::uint64_t seq = from; seq <= to; ++seq)
        all.push_back(acme(seq, lineage));
    return all;
}

std::vector<message> one_after_another(const std::vector<std::vector<message>>& parts) {
    std::vector<message> all;
    for (const auto& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

/// One partition, from offset `low`; the log's other tenant has no event.
topic_report report_of(const std::vector<message>& messages, std::int64_t low,
                       std::uint64_t checkpoint, std::uint64_t head = 10) {
    topic_proof proof(log_of_twenty());
    proof.begin(0, low);
    std::int64_t offset = low;
    for (const message& one : messages)
        if (!proof.take(offset++, one)) break;
    return proof.finish({{"acme", {head}}}, checkpoint);
}

struct good_row {
    const char* name;
    std::vector<message> messages;
    std::uint64_t events, copies = 0, earlier = 0, waiting = 0;
    std::int64_t low = 0;
    std::uint64_t checkpoint = 20;
    std::size_t notes = 0;
};

std::vector<good_row> good_rows() {
    return {
        {"all of it", run(1, 10), 10},
        {"nothing yet", {}, 0, 0, 0, 10, 0, 0},
        {"the rest is not acknowledged", run(1, 7), 7, 0, 0, 3, 0, 13},
        {"sent again from the middle", one_after_another({run(1, 6), run(3, 10)}), 10, 4},
        {"sent again from the beginning", one_after_another({run(1, 10), run(1, 10)}), 10, 10},
        {"cut off by retention", run(4, 10), 7, 0, 0, 0, 31, 20, 1},
        {"all of it cut off", {}, 0, 0, 0, 0, 31, 20, 2},
        {"told by the log that it was restored from",
         one_after_another({run(1, 6, origin), {changes(7)}, run(7, 10)}), 10},
        {"that one told more", one_after_another({run(1, 9, origin), {changes(7)}, run(7, 10)}), 10,
         0, 3},
        {"the change was told twice",
         one_after_another({run(1, 6, origin), {changes(7), changes(7)}, run(7, 10)}), 10},
        {"told by another log, and all again",
         one_after_another({run(1, 9, foreign), {changes(1)}, run(1, 10)}), 10, 0, 9},
        {"another told in between, and that was accepted",
         one_after_another({run(1, 6), run(2, 3, foreign), {changes(7)}, run(7, 10)}), 10, 0, 2},
        {"a tenant that only another log has",
         one_after_another({{message(event("gone", 1, foreign))}, run(1, 10)}), 10, 0, 1},
        {"a tenant of the same name made anew", one_after_another({run(1, 4, foreign), run(1, 10)}),
         10, 0, 4},
        {"restored from one that was restored",
         one_after_another({run(1, 3, foreign),
                            {changes(4, origin)},
                            run(4, 6, origin),
                            {changes(7)},
                            run(7, 10)}),
         7, 0, 3},
        {"a change behind what was cut off", one_after_another({{changes(7)}, run(7, 10)}), 4, 0, 0,
         0, 40, 20, 1},
    };
}

struct bad_row {
    const char* name;
    std::vector<message> messages;
    std::int64_t offset;
    const char* what;
    std::int64_t low = 0;
};

std::vector<bad_row> bad_rows() {
    return {
        {"a gap", one_after_another({run(1, 3), run(5, 10)}), 3, "acme:4 is missing before acme:5"},
        {"the first is missing", run(2, 10), 0, "acme:1 is missing"},
        {"a gap behind what was cut off", one_after_another({run(4, 5), run(7, 10)}), 33,
         "acme:6 is missing", 31},
        {"out of order", {acme(1), acme(3), acme(2)}, 1, "acme:2 is missing"},
        {"the end is missing", run(1, 9), -1, "acme:10 was acknowledged and is not there"},
        {"nothing is there", {}, -1, "acme:1 was acknowledged and is not there"},
        {"another hash",
         {acme(1), but(event("acme", 2), [](told::chain_link& l) { l.hash[5] ^= 1; })},
         1,
         "another hash"},
        {"another hash before",
         {acme(1), but(event("acme", 2), [](told::chain_link& l) { l.prev_hash[5] ^= 1; })},
         1,
         "follows another event"},
        {"another position",
         {but(event("acme", 1), [](told::chain_link& l) { l.at = at(4); })},
         0,
         "the log has it at @1"},
        {"a copy with another hash",
         {acme(1), but(event("acme", 1), [](told::chain_link& l) { l.hash[0] ^= 1; })},
         1,
         "another hash"},
        {"behind the log's end", run(1, 11), 10, "the log has no event acme:11"},
        {"a tenant that the log does not know",
         {message(event("nobody", 1))},
         0,
         "the log has no event nobody:1"},
        {"no message of ours", {acme(1), unreadable()}, 1, "no JSON object"},
        {"a state message in the topic",
         {message(told::read_back{ours, "acme", {1}, "user", std::nullopt})},
         0,
         "has no place in the log"},
        {"another log behind this one", one_after_another({run(1, 10), run(3, 4, foreign)}), 10,
         "another log tells of acme"},
        {"only another log", run(1, 3, foreign), 0, "another log tells of acme"},
        {"the log that it was restored from told more, and nobody has decided", run(1, 9, origin),
         6, "another log tells of acme"},
        {"this log again behind another one, without a word",
         one_after_another({run(1, 6), run(2, 3, foreign), run(7, 10)}), 8, "was not told"},
        {"a tenant made anew without its beginning",
         one_after_another({run(1, 4, foreign), run(2, 10)}), 4, "was not told"},
        {"the change of lineage is not told", one_after_another({run(1, 6, origin), run(7, 10)}), 6,
         "was not told"},
        {"the change leaves a hole",
         one_after_another({run(1, 5, origin), {changes(7)}, run(7, 10)}), 5, "acme:6 is missing"},
        {"the change comes first, and says that others told",
         {changes(7)},
         0,
         "the topic has nothing of acme before acme:7"},
        {"behind the change comes too late a one",
         one_after_another({run(1, 6, origin), {changes(7)}, run(8, 10)}), 7, "acme:7 is missing"},
    };
}

} // namespace

BOOST_AUTO_TEST_SUITE(topic_proof_test)

BOOST_AUTO_TEST_CASE(what_holds) {
    for (const good_row& row : good_rows()) {
        BOOST_TEST_CONTEXT(row.name) {
            const topic_report got = report_of(row.messages, row.low, row.checkpoint);
            BOOST_TEST(!got.first_bad, (got.first_bad ? got.first_bad->what : ""));
            BOOST_TEST(got.events == row.events);
            BOOST_TEST(got.copies == row.copies);
            BOOST_TEST(got.earlier_lineages == row.earlier);
            BOOST_TEST(got.waiting == row.waiting);
            BOOST_TEST(got.notes.size() == row.notes);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_does_not) {
    for (const bad_row& row : bad_rows()) {
        BOOST_TEST_CONTEXT(row.name) {
            const topic_report got = report_of(row.messages, row.low, 20);
            BOOST_REQUIRE(got.first_bad.has_value());
            BOOST_TEST(got.first_bad->offset == row.offset);
            BOOST_TEST((got.first_bad->what.find(row.what) != std::string::npos),
                       got.first_bad->what);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_tenant_stands_in_one_partition) {
    topic_proof proof(log_of_twenty());
    proof.begin(0, 0);
    BOOST_TEST(proof.take(0, acme(1)));
    BOOST_TEST(proof.take(1, acme(2)));
    proof.begin(1, 0);
    BOOST_TEST(proof.take(0, message(event("busy", 1))));
    BOOST_TEST(!proof.take(1, acme(3)));
    const auto got = proof.finish({{"acme", {10}}, {"busy", {10}}}, 0);
    BOOST_REQUIRE(got.first_bad.has_value());
    BOOST_TEST(got.first_bad->partition == 1u);
    BOOST_TEST(got.first_bad->offset == 1);
}

BOOST_AUTO_TEST_SUITE_END()
