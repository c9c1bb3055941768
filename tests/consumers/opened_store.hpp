// The store that a test of consumers works on.
#pragma once

#include "eventlog/store.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <memory>

namespace rollcall::consumers {

inline std::unique_ptr<eventlog::store>
open_store(const std::filesystem::path& path,
           std::uint32_t rows_version = eventlog::store_options{}.rows_version) {
    eventlog::store_options options;
    options.directory = path;
    options.rows_version = rows_version;
    auto opened = eventlog::store::open(options);
    BOOST_REQUIRE_MESSAGE(opened, opened.error().message);
    return std::move(*opened);
}

} // namespace rollcall::consumers
