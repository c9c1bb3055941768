// The ceiling for durable writes: the bare server, and one thread that drains the requests that
// wait (as many as the product's writer takes at once), writes the rows that the product wrote for
// as many operations, in one synced batch, and answers. Nothing is decided, read, sealed or hashed.
// The database has the product's column families and options.
#pragma once

#include "bench/bare_server.hpp"
#include "bench/recorded_writes.hpp"

#include <filesystem>

namespace rocksdb {
class Env;
}

namespace rollcall::bench {

class bare_commit {
  public:
    /// `server.on_request` is ours. `recorded` outlives it; when its operations are used up they
    /// are written again from the first. `env`: null for the machine's.
    static base::result<std::unique_ptr<bare_commit>> start(bare_server_options server,
                                                            const std::filesystem::path& database,
                                                            const recorded_writes& recorded,
                                                            rocksdb::Env* env);
    /// The same without a server: all that was recorded once, `operations` in each synced batch.
    /// Returns how many.
    static base::result<std::uint64_t> write_all(const std::filesystem::path& database,
                                                 const recorded_writes& recorded,
                                                 std::size_t operations);
    ~bare_commit();
    bare_commit(const bare_commit&) = delete;
    bare_commit& operator=(const bare_commit&) = delete;

    [[nodiscard]] std::uint16_t port() const;

  private:
    struct parts;
    explicit bare_commit(std::unique_ptr<parts> p);
    std::unique_ptr<parts> parts_;
};

} // namespace rollcall::bench
