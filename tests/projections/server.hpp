// A whole writing side on disk in a temporary directory: store, log, writer, directory, desk. Can
// be closed and opened again in the middle of a test.
#pragma once

#include "eventlog/embedded_log.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"
#include "tests/projections/world.hpp"

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace rollcall::projections::test {

class server {
  public:
    explicit server(desk_options desk = {}, writer_options queue = {});
    ~server();

    server(const server&) = delete;
    server& operator=(const server&) = delete;

    /// What the writer appends to.
    using log_maker = std::function<std::unique_ptr<append_log>(store&, log_signal&)>;

    /// With these limits of the queue instead of its own, if given.
    void open(const log_maker& make_log = nullptr, const writer_options* queue = nullptr);
    void close();

    void reopen() {
        close();
        open();
    }

    [[nodiscard]] const std::filesystem::path& path() const { return directory_path_; }

    [[nodiscard]] store& log() { return *store_; }

    [[nodiscard]] keyring& keys() { return *keys_; }

    [[nodiscard]] writer& queue() { return *writer_; }

    [[nodiscard]] directory& views() { return *directory_; }

    [[nodiscard]] command_desk& desk() { return *desk_; }

    answer ask(command c) { return desk().submit_and_wait(std::move(c)); }

    /// Must be accepted.
    done run(command c);

    /// Hands in all of them at once and waits; returns how many were accepted.
    std::size_t run_all(std::vector<command> commands);

    tenant_no make_tenant(const std::string& slug, std::optional<std::uint64_t> seats = {});

    /// Under a new id.
    user_state make_user(tenant_no tenant, user_wish wish);

    /// Holds the writer between its batches: what is submitted meanwhile waits, and then comes at
    /// once.
    class pause {
      public:
        explicit pause(writer& queue);
        ~pause(); ///< lets go
        pause(const pause&) = delete;
        pause& operator=(const pause&) = delete;

      private:
        std::promise<void> holding_;
        std::promise<void> released_;
        std::thread thread_;
    };

  private:
    std::filesystem::path directory_path_;
    secret_key master_ = secret_key::random();
    desk_options desk_options_;
    writer_options queue_options_;
    std::unique_ptr<store> store_;
    std::unique_ptr<log_signal> signal_;
    std::unique_ptr<append_log> log_;
    std::unique_ptr<keyring> keys_;
    std::unique_ptr<writer> writer_;
    std::unique_ptr<directory> directory_;
    std::unique_ptr<command_desk> desk_;
};

} // namespace rollcall::projections::test
