#include "projections/command_desk.hpp"

#include "eventlog/base/log.hpp"
#include "projections/command_submission.hpp"

#include <future>
#include <utility>

namespace rollcall::projections {

using namespace eventlog;

namespace {

using desk = std::shared_ptr<command_desk::impl>;

/// An attempt that never became a command.
class attempt_submission final : public submission {
  public:
    attempt_submission(desk d, attempt what) : desk_(std::move(d)), what_(std::move(what)) {
        tenant = what_.tenant;
        deadline = std::chrono::steady_clock::now() + desk_->options.deadline;
    }

    ~attempt_submission() override {
        --desk_->attempts_waiting;
        if (!kept_) ++desk_->attempts_dropped;
    }

    bool decide(turn& t) override {
        noted_rows rows(t, desk_->notes, noted_);
        kept_ = enter_attempt(rows, t.keys(), desk_->options.attempts, what_, t.time());
        return true;
    }

    void complete(submission_outcome, position) noexcept override { desk_->notes.settle(noted_); }

  private:
    desk desk_;
    attempt what_;
    bool kept_ = false;
    std::vector<std::string> noted_;
};

/// Removes what is too old.
class sweep_submission final : public submission {
  public:
    sweep_submission(desk d, std::vector<std::string> once_rows, std::vector<tenant_no> tenants,
                     std::promise<bool> told)
        : desk_(std::move(d)),
          once_rows_(std::move(once_rows)),
          tenants_(std::move(tenants)),
          told_(std::move(told)) {}

    bool decide(turn& t) override {
        for (const std::string& key : once_rows_) {
            t.rows().erase(table::idempotency, key);
        }
        noted_rows rows(t, desk_->notes, noted_);
        std::size_t left = desk_->options.sweep_rows_max;
        for (const tenant_no tenant : tenants_) {
            left -= expire_attempts(rows, desk_->options.attempts, tenant, t.time(), left);
        }
        return true;
    }

    void complete(submission_outcome outcome, position) noexcept override {
        desk_->notes.settle(noted_);
        told_.set_value(outcome == submission_outcome::done);
    }

  private:
    desk desk_;
    std::vector<std::string> once_rows_;
    std::vector<tenant_no> tenants_;
    std::promise<bool> told_;
    std::vector<std::string> noted_;
};

/// Uses of keys, to be kept.
class key_use_submission final : public submission {
  public:
    key_use_submission(desk d, std::vector<key_use> uses)
        : desk_(std::move(d)), uses_(std::move(uses)) {}

    bool decide(turn& t) override {
        noted_rows rows(t, desk_->notes, noted_);
        for (const key_use& use : uses_) {
            keep_key_use(rows, use);
        }
        return true;
    }

    void complete(submission_outcome, position) noexcept override { desk_->notes.settle(noted_); }

  private:
    desk desk_;
    std::vector<key_use> uses_;
    std::vector<std::string> noted_;
};

/// The answer to a command whose tenant has as many waiting as may be.
answer refuse_waiting(command_desk::impl& desk, const command& asked) {
    desk.refused.add(refusal_code::queue_full);
    if (const auto times = desk.waiting.count_refused()) {
        const auto whose = desk.views.tenant(asked.tenant);
        base::log_warn("A tenant has as many changes waiting as it may: further ones are refused.",
                       {{"tenant", whose ? std::string_view(whose->slug) : std::string_view()},
                        {"times", *times}});
    }
    return refuse(refusal_code::queue_full,
                  "This tenant has as many changes waiting as it may have at a time. Nothing was "
                  "done; try again when some of them are answered.");
}

} // namespace

command_desk::command_desk(writer& writer, directory& directory, desk_options options)
    : impl_(std::make_shared<impl>(writer, directory, options)) {}

void command_desk::submit(command c, std::function<void(answer)> done) {
    const bool always = deprovisions(c);
    if (impl_->disk_full) {
        impl_->refused.add(refusal_code::disk_low);
        done(refuse(refusal_code::disk_low,
                    "The server's disk is full: no change is accepted until the operator has freed "
                    "space. Nothing was done."));
        return;
    }
    if (impl_->disk_low && !always) {
        impl_->refused.add(refusal_code::disk_low);
        done(refuse(refusal_code::disk_low,
                    "The server's disk is nearly full: only deactivating and deleting users is "
                    "accepted until the operator has freed space. Nothing was done."));
        return;
    }
    if (auto* change = std::get_if<change_user>(&c.body); change != nullptr && impl_->disk_low) {
        change->only_least = true;
    }
    held_places places(impl_, c.tenant);
    std::vector<std::string> names;
    bool is_large = false;
    try {
        if (!places.take_waiting(c)) return done(refuse_waiting(*impl_, c));
        if (const auto* erase = std::get_if<erase_user>(&c.body)) {
            names = impl_->views.names_of(c.tenant, erase->id);
        }
        is_large = may_be_large(impl_->views, c);
    } catch (const storage_failure& failure) {
        impl_->refused.add(refusal_code::internal);
        done(refuse(refusal_code::internal, failure.what()));
        return;
    }
    if (is_large && !places.take_large()) {
        impl_->refused.add(refusal_code::queue_full);
        done(refuse(refusal_code::queue_full,
                    "Changes of teams with more than " + std::to_string(members_per_turn_max) +
                        " members are under way already, as many as this tenant may have at a "
                        "time. Nothing was done; try again when they are answered."));
        return;
    }
    const queue_class place = goes_first(c) ? queue_class::first
                              : always      ? queue_class::always
                                            : queue_class::ordinary;
    auto work = std::make_unique<command_submission>(impl_, std::move(c), std::move(names),
                                                     std::move(places), std::move(done));
    static_cast<void>(impl_->log.submit(std::move(work), place));
}

answer command_desk::submit_and_wait(command c) {
    std::promise<answer> told;
    auto heard = told.get_future();
    submit(std::move(c), [&told](answer a) { told.set_value(std::move(a)); });
    return heard.get();
}

void command_desk::record_attempt(attempt a) {
    impl_->refused.add_status(a.status);
    if (++impl_->attempts_waiting > impl_->options.attempts_waiting_max) {
        --impl_->attempts_waiting;
        ++impl_->attempts_dropped;
        return;
    }
    auto work = std::make_unique<attempt_submission>(impl_, std::move(a));
    static_cast<void>(impl_->log.submit(std::move(work), queue_class::ordinary));
}

std::uint64_t command_desk::attempts_dropped() const {
    return impl_->attempts_dropped;
}

std::vector<refusal_count> command_desk::refusals() const {
    return impl_->refused.read();
}

void command_desk::note_key_uses(std::vector<key_use> uses) {
    auto work = std::make_unique<key_use_submission>(impl_, std::move(uses));
    static_cast<void>(impl_->log.submit(std::move(work), queue_class::ordinary));
}

std::size_t command_desk::sweep() {
    const auto rows = impl_->views.snapshot();
    const base::moment now = base::now();
    auto old =
        expired_once(*rows, now, impl_->options.idempotency_age_max, impl_->options.sweep_rows_max);
    auto tenants = tenants_with_expired_attempts(*rows, impl_->options.attempts, now,
                                                 impl_->options.sweep_rows_max);
    const std::size_t found = old.size() + tenants.size();
    if (found == 0) return 0;
    std::promise<bool> told;
    auto swept = told.get_future();
    auto work = std::make_unique<sweep_submission>(impl_, std::move(old), std::move(tenants),
                                                   std::move(told));
    if (!impl_->log.submit(std::move(work), queue_class::ordinary)) return 0;
    return swept.get() ? found : 0;
}

void command_desk::set_disk_low(bool low) {
    impl_->disk_low = low;
}

void command_desk::set_disk_full(bool full) {
    impl_->disk_full = full;
}

} // namespace rollcall::projections
