// What was told is read back, and what is not ours is refused with a word of why.
#include "eventlog/error.hpp"
#include "projections/told/checkpoint_message.hpp"
#include "projections/told/cloud_event.hpp"
#include "projections/told/lifecycle.hpp"
#include "projections/told/lineage_message.hpp"
#include "projections/told/read_message.hpp"
#include "projections/told/state_message.hpp"
#include "tests/projections/told/told_case.hpp"

namespace rollcall::told {
namespace {

using namespace test;

base::result<read_back> again(const message& m) {
    return read_message(m.value ? std::optional<std::string_view>(*m.value) : std::nullopt,
                        m.headers);
}

constexpr const char* zeros =
    R"("0000000000000000000000000000000000000000000000000000000000000000")";

/// A lifecycle value in which one member is as given.
std::string with(const std::string& member, const std::string& value) {
    const std::pair<const char*, std::string> members[] = {
        {"lineage", R"("4c4c4c4c-4c4c-4c4c-4c4c-4c4c4c4c4c4c")"},
        {"position", R"("@42")"},
        {"tenant", R"("acme")"},
        {"seq", "7"},
        {"type", R"("withheld")"},
        {"hash", zeros},
        {"prev_hash", zeros}};
    std::string text = "{";
    for (const auto& [name, good] : members) {
        const std::string& now = name == member ? value : good;
        if (now.empty()) continue;
        text += (text.size() > 1 ? "," : "") + std::string("\"") + name + "\":" + now;
    }
    return text + "}";
}

struct bad_value {
    const char* name;
    std::string value;
    const char* says;
};

const bad_value bad_values[] = {
    {"nothing at all", "", "no JSON object"},
    {"text", "hello", "no JSON object"},
    {"an array", "[1]", "no JSON object"},
    {"cut off", with("", "").substr(0, 60), "no JSON object"},
    {"two objects", with("", "") + with("", ""), "no JSON object"},
    {"not UTF-8", "{\"lineage\":\"\xff\"}", "no JSON object"},
    {"deeper than any", "{\"a\":" + std::string(200, '[') + std::string(200, ']') + "}",
     "no JSON object"},
    {"no lineage", with("lineage", ""), "`lineage` is not there"},
    {"a lineage that is none", with("lineage", R"("4c4c")"), "`lineage` is no UUID"},
    {"a lineage as a number", with("lineage", "5"), "`lineage` is not there or no string"},
    {"no tenant", with("tenant", ""), "`tenant` is not there"},
    {"an empty tenant", with("tenant", R"("")"), "`tenant` is empty"},
    {"no seq", with("seq", ""), "`seq`"},
    {"seq 0", with("seq", "0"), "`seq`"},
    {"a negative seq", with("seq", "-1"), "`seq`"},
    {"a seq with a fraction", with("seq", "7.5"), "`seq`"},
    {"a seq as text", with("seq", R"("7")"), "`seq`"},
    {"a seq past 64 bits", with("seq", "18446744073709551616"), ""},
    {"no type", with("type", ""), "`type` is not there"},
    {"no position", with("position", ""), "`position` is not there"},
    {"a position that is none", with("position", R"("42")"), "`position` is no position"},
    {"a position before everything", with("position", R"("@0")"), "`position` is no position"},
    {"no hash", with("hash", ""), "`hash` is not there"},
    {"a short hash", with("hash", R"("00ff")"), "`hash` is not 32 bytes"},
    {"a hash that is no hex", with("hash", "\"" + std::string(64, 'g') + "\""),
     "`hash` is not 32 bytes"},
    {"a long hash before", with("prev_hash", "\"" + std::string(66, '0') + "\""),
     "`prev_hash` is not 32 bytes"},
    {"an envelope without data", R"({"specversion":"1.0","id":"acme:7"})", "no `data`"},
    {"an envelope around text", R"({"specversion":"1.0","data":"x"})", "no `data`"},
    {"an envelope around nothing of ours", R"({"specversion":"1.0","data":{}})", "`lineage`"},
};

struct bad_headers {
    const char* name;
    std::vector<header> headers;
    const char* says;
};

const std::string source = source_of(lineage);

const bad_headers bad_tombstones[] = {
    {"none", {}, "no header `ce_source`"},
    {"no source", {{"ce_id", "acme:7"}, {"ce_type", "io.rollcall.user.v1"}}, "ce_source"},
    {"another's source", {{"ce_source", "urn:other"}, {"ce_id", "acme:7"}}, "names no log"},
    {"no id", {{"ce_source", source}, {"ce_type", "io.rollcall.user.v1"}}, "`ce_id`"},
    {"an id without seq", {{"ce_source", source}, {"ce_id", "acme"}}, "no tenant and seq"},
    {"an id without tenant", {{"ce_source", source}, {"ce_id", ":7"}}, "no tenant and seq"},
    {"an id with text as seq", {{"ce_source", source}, {"ce_id", "acme:x"}}, "no tenant and seq"},
    {"an id with seq 0", {{"ce_source", source}, {"ce_id", "acme:0"}}, "no tenant and seq"},
    {"an id with half a seq", {{"ce_source", source}, {"ce_id", "acme:7x:k"}}, "no tenant and seq"},
    {"no type", {{"ce_source", source}, {"ce_id", "acme:7"}}, "`ce_type`"},
    {"another's type",
     {{"ce_source", source}, {"ce_id", "acme:7"}, {"ce_type", "com.other.user.v1"}},
     "not one of Rollcall's"},
    {"a type without a word",
     {{"ce_source", source}, {"ce_id", "acme:7"}, {"ce_type", "io.rollcall.v1"}},
     "not one of Rollcall's"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(read_message_test)

BOOST_AUTO_TEST_CASE(every_event_is_read_back_in_both_modes) {
    for (const event_body& body : support::one_of_each()) {
        for (const event_mode mode : {event_mode::binary, event_mode::structured}) {
            BOOST_TEST_CONTEXT(event_type_name(type_of(body)) << ' ' << event_mode_name(mode)) {
                const recorded r(support::event_of(body));
                names known(named_rows());
                message m = lifecycle_message(how_told(privacy::full, mode), r.record,
                                              r.decoded(privacy::full), known);
                m.headers.clear(); // as a proxy may do
                const auto read = again(m);
                BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
                BOOST_TEST((read->lineage == lineage));
                BOOST_TEST(read->tenant == "acme");
                BOOST_TEST(read->seq.value == 7u);
                BOOST_TEST(read->type == (is_withheld({1}, type_of(body))
                                              ? "withheld"
                                              : event_type_name(type_of(body))));
                BOOST_TEST((read->link == chain_link{at_42, r.record.hash, r.record.prev_hash}));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_event_has_no_link) {
    const checkpoint of{{1}, "acme", {{9}, support::filled<32>(1), at_42}, {}, {}};
    const auto point = again(checkpoint_message(how_told(), of));
    BOOST_REQUIRE(point.has_value());
    BOOST_TEST(point->type == "checkpoint");
    BOOST_TEST(point->seq.value == 9u);
    BOOST_TEST(!point->link.has_value());

    const auto changed = again(lineage_message(how_told(), {1}, "acme", {}, {3}));
    BOOST_REQUIRE(changed.has_value());
    BOOST_TEST(changed->type == lineage_changed_word);
    BOOST_TEST(changed->seq.value == 3u);
    BOOST_TEST(!changed->link.has_value());

    const auto gone = again(gone_message(how_told(), {{1}, "acme", at_42}, {8}, state_kind::user,
                                         user_key("acme", support::id_of(5))));
    BOOST_REQUIRE(gone.has_value());
    BOOST_TEST((*gone == read_back{lineage, "acme", {8}, "user", std::nullopt}));
}

BOOST_AUTO_TEST_CASE(members_that_are_new_are_ignored) {
    std::string value = with("", "");
    value.insert(1, R"("later":{"deep":[1,2]},)");
    BOOST_TEST(read_message(value, {}).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_not_ours_is_refused) {
    for (const bad_value& b : bad_values) {
        BOOST_TEST_CONTEXT(b.name) {
            const auto read = read_message(b.value, {});
            BOOST_REQUIRE(!read.has_value());
            BOOST_TEST((read.error().code == log_errc::damaged_payload));
            BOOST_TEST(holds(read.error().message, b.says), read.error().message);
        }
    }
    for (const bad_headers& b : bad_tombstones) {
        BOOST_TEST_CONTEXT("a tombstone with " << b.name) {
            const auto read = read_message(std::nullopt, b.headers);
            BOOST_REQUIRE(!read.has_value());
            BOOST_TEST(holds(read.error().message, b.says), read.error().message);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::told
