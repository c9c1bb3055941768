// The product's server inside the bench program, on a data directory that loader.hpp has filled.
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/http/tls_identity.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace rocksdb {
class Env;
}

namespace rollcall::bench {

class product {
  public:
    /// Starts the server as `rollcall serve` does, on a free port of 127.0.0.1. `env`: null for the
    /// machine's. `tls`: null for plain HTTP.
    static base::result<std::unique_ptr<product>> start(const std::filesystem::path& directory,
                                                        rocksdb::Env* env,
                                                        const http::tls_files* tls = nullptr);
    ~product(); ///< drains and stops

    [[nodiscard]] std::uint16_t port() const;

    /// How many I/O threads `rollcall serve` has unless told otherwise: so has a ceiling.
    static unsigned io_threads();

  private:
    struct parts;
    explicit product(std::unique_ptr<parts> p);
    std::unique_ptr<parts> parts_;
};

} // namespace rollcall::bench
