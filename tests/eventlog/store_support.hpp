// Short words for the store's tests: a store in a directory of its own, commits of named users.
#pragma once

#include "eventlog/store.hpp"
#include "tests/support/events.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

namespace rollcall::eventlog::testing {

using namespace rollcall::support;

inline position at(std::uint64_t offset) {
    return {position::embedded, offset};
}

inline row_change put_row(table t, std::string key, std::string value) {
    return {t, std::move(key), std::move(value)};
}

inline row_change erase_row(table t, std::string key) {
    return {t, std::move(key), std::nullopt};
}

/// A store that can be closed and opened again, and counts what it was told.
struct store_on_disk {
    temp_directory directory;
    store_options options;
    std::unique_ptr<store> db;
    chain_maker chain;
    std::vector<std::string> fatal;

    store_on_disk() {
        options.directory = directory / "db";
        options.block_cache_bytes = 1u << 20;
        options.write_buffer_bytes = 4u << 20;
        options.on_fatal = [this](const std::string& why) { fatal.push_back(why); };
    }

    ~store_on_disk() { db.reset(); }

    void open() {
        auto opened = store::open(options);
        BOOST_REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
        db = std::move(*opened);
    }

    void reopen() {
        db.reset();
        open();
    }

    /// The failure of an attempt to open.
    base::failure refused() {
        const auto opened = store::open(options);
        BOOST_REQUIRE_MESSAGE(!opened.has_value(), "the store opened");
        return opened.error();
    }

    base::result<position> commit(const std::vector<event>& events,
                                  const std::vector<row_change>& rows = {}) {
        std::vector<record_draft> drafts;
        for (const event& e : events)
            drafts.push_back(chain.next(e));
        return db->commit(drafts, rows);
    }

    position add_user(const std::string& name, tenant_no tenant = {1},
                      subject_id subject = id_of(0x55)) {
        const auto last = commit({event_of(user_created_named(name), tenant, subject)});
        BOOST_REQUIRE_MESSAGE(last.has_value(), last.error().message);
        return *last;
    }

    /// The sealed bytes' (here: clear) user names of all records, in order.
    [[nodiscard]] std::vector<std::string> documents() const {
        std::vector<std::string> found;
        const auto walk = db->records(at(1), false);
        for (std::string_view bytes; walk->next(bytes);) {
            const auto record = read_record(bytes, record_check::crc_and_hashes);
            BOOST_REQUIRE_MESSAGE(record.has_value(), record.error().message);
            found.emplace_back(record->sealed);
        }
        return found;
    }

    [[nodiscard]] std::string row(table t, const std::string& key) const {
        std::string value;
        return db->get(t, key, value) ? value : "-";
    }
};

} // namespace rollcall::eventlog::testing
