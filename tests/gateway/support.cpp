#include "tests/gateway/support.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/random.hpp"
#include "gateway/bearer_key.hpp"
#include "projections/state_hash.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

#include <array>

namespace rollcall::test {

scratch_directory::scratch_directory() {
    std::array<std::uint8_t, 8> random{};
    base::fill_random(random);
    path_ = std::filesystem::temp_directory_path() / ("rollcall-gateway-" + base::hex(random));
    std::filesystem::create_directories(path_);
}

scratch_directory::~scratch_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

namespace {

std::unique_ptr<eventlog::store> open_store(const std::filesystem::path& where) {
    eventlog::store_options options;
    options.directory = where / "db";
    options.block_cache_bytes = std::size_t{32} << 20U;
    options.rows_version = projections::projection_version;
    auto opened = eventlog::store::open(std::move(options));
    BOOST_REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().message));
    return std::move(*opened);
}

} // namespace

// In the order in which a server is built; destroyed from the last to the first.
struct running_server::parts {
    parts(const std::filesystem::path& where, const server_choices& choices)
        : store(open_store(where)),
          keys(eventlog::make_local_wrapper(eventlog::secret_key{})),
          log(*store, signal),
          writer(*store, log, keys, choices.writer, [this] { courier.flush(); }),
          directory(*store, keys),
          desk(writer, directory, {}),
          authenticator(directory, usage, choices.bounds, shelf),
          access(authenticator, desk, choices.bounds, choices.behind_proxy),
          tokens(directory, usage),
          admins(tokens, access, desk),
          lists(std::make_unique<gateway::worker_pool>(choices.bounds.list_threads,
                                                       choices.bounds.list_queue_max,
                                                       choices.bounds.list_share)),
          passwords(std::make_unique<gateway::password_office>(choices.bounds)),
          front(areas(choices), {}) {
        if (choices.profiles) shelf.replace(choices.profiles);
        http::server_options options;
        options.threads = choices.threads;
        options.limits = choices.http;
        for (const auto kind : {gateway::door_kind::world, gateway::door_kind::loopback,
                                gateway::door_kind::metrics}) {
            options.doors.push_back({http::endpoint::tcp("127.0.0.1", 0), &front.handler(kind)});
        }
        auto started = http::server::start(std::move(options));
        BOOST_REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
        server = std::move(*started);
    }

    ~parts() {
        lists->stop();
        passwords->stop();
        server->drain(std::chrono::seconds(5));
        server.reset();
        lists.reset(); // its jobs use what the front owns
        passwords.reset();
        writer.stop();
    }

    std::vector<gateway::area> areas(const server_choices& choices) {
        gateway::ops_sources from;
        from.version = "test";
        from.ready = [this] {
            return std::vector<gateway::readiness_check>{{"log", !store->stopped()}};
        };
        from.profiles = [] { return gateway::profile_figures{1, false, 0, 0}; };
        from.connections = [this] { return server->counters(); };
        from.writer = [this] { return writer.figures(); };
        from.store = [this] { return store->figures(); };
        from.head = [this] { return store->head(); };
        from.attempts_dropped = [this] { return desk.attempts_dropped(); };
        from.commits = [this] { return log.commit_times(); };
        from.refusals = [this] { return desk.refusals(); };
        from.lists = [this] {
            return gateway::list_figures{lists->waiting(), lists->running(), 0};
        };
        from.passwords = [this] { return passwords->figures(); };
        from.routes = [this]() -> const gateway::route_table& { return front.table(); };
        from.requests = [this]() -> const gateway::request_metrics& { return front.metrics(); };
        std::vector<gateway::area> all;
        all.push_back(gateway::scim_area(
            {directory, desk, courier, *lists, choices.urls, choices.bounds, shelf, *passwords},
            access));
        all.push_back(gateway::ops_area(std::move(from), access, admins));
        return all;
    }

    std::unique_ptr<eventlog::store> store;
    eventlog::keyring keys;
    eventlog::log_signal signal;
    gateway::answer_courier courier;
    eventlog::embedded_log log;
    eventlog::writer writer;
    projections::directory directory;
    projections::command_desk desk;
    gateway::key_usage usage;
    profiles::profile_shelf shelf;
    gateway::authenticator authenticator;
    gateway::gate access;
    gateway::admin_authenticator tokens;
    gateway::admin_gate admins;
    std::unique_ptr<gateway::worker_pool> lists;
    std::unique_ptr<gateway::password_office> passwords;
    gateway::front front;
    std::unique_ptr<http::server> server;
};

running_server::running_server(server_choices choices)
    : choices_(std::move(choices)), parts_(std::make_unique<parts>(data_.path(), choices_)) {}

running_server::~running_server() = default;

void running_server::restart(const server_choices& choices) {
    parts_.reset();
    choices_ = choices;
    parts_ = std::make_unique<parts>(data_.path(), choices_);
}

const http::endpoint& running_server::world() const {
    return parts_->server->endpoints()[0];
}

const http::endpoint& running_server::loopback() const {
    return parts_->server->endpoints()[1];
}

const http::endpoint& running_server::metrics_door() const {
    return parts_->server->endpoints()[2];
}

eventlog::tenant_no running_server::create_tenant(std::string_view slug,
                                                  std::optional<std::uint64_t> seats,
                                                  std::string_view profile) {
    projections::create_tenant body;
    body.slug = slug;
    body.settings = {std::string(slug), std::string(profile), "default", seats, true};
    return run({}, std::move(body)).tenant->number;
}

test_key running_server::create_key(eventlog::tenant_no tenant,
                                    std::optional<base::moment> expires_at,
                                    std::optional<eventlog::subject_id> owner) {
    test_key key{tenant, base::uuid::make_v7(base::now().unix_ms), gateway::make_bearer_key()};
    run(tenant,
        projections::create_key{key.id, gateway::secret_hash(key.text), "test", expires_at, owner});
    return key;
}

void running_server::revoke(const test_key& key) {
    run(key.tenant, projections::revoke_key{key.id});
}

projections::done running_server::run(eventlog::tenant_no tenant, projections::command_body body) {
    projections::command asked;
    asked.tenant = tenant;
    asked.by = {eventlog::actor_kind::local_operator, {}};
    asked.request_id = "test";
    asked.body = std::move(body);
    auto answer = parts_->desk.submit_and_wait(std::move(asked));
    BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return std::move(*answer);
}

projections::command_desk& running_server::desk() {
    return parts_->desk;
}

projections::directory& running_server::directory() {
    return parts_->directory;
}

eventlog::store& running_server::store() {
    return *parts_->store;
}

void running_server::replace_profiles(std::shared_ptr<const profiles::profile_book> by) {
    parts_->shelf.replace(std::move(by));
    parts_->directory.bump_access_epoch();
}

gateway::password_office& running_server::office() {
    return *parts_->passwords;
}

gateway::key_usage& running_server::usage() {
    return parts_->usage;
}

gateway::gate& running_server::access() {
    return parts_->access;
}

gateway::front& running_server::front() {
    return parts_->front;
}

http::header_list with_key(const test_key& key, bool body) {
    http::header_list fields{{"Authorization", "Bearer " + key.text}};
    if (body) fields.emplace_back("Content-Type", "application/scim+json");
    return fields;
}

// --- JSON ---

namespace {

using element = simdjson::dom::element;

std::string mismatch(const element& expected, const element& actual, const std::string& at);

std::string object_mismatch(const element& expected, const element& actual, const std::string& at) {
    if (!actual.is_object()) return at + ": not an object";
    for (const auto [name, wanted] : expected.get_object()) {
        const std::string where = at + "/" + std::string(name);
        const auto found = actual.get_object().at_key(name);
        std::string_view word;
        const bool is_word = wanted.get(word) == simdjson::SUCCESS;
        if (is_word && word == "<absent>") {
            if (found.error() == simdjson::SUCCESS) return where + ": is there";
            continue;
        }
        if (found.error() != simdjson::SUCCESS) return where + ": missing";
        if (auto wrong = mismatch(wanted, found.value_unsafe(), where); !wrong.empty())
            return wrong;
    }
    return {};
}

std::string array_mismatch(const element& expected, const element& actual, const std::string& at) {
    if (!actual.is_array()) return at + ": not an array";
    const simdjson::dom::array wanted = expected.get_array();
    const simdjson::dom::array found = actual.get_array();
    if (wanted.size() != found.size()) {
        return at + ": has " + std::to_string(found.size()) + " elements, not " +
               std::to_string(wanted.size());
    }
    // Members stand in the order of their ids, and ids of one millisecond are in none.
    const bool any_order = at.ends_with("/members");
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::string where = at + "/" + std::to_string(i);
        auto wrong = mismatch(element(wanted.at(i)), element(found.at(i)), where);
        for (std::size_t k = 0; any_order && !wrong.empty() && k < found.size(); ++k)
            if (mismatch(element(wanted.at(i)), element(found.at(k)), where).empty()) wrong.clear();
        if (!wrong.empty()) return wrong;
    }
    return {};
}

std::string mismatch(const element& expected, const element& actual, const std::string& at) {
    if (expected.is_object()) return object_mismatch(expected, actual, at);
    if (expected.is_array()) return array_mismatch(expected, actual, at);
    std::string_view word;
    if (expected.get(word) == simdjson::SUCCESS && word == "<any>") return {};
    const std::string wanted = simdjson::minify(expected);
    const std::string found = simdjson::minify(actual);
    return wanted == found ? "" : at + ": is " + found + ", not " + wanted;
}

} // namespace

std::string json_at(std::string_view body, std::string_view pointer) {
    simdjson::dom::parser parser;
    const simdjson::padded_string text_of(body);
    const auto found = parser.parse(text_of).at_pointer(pointer);
    if (found.error() != simdjson::SUCCESS) return {};
    std::string_view text;
    if (found.get(text) == simdjson::SUCCESS) return std::string(text);
    return simdjson::minify(found.value_unsafe());
}

std::string json_mismatch(std::string_view expected, std::string_view text) {
    simdjson::dom::parser wanted_parser;
    simdjson::dom::parser found_parser;
    const simdjson::padded_string wanted_text(expected);
    const simdjson::padded_string found_text(text);
    const auto wanted = wanted_parser.parse(wanted_text);
    if (wanted.error() != simdjson::SUCCESS) return "the expectation is not JSON";
    const auto found = found_parser.parse(found_text);
    if (found.error() != simdjson::SUCCESS) return "the answer is not JSON";
    return mismatch(wanted.value_unsafe(), found.value_unsafe(), "");
}

} // namespace rollcall::test
