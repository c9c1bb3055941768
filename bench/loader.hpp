// The log, the rows and the command desk on a data directory, without a server: the fast way to
// fill one before it is measured, through the same writer and the same rules as every request.
#pragma once

#include "bench/people.hpp"
#include "eventlog/cursor.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/embedded_log.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"

#include <filesystem>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

namespace rollcall::bench {

/// A tenant and a key that opens it.
struct customer {
    projections::tenant_no tenant;
    std::string slug;
    std::string bearer;
};

class loader {
  public:
    /// Opens or makes the data directory.
    static base::result<std::unique_ptr<loader>> open(const std::filesystem::path& directory);
    ~loader(); ///< finishes what was handed in

    base::result<customer> add_customer(const std::string& slug,
                                        const std::string& profile = "generic",
                                        std::optional<std::uint64_t> seats = std::nullopt);

    /// Makes the persons [first, first + count) and returns their ids, in order.
    base::result<std::vector<projections::subject_id>>
    add_users(const customer& of, std::uint64_t first, std::uint64_t count);

    /// Hands in one command without waiting for it; blocks while very many are on their way.
    void submit(projections::command c);

    /// Waits for all that was handed in. The failure quotes the first refusal since the last call.
    base::result<void> settle();

    [[nodiscard]] eventlog::store& store() { return *store_; }

    [[nodiscard]] eventlog::keyring& keys() { return *keys_; }

    [[nodiscard]] eventlog::writer& writer() { return *writer_; }

    [[nodiscard]] projections::directory& directory() { return *directory_; }

    [[nodiscard]] projections::command_desk& desk() { return *desk_; }

    [[nodiscard]] const eventlog::data_directory& home() const { return *home_; }

    [[nodiscard]] person_maker& people() { return people_; }

  private:
    loader() = default;

    static constexpr std::ptrdiff_t under_way_max = 2048;

    person_maker people_;
    std::counting_semaphore<under_way_max> places_{under_way_max};
    std::mutex mutex_;
    std::optional<std::string> refused_;
    std::unique_ptr<eventlog::data_directory> home_;
    std::unique_ptr<eventlog::store> store_;
    std::unique_ptr<eventlog::keyring> keys_;
    eventlog::log_signal signal_;
    std::unique_ptr<eventlog::embedded_log> log_;
    std::unique_ptr<eventlog::writer> writer_;
    std::unique_ptr<projections::directory> directory_;
    std::unique_ptr<projections::command_desk> desk_;
};

} // namespace rollcall::bench
