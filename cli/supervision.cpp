#include "cli/supervision.hpp"

#include "eventlog/base/log.hpp"

#include <algorithm>

namespace rollcall::cli {
namespace {

std::int64_t seconds_now() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

} // namespace

supervision::supervision(const service_manager& to) : to_(to), progress_at_(seconds_now()) {
    to_.status("Opening the log");
    keep_extending();
}

void supervision::keep_extending() {
    to_.extend_timeout(extension);
    extending_.emplace(extension_pause, [this] {
        const auto patience = std::chrono::seconds(progress_patience).count();
        if (seconds_now() - progress_at_ < patience) to_.extend_timeout(extension);
    });
}

void supervision::progress(std::uint64_t done, std::uint64_t total) {
    progress_at_ = seconds_now();
    const int percent = total > 0 ? static_cast<int>(done * 100 / total) : 0;
    if (percent_.exchange(percent) == percent) return;
    to_.extend_timeout(extension);
    to_.status("Upgrading the directory: " + std::to_string(percent) + " %");
}

void supervision::serving(server& of) {
    extending_.reset();
    words_ = "Serving " + of.url();
    to_.ready(words_);
    if (!to_.watchdog()) return;
    // Three looks in the time after which it is too late: the first may still ask.
    const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(*to_.watchdog() / 3);
    to_.alive();
    watching_.emplace(std::max(pause, std::chrono::milliseconds(1)), [this, &of] { look(of); });
}

void supervision::look(server& of) {
    const std::string_view missing = of.missing();
    if (missing.empty()) {
        to_.alive();
        const std::lock_guard lock(mutex_);
        if (is_missing_) to_.status(words_);
        is_missing_ = false;
        return;
    }
    if (is_missing_) return;
    is_missing_ = true;
    base::log_error("A part of the server gives no sign of life; the service manager is not told "
                    "that it lives, and may start it anew.",
                    {{"part", missing}});
    to_.status("No sign of life from " + std::string(missing));
}

void supervision::reload(server& of) {
    to_.reloading("Reading the certificate and the profiles again");
    const auto done = of.reload();
    const std::lock_guard lock(mutex_);
    words_ = "Serving " + of.url();
    if (!done) words_ += "; not all was loaded again: " + done.error().message;
    to_.ready(words_);
}

void supervision::stopping(std::chrono::seconds time_max) {
    watching_.reset();
    extending_.reset();
    to_.stopping("Finishing what is under way");
    progress_at_ = seconds_now() + time_max.count();
    keep_extending();
    to_.extend_timeout(time_max + extension);
}

} // namespace rollcall::cli
