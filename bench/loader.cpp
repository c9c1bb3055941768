#include "bench/loader.hpp"

#include "eventlog/error.hpp"
#include "eventlog/witness.hpp"
#include "gateway/bearer_key.hpp"
#include "projections/state_hash.hpp"

namespace rollcall::bench {
namespace {

using projections::command;

tl::unexpected<base::failure> refused(const std::string& message) {
    return base::fail(std::make_error_code(std::errc::operation_not_permitted),
                      "loading: " + message);
}

base::uuid new_id() {
    return base::uuid::make_v7(base::now().unix_ms);
}

command ask(projections::tenant_no tenant, projections::command_body body) {
    command c;
    c.tenant = tenant;
    c.by.kind = eventlog::actor_kind::local_operator;
    c.request_id = "bench";
    c.body = std::move(body);
    return c;
}

} // namespace

base::result<std::unique_ptr<loader>> loader::open(const std::filesystem::path& directory) {
    auto opened = eventlog::data_directory::open(directory, {}, eventlog::directory_use::serve);
    if (!opened) return tl::unexpected(opened.error());
    eventlog::store_options options;
    options.directory = opened->database();
    options.rows_version = projections::projection_version;
    auto store = eventlog::store::open(options);
    if (!store) return tl::unexpected(store.error());
    std::unique_ptr<loader> l(new loader);
    l->home_ = std::make_unique<eventlog::data_directory>(std::move(*opened));
    l->store_ = std::move(*store);
    l->keys_ = std::make_unique<eventlog::keyring>(eventlog::make_local_wrapper(l->home_->master));
    l->log_ = std::make_unique<eventlog::embedded_log>(*l->store_, l->signal_);
    l->writer_ = std::make_unique<eventlog::writer>(*l->store_, *l->log_, *l->keys_,
                                                    eventlog::writer_options(), nullptr);
    l->directory_ = std::make_unique<projections::directory>(*l->store_, *l->keys_);
    l->desk_ = std::make_unique<projections::command_desk>(*l->writer_, *l->directory_,
                                                           projections::desk_options());
    return l;
}

loader::~loader() {
    if (!writer_) return;
    writer_->stop();
    // A server does not trust a log without its witness.
    static_cast<void>(eventlog::write_witness(home_->witness(), *store_, home_->lineage));
}

base::result<customer> loader::add_customer(const std::string& slug, const std::string& profile,
                                            std::optional<std::uint64_t> seats) {
    projections::create_tenant tenant;
    tenant.slug = slug;
    tenant.settings = {slug, profile, "default", seats, true};
    const auto made = desk_->submit_and_wait(ask({}, std::move(tenant)));
    if (!made) return refused(made.error().message);
    customer c{made->tenant->number, slug, gateway::make_bearer_key()};
    projections::create_key key;
    key.id = new_id();
    key.secret_hash = gateway::secret_hash(c.bearer);
    key.label = "bench";
    submit(ask(c.tenant, std::move(key)));
    return c;
}

base::result<std::vector<projections::subject_id>>
loader::add_users(const customer& of, std::uint64_t first, std::uint64_t count) {
    std::vector<projections::subject_id> ids;
    ids.reserve(count);
    for (std::uint64_t i = first; i < first + count; ++i) {
        projections::create_user create;
        create.new_id = new_id();
        create.wish = people_.make(i, 0, true);
        ids.push_back(create.new_id);
        submit(ask(of.tenant, std::move(create)));
    }
    if (auto settled = settle(); !settled) return tl::unexpected(settled.error());
    return ids;
}

void loader::submit(command c) {
    places_.acquire();
    desk_->submit(std::move(c), [this](const projections::answer& answer) {
        if (!answer) {
            const std::lock_guard lock(mutex_);
            if (!refused_) refused_ = answer.error().message;
        }
        places_.release();
    });
}

base::result<void> loader::settle() {
    for (std::ptrdiff_t i = 0; i < under_way_max; ++i)
        places_.acquire();
    places_.release(under_way_max);
    const std::lock_guard lock(mutex_);
    if (!refused_) return {};
    auto why = refused(*refused_);
    refused_.reset();
    return why;
}

} // namespace rollcall::bench
