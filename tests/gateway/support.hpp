// The whole server in one process for tests: a real store in a directory of its own, the writer,
// the directory, the desk, the front and the HTTP server on a free port of 127.0.0.1. Nothing is
// faked. It can be stopped and started again on the same data.
#pragma once

#include "eventlog/embedded_log.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"
#include "gateway/auth.hpp"
#include "gateway/front.hpp"
#include "gateway/gate.hpp"
#include "gateway/http/client.hpp"
#include "gateway/http/server.hpp"
#include "gateway/ops.hpp"
#include "gateway/password_office.hpp"
#include "gateway/scim_area.hpp"
#include "gateway/worker_pool.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::test {

/// A directory that is removed with this object.
class scratch_directory {
  public:
    scratch_directory();
    ~scratch_directory();
    scratch_directory(const scratch_directory&) = delete;
    scratch_directory& operator=(const scratch_directory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

struct server_choices {
    gateway::limits bounds;
    gateway::base_url_options urls;
    eventlog::writer_options writer;
    http::limits http;
    bool behind_proxy = false;
    unsigned threads = 2;
    std::shared_ptr<const profiles::profile_book> profiles; ///< null: the shipped ones
};

/// A bearer key as a test needs it.
struct test_key {
    eventlog::tenant_no tenant;
    eventlog::subject_id id{};
    std::string text;
};

class running_server {
  public:
    explicit running_server(server_choices choices = {});
    ~running_server();

    /// Stops everything and opens the same data again; ports may differ afterwards.
    void restart() { restart(choices_); }

    void restart(const server_choices& choices);

    [[nodiscard]] const http::endpoint& world() const;
    [[nodiscard]] const http::endpoint& loopback() const;
    [[nodiscard]] const http::endpoint& metrics_door() const;

    /// A connection to the door that the world sees.
    [[nodiscard]] http::client client() const { return http::client(world()); }

    [[nodiscard]] std::string base() const { return "http://" + world().text() + "/scim/v2"; }

    eventlog::tenant_no create_tenant(std::string_view slug,
                                      std::optional<std::uint64_t> seats = std::nullopt,
                                      std::string_view profile = profiles::usual_profile);
    test_key create_key(eventlog::tenant_no tenant,
                        std::optional<base::moment> expires_at = std::nullopt,
                        std::optional<eventlog::subject_id> owner = std::nullopt);
    void revoke(const test_key& key);

    /// Carries out a command as the server's operator; a refusal fails the test.
    projections::done run(eventlog::tenant_no tenant, projections::command_body body);

    projections::command_desk& desk();
    projections::directory& directory();
    eventlog::store& store();
    /// Other profiles, as a reload puts them there.
    void replace_profiles(std::shared_ptr<const profiles::profile_book> by);
    gateway::key_usage& usage();
    gateway::password_office& office();
    gateway::gate& access();
    gateway::front& front();

  private:
    struct parts;

    scratch_directory data_;
    server_choices choices_;
    std::unique_ptr<parts> parts_;
};

/// `Authorization` and, for a body, `Content-Type`.
http::header_list with_key(const test_key& key, bool body = false);

/// The text at a JSON pointer of a body, or what it is instead of a text; empty if there is
/// nothing.
std::string json_at(std::string_view body, std::string_view pointer);

/// What of `expected` the text does not satisfy; empty if all is well. Objects may have more
/// members than expected, arrays not more elements. `"<any>"` stands for any value, `"<absent>"`
/// for none.
std::string json_mismatch(std::string_view expected, std::string_view text);

} // namespace rollcall::test
