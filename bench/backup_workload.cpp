// backup: making one beside a plain copy of the same bytes that is synced, restoring it beside that
// copy and a new database with the final rows, and what durable creates lose while one is made.
#include "bench/history.hpp"
#include "bench/process_usage.hpp"
#include "bench/product.hpp"
#include "bench/raw_database.hpp"
#include "bench/requests.hpp"
#include "bench/workload.hpp"
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/restore.hpp"
#include "eventlog/error.hpp"
#include "gateway/admin/backups.hpp"
#include "projections/rebuild.hpp"
#include "tests/support/temp_directory.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <thread>
#include <unistd.h>

namespace rollcall::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t megabyte = 1'000'000;
constexpr unsigned writers = 64;

tl::unexpected<base::failure> failed(const std::string& why) {
    return base::fail(std::make_error_code(std::errc::io_error), why);
}

std::uint64_t bytes_in(const fs::path& folder) {
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(folder))
        bytes += entry.file_size();
    return bytes;
}

/// Copies the files of a folder into a new one and syncs each. Returns how many bytes.
base::result<std::uint64_t> copy_synced(const fs::path& from, const fs::path& to) {
    fs::create_directory(to);
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(from)) {
        const fs::path copy = to / entry.path().filename();
        std::ifstream in(entry.path(), std::ios::binary);
        const int fd = ::open(copy.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) return failed("cannot make " + copy.string());
        std::string piece(1u << 20, '\0');
        bool written = true;
        do {
            in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
            const auto size = static_cast<std::size_t>(in.gcount());
            written = ::write(fd, piece.data(), size) == static_cast<ssize_t>(size);
            bytes += size;
        } while (in && written);
        written = ::fsync(fd) == 0 && written;
        ::close(fd);
        if (!written) return failed("cannot write " + copy.string());
    }
    return bytes;
}

/// A log with a history, closed, and its backup.
struct kept_log {
    support::temp_directory directory;
    std::string bearer;
    std::uint64_t events = 0;

    [[nodiscard]] fs::path data() const { return directory / "data"; }

    [[nodiscard]] fs::path to() const { return directory / "log"; }

    [[nodiscard]] fs::path keys_to() const { return directory / "keys"; }
};

base::result<void> back_up(loader& log, const fs::path& to, const fs::path& keys_to) {
    admin::backup_order order;
    order.to = to;
    order.keys_to = keys_to;
    order.spared_bytes = 0;
    admin::job_progress progress;
    const auto said = admin::back_up(log.home(), log.store(), nullptr, order, progress);
    if (!said) return failed(said.error().detail);
    return {};
}

base::result<std::unique_ptr<kept_log>> make_log(std::uint64_t users) {
    auto k = std::make_unique<kept_log>();
    const auto l = loader::open(k->data());
    if (!l) return tl::unexpected(l.error());
    const auto acme = (*l)->add_customer("acme");
    if (!acme) return tl::unexpected(acme.error());
    k->bearer = acme->bearer;
    const auto events = make_history(**l, *acme, users);
    if (!events) return tl::unexpected(events.error());
    k->events = *events;
    if (auto flushed = (*l)->store().flush(); !flushed) return tl::unexpected(flushed.error());
    if (auto made = back_up(**l, k->to(), k->keys_to()); !made) return tl::unexpected(made.error());
    return k;
}

base::result<void> compare_creation(const run_plan& plan, const kept_log& k, const row_sink& tell) {
    const auto log = loader::open(k.data());
    if (!log) return tl::unexpected(log.error());
    const std::uint64_t megabytes = std::max<std::uint64_t>(bytes_in(k.to()) / megabyte, 1);
    wait_until_idle();
    reset_peak_resident();
    const auto what =
        compare(plan, work_round([&]() -> base::result<std::uint64_t> {
                    const support::temp_directory target;
                    if (auto made = back_up(**log, target / "log", target / "keys"); !made) {
                        return tl::unexpected(made.error());
                    }
                    return megabytes;
                }),
                work_round([&]() -> base::result<std::uint64_t> {
                    const support::temp_directory target;
                    if (auto copied = copy_synced(k.to(), target / "log"); !copied) return copied;
                    return megabytes;
                }));
    if (!what) return tl::unexpected(what.error());
    report_row row;
    row.variant = "made, MB; " + grouped(k.events) + " events";
    row.reference = "copied and synced";
    row.what = *what;
    row.peak_resident_bytes = peak_resident_bytes();
    tell(std::move(row));
    return {};
}

base::result<void> compare_restore(const run_plan& plan, const kept_log& k, const row_sink& tell) {
    const auto raw = raw_database::open(k.data() / "db");
    if (!raw) return tl::unexpected(raw.error());
    wait_until_idle();
    reset_peak_resident();
    const auto what =
        compare(plan, work_round([&]() -> base::result<std::uint64_t> {
                    const support::temp_directory target;
                    cli::restore_wish wish;
                    wish.from = k.to();
                    wish.keys_from = k.keys_to();
                    wish.data = target / "data";
                    wish.master_key.file = k.data() / "master.key";
                    admin::job_progress progress;
                    const auto made = cli::restore(wish, progress);
                    if (!made) return tl::unexpected(made.error());
                    return made->upto.offset;
                }),
                work_round([&]() -> base::result<std::uint64_t> {
                    const support::temp_directory target;
                    if (auto copied = copy_synced(k.to(), target / "log"); !copied) return copied;
                    if (auto rows = (*raw)->copy_derived_rows(
                            target / "rows", projections::rebuild_options().batch_rows_max);
                        !rows) {
                        return tl::unexpected(rows.error());
                    }
                    return k.events;
                }));
    if (!what) return tl::unexpected(what.error());
    report_row row;
    row.variant = "restored, " + grouped(k.events) + " events";
    row.reference = "ceiling";
    row.what = *what;
    row.peak_resident_bytes = peak_resident_bytes();
    tell(std::move(row));
    return {};
}

/// Waits until a job of the server has ended.
base::result<void> wait_for_end(cli::operator_client& server, const std::string& job) {
    while (true) {
        const auto said = server.ask("GET", "/jobs/" + job);
        if (!said) return tl::unexpected(said.error());
        const cli::json_view view(*said);
        if (view->text("state") == "failed") return failed(*said);
        if (view->text("state") != "running") return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

base::result<void> compare_creates(const run_plan& plan, const kept_log& k, const row_sink& tell) {
    const auto server = product::start(k.data(), nullptr);
    if (!server) return tl::unexpected(server.error());
    cli::operator_client client(k.data());
    load_plan load;
    load.port = (*server)->port();
    load.connections = writers;
    load.status = 201;
    const request_source create = create_users(k.bearer, people_max / 2);
    const round alone = http_round(plan, load, create);
    const auto what = compare(
        plan,
        [&]() -> base::result<sample> {
            const support::temp_directory target;
            const auto started =
                client.ask("POST", "/backups",
                           R"({"to":")" + (target / "log").string() + R"(","keys_to":")" +
                               (target / "keys").string() + R"("})");
            if (!started) return tl::unexpected(started.error());
            const auto during = alone();
            const std::string job = cli::json_view(*started)->text("job");
            if (auto ended = wait_for_end(client, job); !ended) {
                return tl::unexpected(ended.error());
            }
            return during;
        },
        alone);
    if (!what) return tl::unexpected(what.error());
    report_row row;
    row.variant = "create, " + std::to_string(writers) + " connections, while one is made";
    row.reference = "without";
    row.what = *what;
    tell(std::move(row));
    return {};
}

} // namespace

base::result<void> run_backup(const run_plan& plan, const row_sink& tell) {
    std::uint64_t users = plan.full ? 200'000 : 50'000;
    if (plan.smoke) users = 200;
    const auto log = make_log(users);
    if (!log) return tl::unexpected(log.error());
    run_plan few = plan;
    few.rounds = std::min(plan.rounds, 3u);
    if (auto done = compare_creation(few, **log, tell); !done) return done;
    if (auto done = compare_restore(few, **log, tell); !done) return done;
    return compare_creates(few, **log, tell);
}

} // namespace rollcall::bench
