// The Kafka binding of CloudEvents: where attributes and data stand in each mode.
#include "projections/told/cloud_event.hpp"
#include "tests/projections/told/told_case.hpp"

#include <algorithm>

namespace rollcall::told {
namespace {

cloud_event about() {
    cloud_event ce;
    ce.id = "acme:7";
    ce.source = source_of(test::lineage);
    ce.type = type_name("user_created");
    ce.subject = "jane";
    ce.time = base::moment{1'700'000'000'123};
    ce.partitionkey = "acme";
    ce.sequence = {7};
    return ce;
}

} // namespace

BOOST_AUTO_TEST_SUITE(cloud_event_test)

BOOST_AUTO_TEST_CASE(binary_has_attributes_as_headers_and_data_as_value) {
    message m;
    put(m, about(), event_mode::binary, R"({"a":1})");
    const std::vector<header> expected{
        {"ce_specversion", "1.0"},
        {"ce_id", "acme:7"},
        {"ce_source", "urn:rollcall:log:4c4c4c4c-4c4c-4c4c-4c4c-4c4c4c4c4c4c"},
        {"ce_type", "io.rollcall.user_created.v1"},
        {"ce_subject", "jane"},
        {"ce_time", "2023-11-14T22:13:20.123Z"},
        {"ce_partitionkey", "acme"},
        {"ce_sequence", "00000000000000000007"},
        {"content-type", "application/json"},
    };
    BOOST_TEST((m.headers == expected));
    BOOST_TEST(m.value.value() == R"({"a":1})");
}

BOOST_AUTO_TEST_CASE(structured_has_all_in_the_value) {
    message m;
    put(m, about(), event_mode::structured, R"({"a":1})");
    const std::vector<header> expected{
        {"content-type", "application/cloudevents+json; charset=UTF-8"}};
    BOOST_TEST((m.headers == expected));
    BOOST_TEST(m.value.value() ==
               R"({"specversion":"1.0","id":"acme:7",)"
               R"("source":"urn:rollcall:log:4c4c4c4c-4c4c-4c4c-4c4c-4c4c4c4c4c4c",)"
               R"("type":"io.rollcall.user_created.v1","subject":"jane",)"
               R"("time":"2023-11-14T22:13:20.123Z","partitionkey":"acme",)"
               R"("sequence":"00000000000000000007","datacontenttype":"application/json",)"
               R"("data":{"a":1}})");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_left_out) {
    cloud_event ce = about();
    ce.subject.clear();
    ce.time.reset();
    message m;
    put(m, ce, event_mode::binary, "{}");
    BOOST_TEST(test::header_of(m, "ce_subject").empty());
    BOOST_TEST(test::header_of(m, "ce_time").empty());
    BOOST_TEST(m.headers.size() == 7u);
}

BOOST_AUTO_TEST_CASE(a_tombstone_has_headers_and_no_content_type) {
    message m;
    m.value = "before";
    put_tombstone(m, about());
    BOOST_TEST(!m.value.has_value());
    BOOST_TEST(test::header_of(m, "ce_id") == "acme:7");
    BOOST_TEST(test::header_of(m, "content-type").empty());
}

BOOST_AUTO_TEST_CASE(names_are_lower_case_letters_and_digits) {
    message m;
    put(m, about(), event_mode::binary, "{}");
    for (const header& h : m.headers) {
        if (h.name == "content-type") continue;
        BOOST_TEST_CONTEXT(h.name) {
            BOOST_TEST(h.name.starts_with("ce_"));
            BOOST_TEST(std::all_of(h.name.begin() + 3, h.name.end(), [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            }));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_source_is_read_back) {
    BOOST_TEST((lineage_of(source_of(test::lineage)) == test::lineage));
    for (const char* bad : {"", "urn:rollcall:log:", "urn:rollcall:log:4c4c", "urn:other:log:1",
                            "4c4c4c4c-4c4c-4c4c-4c4c-4c4c4c4c4c4c",
                            "urn:rollcall:log:4c4c4c4c-4c4c-4c4c-4c4c-4c4c4c4c4c4c "}) {
        BOOST_TEST(!lineage_of(bad).has_value(), bad);
    }
}

BOOST_AUTO_TEST_CASE(topics_modes_and_partitions) {
    BOOST_TEST(topic_name("rollcall.", topic_kind::lifecycle) == "rollcall.lifecycle.v1");
    BOOST_TEST(topic_name("x-", topic_kind::dead_letters) == "x-dead-letters.v1");
    BOOST_TEST(partition_of({7}, 3) == 1u);
    BOOST_TEST(partition_of({7}, 1) == 0u);
    BOOST_TEST((parse_event_mode("structured") == event_mode::structured));
    BOOST_TEST((parse_privacy("sealed") == privacy::sealed));
    for (const char* bad : {"", "Binary", "full", "structured "})
        BOOST_TEST(!parse_event_mode(bad).has_value(), bad);
    for (const char* bad : {"", "none", "Full", "binary"})
        BOOST_TEST(!parse_privacy(bad).has_value(), bad);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::told
