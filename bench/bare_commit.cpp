#include "bench/bare_commit.hpp"

#include "eventlog/error.hpp"
#include "eventlog/store_impl.hpp"
#include "eventlog/writer.hpp"

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace rollcall::bench {
namespace {

rocksdb::Slice slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}

} // namespace

struct bare_commit::parts {
    explicit parts(const recorded_writes& r) : recorded(r) {}

    ~parts() {
        for (rocksdb::ColumnFamilyHandle* f : families)
            db->DestroyColumnFamilyHandle(f);
    }

    base::result<void> open(const std::filesystem::path& database, rocksdb::Env* env) {
        eventlog::store_options options;
        options.directory = database;
        options.env = env;
        const auto cache = eventlog::make_block_cache(options.block_cache_bytes);
        std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
        for (const std::string& name : recorded.families())
            wanted.emplace_back(name, eventlog::family_options(options, name, cache));
        rocksdb::DB* raw = nullptr;
        const auto status =
            rocksdb::DB::Open(eventlog::database_options(options, [](const std::string&) {}),
                              database.string(), wanted, &families, &raw);
        if (!status.ok()) return eventlog::storage_error("opening the ceiling's database", status);
        db.reset(raw);
        return {};
    }

    void run() {
        const std::size_t batch_max = eventlog::writer_options().batch_submissions_max;
        std::vector<bare_ticket> taken;
        for (;;) {
            {
                std::unique_lock lock(mutex);
                came.wait(lock, [this] { return closing || !waiting.empty(); });
                if (closing) return;
                const std::size_t count = std::min(waiting.size(), batch_max);
                const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(count);
                taken.assign(waiting.begin(), end);
                waiting.erase(waiting.begin(), end);
            }
            write(taken.size());
            server->answer(taken);
        }
    }

    void write(std::size_t count) {
        rocksdb::WriteBatch batch;
        while (count > 0) {
            const std::size_t some = std::min(count, recorded.operations() - next);
            recorded.for_batch(next, next + some, [&](const recorded_row& row) {
                if (row.erased) {
                    batch.Delete(families[row.family], slice(row.key));
                } else {
                    batch.Put(families[row.family], slice(row.key), slice(row.value));
                }
            });
            next = (next + some) % recorded.operations();
            count -= some;
        }
        rocksdb::WriteOptions how;
        how.sync = true;
        if (const auto status = db->Write(how, &batch); !status.ok()) {
            // A ceiling that fails to write has nothing to compare with.
            std::fprintf(stderr, "the ceiling cannot write: %s\n", status.ToString().c_str());
            std::abort();
        }
    }

    const recorded_writes& recorded;
    std::size_t next = 0; ///< operation to be written next
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    std::unique_ptr<rocksdb::DB> db;
    std::unique_ptr<bare_server> server;

    std::mutex mutex;
    std::condition_variable came;
    std::vector<bare_ticket> waiting; ///< at most one for each connection
    bool closing = false;
    std::thread thread;
};

bare_commit::bare_commit(std::unique_ptr<parts> p) : parts_(std::move(p)) {}

base::result<std::uint64_t> bare_commit::write_all(const std::filesystem::path& database,
                                                   const recorded_writes& recorded,
                                                   std::size_t operations) {
    parts p(recorded);
    if (auto opened = p.open(database, nullptr); !opened) return tl::unexpected(opened.error());
    const std::size_t all = recorded.operations();
    for (std::size_t left = all; left > 0; left -= std::min(left, operations))
        p.write(std::min(left, operations));
    return all;
}

base::result<std::unique_ptr<bare_commit>> bare_commit::start(bare_server_options server,
                                                              const std::filesystem::path& database,
                                                              const recorded_writes& recorded,
                                                              rocksdb::Env* env) {
    auto p = std::make_unique<parts>(recorded);
    if (auto opened = p->open(database, env); !opened) return tl::unexpected(opened.error());
    server.on_request = [parts = p.get()](bare_ticket who) {
        bool first = false;
        {
            const std::lock_guard lock(parts->mutex);
            first = parts->waiting.empty();
            parts->waiting.push_back(who);
        }
        if (first) parts->came.notify_one();
    };
    auto started = bare_server::start(std::move(server));
    if (!started) return tl::unexpected(started.error());
    p->server = std::move(*started);
    p->thread = std::thread([parts = p.get()] { parts->run(); });
    return std::unique_ptr<bare_commit>(new bare_commit(std::move(p)));
}

bare_commit::~bare_commit() {
    {
        const std::lock_guard lock(parts_->mutex);
        parts_->closing = true;
    }
    parts_->came.notify_one();
    parts_->thread.join();
    parts_->server.reset();
}

std::uint16_t bare_commit::port() const {
    return parts_->server->port();
}

} // namespace rollcall::bench
