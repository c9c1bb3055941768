#include "cli/pulse.hpp"

#include <atomic>
#include <utility>

namespace rollcall::cli {

/// What is still to come of one question.
struct pulse::signs {
    std::atomic<bool> writer{true};
    std::atomic<std::size_t> threads{0};
};

namespace {

/// Comes back when all that was decided before it is on the disk; does nothing itself.
template <class Signs>
class question final : public eventlog::submission {
  public:
    explicit question(std::shared_ptr<Signs> to) : to_(std::move(to)) {}

    bool decide(eventlog::turn&) override { return false; }

    void complete(eventlog::submission_outcome, eventlog::position) noexcept override {
        to_->writer = false;
    }

  private:
    std::shared_ptr<Signs> to_;
};

} // namespace

pulse::pulse(eventlog::writer& writer, std::vector<http::server*> servers)
    : writer_(writer), servers_(std::move(servers)) {
    ask();
}

std::string_view pulse::missing() {
    const bool stands = full_at_ && writer_.figures().submissions == *full_at_;
    if (asked_->writer || stands) return "the writer of the log";
    if (asked_->threads > 0) return "a thread that serves connections";
    ask();
    return {};
}

void pulse::ask() {
    asked_ = std::make_shared<signs>();
    full_at_.reset();
    for (http::server* const server : servers_) {
        // A quick one answers before it is counted; the sum is right all the same.
        asked_->threads += server->ask_threads([to = asked_] { to->threads -= 1; });
    }
    const bool taken =
        writer_.submit(std::make_unique<question<signs>>(asked_), eventlog::queue_class::always);
    if (taken) return;
    asked_->writer = false;
    full_at_ = writer_.figures().submissions;
}

} // namespace rollcall::cli
