// An installation as its operator sees it: a data directory, the program, a server that can be
// started, stopped and killed, and verbs that are run beside it.
#pragma once

#include "gateway/http/client.hpp"
#include "tests/integration/child.hpp"
#include "tests/integration/json.hpp"
#include "tests/support/temp_directory.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rollcall::integration {

/// What a verb printed and how it ended.
struct said {
    ending how;
    std::string output;
    std::string complaint;

    [[nodiscard]] bool ok() const { return how.code == 0 && how.signal == 0; }
};

class installation {
  public:
    /// In a directory of its own, or in `place` (which is not removed at the end).
    explicit installation(std::filesystem::path place = {});

    /// Starts the server on a free port and waits for its ready line. Returns how long that took.
    /// Throws std::runtime_error with its complaints if it does not get ready.
    std::chrono::milliseconds start(const std::vector<std::string>& options = {});
    /// SIGKILL.
    void kill();
    /// SIGTERM, and waits for the end.
    ending stop();

    /// Waits for a server that ends by itself.
    ending await_end();

    [[nodiscard]] bool running() const { return server_ != nullptr; }

    [[nodiscard]] child& server() { return *server_; }

    /// Host and port of the running server.
    [[nodiscard]] const http::endpoint& address() const { return address_; }

    /// Runs `rollcall WORDS… --data DIR`.
    said run(std::vector<std::string> words) const;
    /// Runs it with --json; it must succeed.
    json ask(std::vector<std::string> words) const;
    /// The output of a verb that must succeed.
    std::string tell(std::vector<std::string> words) const;

    /// Makes a tenant, and a key for it.
    std::string make_tenant(const std::string& id,
                            const std::vector<std::string>& options = {}) const;

    [[nodiscard]] const std::filesystem::path& data() const { return data_; }

    /// What the server wrote to standard error since the beginning.
    [[nodiscard]] std::string complaints() const;

    /// The program under test.
    static std::string program();

  private:
    std::unique_ptr<support::temp_directory> own_;
    std::filesystem::path data_;
    std::filesystem::path complaints_;
    std::unique_ptr<child> server_;
    http::endpoint address_;
};

} // namespace rollcall::integration
