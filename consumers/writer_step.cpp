#include "consumers/writer_step.hpp"

#include "eventlog/error.hpp"

#include <future>

namespace rollcall::consumers {
namespace {

using namespace eventlog;

/// The waiting side shares the state, because the writer may outlive its patience.
class step final : public submission {
  public:
    using action = std::function<base::result<void>(turn&)>;

    step(action act, std::promise<base::result<void>> told)
        : act_(std::move(act)), told_(std::move(told)) {}

    bool decide(turn& t) override {
        said_ = act_(t);
        return said_.has_value();
    }

    void complete(submission_outcome outcome, position) noexcept override {
        if (outcome != submission_outcome::done) {
            said_ = base::fail(log_errc::stopped, "the log did not take a step of a consumer");
        }
        told_.set_value(std::move(said_));
    }

  private:
    action act_;
    std::promise<base::result<void>> told_;
    base::result<void> said_;
};

} // namespace

base::result<void> in_turn(writer& writer, std::function<base::result<void>(turn&)> act) {
    std::promise<base::result<void>> told;
    auto answer = told.get_future();
    if (!writer.submit(std::make_unique<step>(std::move(act), std::move(told)),
                       queue_class::always)) {
        return base::fail(log_errc::stopped, "the server is stopping or its queue is full");
    }
    return answer.get();
}

} // namespace rollcall::consumers
