#include "gateway/http/tls_source.hpp"

#include <utility>

namespace rollcall::http {

base::result<std::unique_ptr<tls_source>> tls_source::open(tls_files files, base::moment now) {
    auto first = tls_identity::load(files, now);
    if (!first) return tl::unexpected(first.error());
    return std::unique_ptr<tls_source>(new tls_source(std::move(files), std::move(*first)));
}

tls_source::tls_source(tls_files files, std::shared_ptr<const tls_identity> first)
    : files_(std::move(files)), current_(std::move(first)) {}

std::shared_ptr<const tls_identity> tls_source::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

base::result<void> tls_source::reload(base::moment now) {
    auto next = tls_identity::load(files_, now);
    const std::lock_guard lock(mutex_);
    if (!next) {
        ++reloads_failed_;
        last_failure_ = next.error().message;
        return tl::unexpected(next.error());
    }
    last_failure_.clear();
    current_ = std::move(*next);
    return {};
}

tls_source::facts tls_source::state() const {
    const std::lock_guard lock(mutex_);
    return {current_->names(), current_->fingerprint(), current_->not_after(), reloads_failed_,
            last_failure_};
}

} // namespace rollcall::http
