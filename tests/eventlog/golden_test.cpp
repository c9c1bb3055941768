// Bytes that were once written must be read the same for ever. One file per (type, schema): the
// whole record in hex, made from support::one_of_each. A file is never changed, only added:
// ROLLCALL_WRITE_GOLDEN=1 writes those that are missing.
#include "eventlog/base/encoding.hpp"
#include "eventlog/event_codec.hpp"
#include "eventlog/record.hpp"
#include "tests/support/events.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::support;

namespace {

const std::filesystem::path folder = std::filesystem::path(ROLLCALL_TEST_DATA) / "log" / "v1";

constexpr std::uint64_t epoch = 3;
constexpr tenant_seq seq{9};
constexpr position place{position::embedded, 1234};

/// Stands for ciphertext: what it holds is not the golden files' business.
const std::string sealed_bytes(60, '\x5e');

event golden_event(const event_body& body) {
    event e = event_of(body, {17}, id_of(0x11));
    e.by = {actor_kind::admin, id_of(0x22)};
    e.cause = position{position::embedded, 1200};
    e.idempotency = filled<16>(0x33);
    e.request_id = "request-0193";
    return e;
}

std::filesystem::path golden_file(const event_body& body, std::uint16_t schema) {
    return folder /
           (std::string(event_type_name(type_of(body))) + "." + std::to_string(schema) + ".hex");
}

std::string trimmed(std::string text) {
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

event_body without_content(event_body body) {
    std::visit(
        [](auto& fact) {
            if constexpr (requires { fact.content; }) fact.content = {};
        },
        body);
    return body;
}

record_draft golden_draft(const event_body& body) {
    record_draft draft = draft_record(golden_event(body), encode_clear(body), schema_of(body),
                                      has_content(type_of(body)) ? sealed_bytes : std::string(),
                                      seq, filled<32>(0x44), epoch);
    place_record(draft, place);
    return draft;
}

std::string file_bytes(const std::filesystem::path& file) {
    const auto bytes = base::parse_hex(trimmed(read_bytes(file)));
    BOOST_REQUIRE(bytes.has_value());
    return std::string(base::as_text(*bytes));
}

/// What is kept in the file, which `bytes` are written to if it is missing and that is asked for.
std::string kept_in(const std::filesystem::path& file, std::string_view bytes) {
    const bool write = std::getenv("ROLLCALL_WRITE_GOLDEN") != nullptr; // NOLINT(concurrency-*)
    if (write && !std::filesystem::exists(file)) {
        std::filesystem::create_directories(folder);
        write_bytes(file, base::hex(base::as_bytes(bytes)) + "\n");
    }
    BOOST_REQUIRE_MESSAGE(std::filesystem::exists(file),
                          "no golden file: run once with ROLLCALL_WRITE_GOLDEN=1 and commit");
    return file_bytes(file);
}

void check_record(const record_view& r, const event_body& body) {
    const event e = golden_event(body);
    BOOST_TEST((r.at == place));
    BOOST_TEST(r.type == static_cast<std::uint16_t>(type_of(body)));
    BOOST_TEST((r.tenant == e.tenant && r.seq == seq && r.epoch == epoch));
    BOOST_TEST((r.subject == e.subject && r.by == e.by && r.cause == e.cause));
    BOOST_TEST((r.time == e.time && r.idempotency == e.idempotency));
    BOOST_TEST(r.request_id == e.request_id);
    BOOST_TEST((r.prev_hash == filled<32>(0x44)));
    const auto read = decode_clear(r.type, r.schema, r.clear);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((*read == without_content(body)));
    BOOST_TEST(r.sealed == (has_content(type_of(body)) ? sealed_bytes : std::string()));
}

} // namespace

BOOST_AUTO_TEST_SUITE(golden_test)

BOOST_AUTO_TEST_CASE(every_type_has_a_golden_file_that_reads_as_ever) {
    for (const event_body& body : one_of_each()) {
        const auto file = golden_file(body, schema_of(body));
        BOOST_TEST_CONTEXT(file.filename().string()) {
            const std::string bytes = kept_in(file, golden_draft(body).bytes);
            const auto record = read_record(bytes, record_check::crc_and_hashes);
            BOOST_REQUIRE_MESSAGE(record.has_value(), record.error().message);
            check_record(*record, body);
        }
    }
}

BOOST_AUTO_TEST_CASE(this_program_writes_the_same_bytes) {
    for (const event_body& body : one_of_each()) {
        const auto file = golden_file(body, schema_of(body));
        BOOST_TEST_CONTEXT(file.filename().string()) {
            BOOST_REQUIRE(std::filesystem::exists(file));
            BOOST_TEST(base::hex(base::as_bytes(golden_draft(body).bytes)) ==
                       trimmed(read_bytes(file)));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_traced_event_reads_as_ever) {
    const event_body body = user_deleted{};
    const auto trace =
        base::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    BOOST_REQUIRE(trace.has_value());
    std::string clear = encode_clear(body);
    append_trace(clear, *trace);
    record_draft draft =
        draft_record(golden_event(body), clear, schema_of(body), {}, seq, filled<32>(0x44), epoch);
    place_record(draft, place);
    const std::string bytes = kept_in(folder / "traced_user_deleted.1.hex", draft.bytes);
    BOOST_TEST((bytes == draft.bytes));
    const auto record = read_record(bytes, record_check::crc_and_hashes);
    BOOST_REQUIRE(record.has_value());
    check_record(*record, body);
    const auto read = read_trace(record->clear);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((*read == trace));
}

BOOST_AUTO_TEST_CASE(an_event_decided_under_a_profile_reads_as_ever) {
    const event_body body = user_deleted{};
    std::string clear = encode_clear(body);
    append_profile(clear, "zamp@3");
    record_draft draft =
        draft_record(golden_event(body), clear, schema_of(body), {}, seq, filled<32>(0x44), epoch);
    place_record(draft, place);
    const std::string bytes = kept_in(folder / "judged_user_deleted.1.hex", draft.bytes);
    BOOST_TEST((bytes == draft.bytes));
    const auto record = read_record(bytes, record_check::crc_and_hashes);
    BOOST_REQUIRE(record.has_value());
    check_record(*record, body);
    BOOST_TEST(read_profile(record->clear).value_or("?") == "zamp@3");
}

// What was added to facts that there were before, in files of their own.
BOOST_AUTO_TEST_CASE(later_fields_of_older_facts_read_as_ever) {
    tenant_settings settings{"Acme Inc", "generic", "team", 250, true};
    settings.terms = {25, true, 0b0111, downgrade_policy::grace, 14, 3};
    settings.grace_until = base::moment{1'800'000'000'000};
    const user_facts facts{7,         user_origin::provisioned, true, false,
                           {"title"}, {2, {1'700'000'000'000}}};
    user_facts invited = facts;
    invited.suspended = {};
    invited.approval = {"viewer", waiting()};
    const std::pair<const char*, event_body> bodies[] = {
        {"planned_tenant_changed.1.hex", tenant_changed{settings, {"plan_terms"}}},
        {"suspended_user_changed.1.hex", user_changed{facts, {}}},
        {"waiting_user_changed.1.hex", user_changed{invited, {}}},
        {"owned_key_created.1.hex",
         key_created{filled<32>(0xab), "okta", base::moment{1'800'000'000'000}, id_of(0x96)}},
        {"ended_key_revoked.1.hex", key_revoked{rights_end::owner_demoted}},
        {"ended_admin_disabled.1.hex", admin_disabled{rights_end::user_suspended}}};
    for (const auto& [name, body] : bodies) {
        BOOST_TEST_CONTEXT(name) {
            const record_draft draft = golden_draft(body);
            const std::string bytes = kept_in(folder / name, draft.bytes);
            BOOST_TEST((bytes == draft.bytes));
            const auto record = read_record(bytes, record_check::crc_and_hashes);
            BOOST_REQUIRE(record.has_value());
            check_record(*record, body);
        }
    }
}

BOOST_AUTO_TEST_CASE(content_bytes_are_fixed_too) {
    struct content_case {
        const char* file;
        event_body body;
    };

    const auto bodies = one_of_each();
    const auto of_type = [&](event_type type) {
        return *std::find_if(bodies.begin(), bodies.end(),
                             [type](const event_body& body) { return type_of(body) == type; });
    };
    const content_case cases[] = {
        {"content.1.hex", of_type(event_type::user_created)},
        {"team_content.1.hex", of_type(event_type::team_created)},
        {"admin_content.1.hex", of_type(event_type::admin_created)},
    };
    for (const content_case& c : cases) {
        BOOST_TEST_CONTEXT(c.file) {
            const std::string encoded = *encode_content(c.body);
            const std::string bytes = kept_in(folder / c.file, encoded);
            event_body read = without_content(c.body);
            BOOST_REQUIRE(decode_content(bytes, read).has_value());
            BOOST_TEST((read == c.body));
            BOOST_TEST((encoded == bytes));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
