// What the desk's submissions share, and the one that carries a command through the writer. Only
// the desk's sources include this.
#pragma once

#include "projections/command_desk.hpp"
#include "projections/decide.hpp"
#include "projections/large_changes.hpp"
#include "projections/noted_rows.hpp"
#include "projections/once.hpp"
#include "projections/project.hpp"
#include "projections/waiting_commands.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rollcall::projections {

struct command_desk::impl {
    impl(eventlog::writer& w, directory& d, desk_options o)
        : log(w), views(d), options(o), large(o.large_changes_max), waiting(o.tenant_waiting_max) {}

    eventlog::writer& log;
    directory& views;
    desk_options options;
    pending_notes notes;
    std::atomic<bool> disk_low{false};
    std::atomic<bool> disk_full{false};
    std::atomic<std::size_t> attempts_waiting{0};
    std::atomic<std::uint64_t> attempts_dropped{0};
    refusal_counts refused;
    large_changes large;
    waiting_commands waiting;
};

/// What one command has of its tenant's shares, until it is answered.
class held_places {
  public:
    using desk = std::shared_ptr<command_desk::impl>;

    held_places(desk d, tenant_no whose) : desk_(std::move(d)), whose_(whose) {}

    held_places(held_places&& other) noexcept
        : desk_(std::move(other.desk_)),
          whose_(other.whose_),
          waits_(std::exchange(other.waits_, false)),
          is_large_(std::exchange(other.is_large_, false)) {}

    held_places& operator=(held_places&&) = delete;

    ~held_places() { leave(); }

    /// False if the tenant has no such place left; so with take_large().
    bool take_waiting(const command& asked) {
        if (!waiting_commands::is_counted(asked)) return true;
        return waits_ = desk_->waiting.enter(asked);
    }

    bool take_large() { return is_large_ = desk_->large.enter(whose_); }

    void leave() {
        if (std::exchange(waits_, false)) desk_->waiting.leave(whose_);
        if (std::exchange(is_large_, false)) desk_->large.leave(whose_);
    }

  private:
    desk desk_;
    tenant_no whose_;
    bool waits_ = false;
    bool is_large_ = false;
};

/// One command: decides and records in its turn, answers when the outcome is durable. What would
/// keep the writer for long is looked up in several turns (decision::undecided) and recorded in
/// several (decision::in_parts). A submission that the writer does not take answers when it is
/// destroyed.
class command_submission final : public eventlog::submission {
  public:
    using desk = std::shared_ptr<command_desk::impl>;

    /// `names_to_forget`: under which attempts of the person to be erased may be kept. `places`: it
    /// gives them back before it answers.
    command_submission(desk d, command asked, std::vector<std::string> names_to_forget,
                       held_places places, std::function<void(answer)> tell);
    ~command_submission() override;

    bool decide(eventlog::turn& t) override;

    [[nodiscard]] bool unfinished() const override {
        return decided_.undecided || recorded_ < decided_.events.size();
    }

    void complete(eventlog::submission_outcome outcome, eventlog::position last) noexcept override;

    command_submission(const command_submission&) = delete;
    command_submission& operator=(const command_submission&) = delete;

  private:
    [[nodiscard]] tenant_no once_scope() const;
    bool repeats(const eventlog::row_reader& rows, base::moment now);
    bool carry_out(eventlog::turn& t, base::moment now);
    void finish_turn(eventlog::turn& t, base::moment now);
    base::result<entities> record(eventlog::turn& t, eventlog::event fact);
    base::result<entities> record_part(eventlog::turn& t, base::moment now);
    void note_access(const eventlog::event& fact);
    void tell_of_ended_keys() const;
    void forget(eventlog::turn& t, const eventlog::event& fact,
                const std::optional<user_state>& user);
    void keep_refusal(eventlog::turn& t, const refusal& why, base::moment now);
    void keep_faults(eventlog::turn& t, const std::vector<fault>& faults, base::moment now);
    void keep(eventlog::turn& t, const attempt& a, base::moment now);
    void finish();

    desk desk_;
    command asked_;
    std::vector<std::string> names_to_forget_;
    held_places places_;
    std::function<void(answer)> tell_;
    answer answer_;
    member_moves moves_;
    decision decided_;
    std::size_t recorded_ = 0; ///< of its events
    entities now_so_;          ///< after the last of them
    once_hash once_hash_{};
    tenant_no event_tenant_;
    tenant_seq event_seq_;
    subject_id event_subject_{}; ///< of the recorded answer's user, if one is repeated
    bool access_changed_ = false;
    std::size_t keys_ended_ = 0; ///< with the rights of whoever owns them
    bool own_key_ended_ = false; ///< the one that the command came with among them
    std::vector<std::string> noted_;
};

} // namespace rollcall::projections
