#include "projections/command_submission.hpp"

#include "eventlog/base/log.hpp"
#include "projections/read.hpp"

#include <utility>

namespace rollcall::projections {

using namespace eventlog;

namespace {

/// Refusals that an admin would look for later. The others are the caller's own affair (a version
/// that moved) or the server's (a full queue).
bool worth_keeping(refusal_code code) {
    switch (code) {
    case refusal_code::invalid:
    case refusal_code::name_taken:
    case refusal_code::other_person:
    case refusal_code::seat_limit:
    case refusal_code::tenant_deleted:
    case refusal_code::scim_disabled:
    case refusal_code::request_open:
    case refusal_code::four_eyes:
    case refusal_code::unknown_member: return true;
    case refusal_code::not_found:
    case refusal_code::precondition_failed:
    case refusal_code::tenant_exists:
    case refusal_code::key_revoked:
    case refusal_code::not_permitted:
    case refusal_code::admin_disabled:
    case refusal_code::profile_changed:
    case refusal_code::unknown_plan:
    case refusal_code::plan_exists:
    case refusal_code::not_active:
    case refusal_code::no_request:
    case refusal_code::role_missing:
    case refusal_code::idempotency_reused:
    case refusal_code::disk_low:
    case refusal_code::queue_full:
    case refusal_code::expired:
    case refusal_code::stopped:
    case refusal_code::unknown:
    case refusal_code::internal: return false;
    }
    return false;
}

entity subject_kind(const command_body& body) {
    if (std::holds_alternative<create_tenant>(body) || std::holds_alternative<set_tenant>(body) ||
        std::holds_alternative<delete_tenant>(body) ||
        std::holds_alternative<take_plan_terms>(body) || std::holds_alternative<set_sso>(body) ||
        std::holds_alternative<clear_sso>(body) || std::holds_alternative<set_mapping>(body)) {
        return entity::tenant;
    }
    if (std::holds_alternative<create_key>(body) || std::holds_alternative<set_key_expiry>(body) ||
        std::holds_alternative<revoke_key>(body)) {
        return entity::key;
    }
    if (std::holds_alternative<create_admin>(body) ||
        std::holds_alternative<set_admin_role>(body) ||
        std::holds_alternative<disable_admin>(body) ||
        std::holds_alternative<create_admin_token>(body) ||
        std::holds_alternative<link_admin>(body)) {
        return entity::admin;
    }
    if (std::holds_alternative<create_plan>(body) || std::holds_alternative<set_plan>(body)) {
        return entity::plan;
    }
    if (std::holds_alternative<create_team>(body) || std::holds_alternative<change_team>(body) ||
        std::holds_alternative<delete_team>(body)) {
        return entity::team;
    }
    return entity::user;
}

/// The plan that a command is about.
std::string_view plan_of(const command_body& body) {
    if (const auto* create = std::get_if<create_plan>(&body)) return create->name;
    if (const auto* set = std::get_if<set_plan>(&body)) return set->name;
    return {};
}

/// Fills in what was tried with which team; false for commands that are not about one.
bool about_team(const row_reader& rows, const command& asked, attempt& a) {
    if (const auto* create = std::get_if<create_team>(&asked.body)) {
        a.action = "create team";
        a.who = create->wish.content.name_key;
        return true;
    }
    subject_id id{};
    if (const auto* change = std::get_if<change_team>(&asked.body)) {
        a.action = "change team";
        id = change->id;
    } else if (const auto* remove = std::get_if<delete_team>(&asked.body)) {
        a.action = "delete team";
        id = remove->id;
    } else {
        return false;
    }
    const auto team = read_team(rows, asked.tenant, id);
    a.who = team ? team->content.name_key : id.text();
    return true;
}

/// What was tried, in words, and on whom; nothing for commands that are about neither a person nor
/// a team.
std::optional<attempt> attempt_of(const row_reader& rows, const command& asked) {
    attempt a;
    a.tenant = asked.tenant;
    a.by = asked.by;
    a.request_id = asked.request_id;
    if (about_team(rows, asked, a)) return a;
    if (const auto* create = std::get_if<create_user>(&asked.body)) {
        a.action = "create user";
        a.who = create->wish.content.user_name_key;
        return a;
    }
    subject_id id{};
    if (const auto* change = std::get_if<change_user>(&asked.body)) {
        a.action = change->deprovisions ? "deactivate user" : "change user";
        id = change->id;
    } else if (const auto* remove = std::get_if<delete_user>(&asked.body)) {
        a.action = "delete user";
        id = remove->id;
    } else if (const auto* assign = std::get_if<assign_role>(&asked.body)) {
        a.action = "assign role";
        id = assign->id;
    } else if (const auto* approve = std::get_if<approve_request>(&asked.body)) {
        a.action = "approve request";
        id = approve->id;
    } else {
        return std::nullopt;
    }
    const auto user = read_user(rows, asked.tenant, id);
    a.who = user ? user->content.user_name_key : id.text();
    return a;
}

} // namespace

command_submission::command_submission(desk d, command asked,
                                       std::vector<std::string> names_to_forget, held_places places,
                                       std::function<void(answer)> tell)
    : desk_(std::move(d)),
      asked_(std::move(asked)),
      names_to_forget_(std::move(names_to_forget)),
      places_(std::move(places)),
      tell_(std::move(tell)) {
    tenant = asked_.tenant;
    deadline = std::chrono::steady_clock::now() + desk_->options.deadline;
}

command_submission::~command_submission() {
    places_.leave();
    if (!tell_) return;
    desk_->refused.add(refusal_code::queue_full);
    tell_(refuse(refusal_code::queue_full,
                 "Too much is waiting, or the server is stopping. Nothing was done; try again in a "
                 "moment."));
}

bool command_submission::decide(turn& t) {
    const base::moment now = t.time();
    if (recorded_ > 0) return carry_out(t, now);
    if (asked_.once && repeats(t.rows(), now)) return false;
    auto decided = projections::decide(t.rows(), t.links(), t.keys(), asked_, now, moves_);
    if (!decided) {
        keep_refusal(t, decided.error(), now);
        answer_ = tl::unexpected(std::move(decided.error()));
        return false;
    }
    decided_ = std::move(*decided);
    if (decided_.undecided) return true;
    keep_faults(t, decided_.faults, now);
    return carry_out(t, now);
}

void command_submission::complete(submission_outcome outcome, position) noexcept {
    desk_->notes.settle(noted_);
    places_.leave();
    switch (outcome) {
    case submission_outcome::done: finish(); break;
    case submission_outcome::expired:
        answer_ = refuse(refusal_code::expired,
                         "The server was too busy to take its turn in time. Nothing was done; "
                         "try again.");
        break;
    case submission_outcome::voided:
        answer_ = refuse(refusal_code::internal,
                         "The server could not carry this out. Nothing was done; try again, and "
                         "look at the server's log if it happens again.");
        break;
    case submission_outcome::unknown:
        answer_ = refuse(refusal_code::unknown,
                         "The disk did not confirm the change: it may or may not have been "
                         "made. Read the resource before you repeat the request.");
        break;
    case submission_outcome::stopped:
        answer_ = refuse(refusal_code::stopped,
                         "The server is stopping. Nothing was done; try again in a moment.");
        break;
    }
    if (!answer_) desk_->refused.add(answer_.error().code);
    std::exchange(tell_, nullptr)(std::move(answer_));
}

tenant_no command_submission::once_scope() const {
    return std::holds_alternative<create_tenant>(asked_.body) ? tenant_no{0} : asked_.tenant;
}

/// True if this command was answered before: then answer_ is that answer, or says that the key
/// was meant for something else.
bool command_submission::repeats(const row_reader& rows, base::moment now) {
    once_hash_ = hash_once(asked_.by, asked_.once->key);
    const auto known =
        find_once(rows, once_scope(), once_hash_, now, desk_->options.idempotency_age_max);
    if (!known) return false;
    if (known->request != asked_.once->request) {
        answer_ = refuse(refusal_code::idempotency_reused,
                         "This Idempotency-Key was used for another request. Use a new key for "
                         "each request, and the same key only to repeat it.");
        return true;
    }
    done d;
    d.what = known->what;
    d.repeated = true;
    switch (known->about) {
    case entity::tenant: d.tenant = read_tenant(rows, known->tenant); break;
    case entity::key: d.key = read_key(rows, known->tenant, known->subject); break;
    case entity::team: d.team = read_team(rows, known->tenant, known->subject); break;
    case entity::admin: d.admin = read_admin(rows, known->tenant, known->subject); break;
    case entity::plan: d.plan = read_plan(rows, plan_of(asked_.body)); break;
    case entity::user:
        // Where there was an event, the user of then is read from it when all is done.
        event_subject_ = known->subject;
        if (known->seq.value == 0) d.user = read_user(rows, known->tenant, known->subject);
        break;
    }
    event_tenant_ = known->tenant;
    event_seq_ = known->seq;
    answer_ = std::move(d);
    return true;
}

/// Records what was decided, or the next part of it. Its answer stands when all is recorded.
bool command_submission::carry_out(turn& t, base::moment now) {
    if (!decided_.events.empty()) {
        const bool first = recorded_ == 0;
        auto now_so = record_part(t, now);
        if (!now_so) {
            recorded_ = decided_.events.size(); // nothing more is tried
            answer_ = first ? refuse(refusal_code::internal, now_so.error().message)
                            : refuse(refusal_code::unknown,
                                     "Only a part of it was done: " + now_so.error().message +
                                         ". Send the request again.");
            return false;
        }
        now_so_ = std::move(*now_so);
    }
    if (!unfinished()) finish_turn(t, now);
    return true;
}

/// The answer, and the memory of it, with the last of the events.
void command_submission::finish_turn(turn& t, base::moment now) {
    done d;
    d.what = decided_.what;
    d.needs_password = decided_.needs_password;
    d.faults = std::move(decided_.faults);
    once_record outcome;
    outcome.what = d.what;
    outcome.about = subject_kind(asked_.body);
    outcome.tenant = asked_.tenant;
    if (!decided_.events.empty()) {
        d.tenant = std::move(now_so_.tenant);
        d.key = std::move(now_so_.key);
        d.user = std::move(now_so_.user);
        d.team = std::move(now_so_.team);
        d.admin = std::move(now_so_.admin);
        d.plan = std::move(now_so_.plan);
        outcome.tenant = decided_.events.back().tenant;
        outcome.subject = decided_.events.back().subject;
        outcome.seq = event_seq_;
    } else {
        if (decided_.key) outcome.subject = decided_.key->id;
        if (decided_.user) outcome.subject = decided_.user->id;
        if (decided_.team) outcome.subject = decided_.team->id;
        if (decided_.admin) outcome.subject = decided_.admin->id;
        if (decided_.plan) outcome.subject = decided_.plan->id;
        d.tenant = std::move(decided_.tenant);
        d.key = std::move(decided_.key);
        d.user = std::move(decided_.user);
        d.team = std::move(decided_.team);
        d.admin = std::move(decided_.admin);
        d.plan = std::move(decided_.plan);
    }
    if (asked_.once && !d.needs_password) {
        outcome.request = asked_.once->request;
        outcome.time = now;
        put_once(t.rows(), once_scope(), once_hash_, outcome);
    }
    answer_ = std::move(d);
}

/// Records events in order, all of them or as many as one turn may; gives what the last one leaves.
base::result<entities> command_submission::record_part(turn& t, base::moment now) {
    base::result<entities> now_so;
    std::size_t people = 0;
    while (unfinished()) {
        event& fact = decided_.events[recorded_];
        if (const auto* moved = std::get_if<members_changed>(&fact.body)) {
            const bool first = people == 0;
            people += moved->added.size() + moved->removed.size();
            if (decided_.in_parts && !first && people > members_per_turn_max) break;
        }
        // When it was decided, for what a fact says of that moment has to agree with it. A part of
        // a later turn has that turn's, for others' events may have come in between.
        fact.time = now;
        now_so = record(t, std::move(fact));
        if (!now_so) break;
        ++recorded_;
    }
    return now_so;
}

/// Puts the event into the log and what follows from it into the rows.
base::result<entities> command_submission::record(turn& t, event fact) {
    if (asked_.once) fact.idempotency = once_hash_;
    if (std::holds_alternative<tenant_created>(fact.body)) {
        t.keys().create_tenant(t.rows(), fact.tenant);
    }
    if (std::holds_alternative<user_created>(fact.body) ||
        std::holds_alternative<team_created>(fact.body) ||
        std::holds_alternative<admin_created>(fact.body)) {
        const auto key = t.keys().create_subject(t.rows(), fact.tenant, fact.subject);
        if (!key) return tl::unexpected(key.error());
    }
    note_access(fact);
    const auto place = t.emit(fact);
    if (!place) return tl::unexpected(place.error());
    event_tenant_ = fact.tenant;
    event_seq_ = place->seq;
    const event_header header{fact.tenant,  place->seq,         fact.time,
                              fact.subject, place->sealed_hash, fact.by};
    if (std::holds_alternative<user_erased>(fact.body)) forget(t, fact, decided_.user);
    auto now_so = project(t.rows(), t.keys(), header, fact.body, decided_.user);
    // What comes next of him stands on what he is by now.
    if (now_so && now_so->user) decided_.user = now_so->user;
    return now_so;
}

/// What has to be told when it is durable: that keys or rights changed, and whose ended.
void command_submission::note_access(const event& fact) {
    const entity about = entity_of(type_of(fact.body));
    if (about == entity::tenant || about == entity::key || about == entity::admin) {
        access_changed_ = true;
    }
    const auto* revoked = std::get_if<key_revoked>(&fact.body);
    if (revoked == nullptr || revoked->because == rights_end::asked) return;
    ++keys_ended_;
    if (asked_.by.kind == actor_kind::key && asked_.by.id == fact.subject) own_key_ended_ = true;
}

void command_submission::tell_of_ended_keys() const {
    if (keys_ended_ == 0) return;
    const std::string by = asked_.by.id.text();
    base::log_warn(own_key_ended_ ? "A request over SCIM ended the access of its own key's owner, "
                                    "and the key with it: provisioning stops until it gets another."
                                  : "Keys ended with the rights of the admin who owned them.",
                   {{"tenant_number", std::uint64_t{asked_.tenant.value}},
                    {"keys", std::uint64_t{keys_ended_}},
                    {"by", std::string_view(by)},
                    {"request", std::string_view(asked_.request_id)}});
}

void command_submission::forget(turn& t, const event& fact, const std::optional<user_state>& user) {
    keyring::destroy_subject(t.rows(), fact.tenant, fact.subject);
    if (user) names_to_forget_.push_back(user->content.user_name_key);
    names_to_forget_.push_back(fact.subject.text());
    noted_rows rows(t, desk_->notes, noted_);
    for (const std::string& name : names_to_forget_) {
        drop_attempts(rows, t.keys(), fact.tenant, name);
    }
}

void command_submission::keep_refusal(turn& t, const refusal& why, base::moment now) {
    if (!worth_keeping(why.code)) return;
    auto a = attempt_of(t.rows(), asked_);
    if (!a) return;
    a->code = static_cast<std::uint16_t>(why.code);
    a->reason = why.message;
    keep(t, *a, now);
}

void command_submission::keep_faults(turn& t, const std::vector<fault>& faults, base::moment now) {
    if (faults.empty()) return;
    auto a = attempt_of(t.rows(), asked_);
    if (!a) return;
    for (const fault& f : faults) {
        a->reason = f.message;
        keep(t, *a, now);
    }
}

void command_submission::keep(turn& t, const attempt& a, base::moment now) {
    // What is kept beside the log must not decide what happens in it: a damaged row of attempts
    // would else keep a user from being deactivated.
    try {
        noted_rows rows(t, desk_->notes, noted_);
        if (enter_attempt(rows, t.keys(), desk_->options.attempts, a, now)) return;
    } catch (const storage_failure& failure) {
        base::log_error("An attempt cannot be kept.",
                        {{"reason", std::string_view(failure.what())}});
    }
    ++desk_->attempts_dropped;
}

void command_submission::finish() {
    if (!answer_) return;
    if (access_changed_) desk_->views.bump_access_epoch();
    tell_of_ended_keys();
    if (event_seq_.value == 0) return;
    try {
        answer_->at = desk_->views.position_of(event_tenant_, event_seq_);
        if (answer_->repeated && answer_->what != done::kind::deleted && !event_subject_.is_nil()) {
            answer_->user = desk_->views.user_after(event_tenant_, event_subject_, event_seq_);
        }
    } catch (const storage_failure& failure) {
        answer_ = refuse(refusal_code::unknown, failure.what());
    }
}

} // namespace rollcall::projections
