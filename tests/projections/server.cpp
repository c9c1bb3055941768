#include "tests/projections/server.hpp"

#include "projections/state_hash.hpp"

#include <condition_variable>
#include <mutex>

namespace rollcall::projections::test {

server::pause::pause(writer& queue)
    : thread_([this, &queue] {
          queue.run_alone([this] {
              holding_.set_value();
              released_.get_future().wait();
          });
      }) {
    holding_.get_future().wait();
}

server::pause::~pause() {
    released_.set_value();
    thread_.join();
}

server::server(desk_options desk, writer_options queue)
    : directory_path_(std::filesystem::temp_directory_path() /
                      ("rollcall-projections-" + base::uuid::make_v7(base::now().unix_ms).text())),
      desk_options_(desk),
      queue_options_(queue) {
    std::filesystem::create_directories(directory_path_);
    open();
}

server::~server() {
    close();
    std::filesystem::remove_all(directory_path_);
}

void server::open(const log_maker& make_log, const writer_options* queue) {
    store_options options;
    options.directory = directory_path_;
    options.block_cache_bytes = 8u << 20;
    options.write_buffer_bytes = 4u << 20;
    options.rows_version = projection_version;
    auto opened = store::open(options);
    BOOST_REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
    store_ = std::move(*opened);
    signal_ = std::make_unique<log_signal>();
    log_ =
        make_log ? make_log(*store_, *signal_) : std::make_unique<embedded_log>(*store_, *signal_);
    keys_ = std::make_unique<keyring>(make_local_wrapper(master_));
    writer_ = std::make_unique<writer>(*store_, *log_, *keys_,
                                       queue != nullptr ? *queue : queue_options_, [] {});
    directory_ = std::make_unique<directory>(*store_, *keys_);
    desk_ = std::make_unique<command_desk>(*writer_, *directory_, desk_options_);
}

void server::close() {
    if (writer_) writer_->stop();
    desk_.reset();
    directory_.reset();
    writer_.reset();
    log_.reset();
    keys_.reset();
    signal_.reset();
    store_.reset();
}

done server::run(command c) {
    auto told = ask(std::move(c));
    BOOST_REQUIRE_MESSAGE(told.has_value(), told.error().message);
    return std::move(*told);
}

tenant_no server::make_tenant(const std::string& slug, std::optional<std::uint64_t> seats) {
    return run(by_operator({}, create_tenant{slug, {slug, "generic", "default", seats, true}}))
        .tenant->number;
}

user_state server::make_user(tenant_no tenant, user_wish wish) {
    const subject_id id = base::uuid::make_v7(base::now().unix_ms);
    return *run(by_operator(tenant, create_user{id, std::move(wish)})).user;
}

std::size_t server::run_all(std::vector<command> commands) {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t waiting = commands.size();
    std::size_t accepted = 0;
    for (command& c : commands) {
        desk().submit(std::move(c), [&](answer told) {
            const std::lock_guard lock(mutex);
            if (told) ++accepted;
            if (--waiting == 0) changed.notify_one();
        });
    }
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return waiting == 0; });
    return accepted;
}

} // namespace rollcall::projections::test
