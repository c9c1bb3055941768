// The certificate that new connections are shown, and its reload: a new pair of files takes the
// place of the old one as a whole or not at all. What is wrong with a pair that was not taken is
// remembered until one is.
//
// current() and state() may be called from any thread; reload() from one at a time.
#pragma once

#include "gateway/http/tls_identity.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace rollcall::http {

class tls_source {
  public:
    /// Loads the first pair; the failure is tls_identity::load's.
    static base::result<std::unique_ptr<tls_source>> open(tls_files files, base::moment now);

    tls_source(const tls_source&) = delete;
    tls_source& operator=(const tls_source&) = delete;

    /// For a connection that begins now.
    [[nodiscard]] std::shared_ptr<const tls_identity> current() const;

    /// Reads both files again, and new connections are shown what they hold now; tickets of before
    /// are void. After a failure, which is tls_identity::load's, everything is as it was.
    base::result<void> reload(base::moment now);

    struct facts {
        std::string names;
        std::string fingerprint;
        base::moment not_after;
        std::uint64_t reloads_failed = 0;
        std::string last_failure; ///< of the last reload; empty if that one was good
    };

    [[nodiscard]] facts state() const;

    [[nodiscard]] const tls_files& files() const { return files_; }

  private:
    tls_source(tls_files files, std::shared_ptr<const tls_identity> first);

    const tls_files files_;
    mutable std::mutex mutex_;
    std::shared_ptr<const tls_identity> current_;
    std::uint64_t reloads_failed_ = 0;
    std::string last_failure_;
};

} // namespace rollcall::http
