#include "bench/product.hpp"

#include "cli/server.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace rollcall::bench {

struct product::parts {
    std::unique_ptr<cli::server> server;
};

product::product(std::unique_ptr<parts> p) : parts_(std::move(p)) {}

product::~product() = default;

base::result<std::unique_ptr<product>> product::start(const std::filesystem::path& directory,
                                                      rocksdb::Env* env,
                                                      const http::tls_files* tls) {
    cli::server_options options;
    options.data = directory;
    options.listen = http::endpoint::tcp("127.0.0.1", 0);
    options.threads = io_threads();
    options.tenant_requests_per_second = 0; // the load is one tenant's
    options.env = env;
    if (tls != nullptr) {
        options.tls_cert = tls->certificate;
        options.tls_key = tls->key;
    }
    options.on_fatal = [](const std::string& reason) {
        std::fprintf(stderr, "the product's log failed: %s\n", reason.c_str());
        std::abort();
    };
    auto server = cli::server::start(std::move(options));
    if (!server) return tl::unexpected(server.error());
    auto p = std::make_unique<parts>();
    p->server = std::move(*server);
    return std::unique_ptr<product>(new product(std::move(p)));
}

std::uint16_t product::port() const {
    return parts_->server->address().port;
}

unsigned product::io_threads() {
    return std::max(1u, std::thread::hardware_concurrency());
}

} // namespace rollcall::bench
