#include "cli/restore.hpp"

#include "eventlog/backup_census.hpp"
#include "eventlog/backup_keys.hpp"
#include "eventlog/backup_walk.hpp"
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "eventlog/witness.hpp"
#include "projections/lost_people.hpp"
#include "projections/read.hpp"
#include "projections/rebuild.hpp"
#include "projections/state_hash.hpp"

#include <chrono>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace rollcall::cli {
namespace {

using namespace eventlog;
namespace fs = std::filesystem;

constexpr std::size_t batch_records_max = 2000;
constexpr std::size_t batch_bytes_max = 4u << 20;
constexpr std::size_t crc_size = 4; ///< behind each record; given again with its place

/// Gathers changes of table::keys.
class key_rows final : public row_editor {
  public:
    explicit key_rows(const store& log) : log_(log) {}

    bool get(table t, std::string_view key, std::string& value) const override {
        return log_.get(t, key, value);
    }

    void put(table t, std::string_view key, std::string_view value) override {
        all.push_back({t, std::string(key), std::string(value)});
    }

    void erase(table t, std::string_view key) override {
        all.push_back({t, std::string(key), std::nullopt});
    }

    std::vector<row_change> all;

  private:
    const store& log_;
};

/// Leaves the directory empty unless it was completed.
class unfinished {
  public:
    explicit unfinished(data_directory& home) : home_(&home) {}

    ~unfinished() {
        if (home_ != nullptr) home_->give_up_restore();
    }

    unfinished(const unfinished&) = delete;
    unfinished& operator=(const unfinished&) = delete;

    void finished() { home_ = nullptr; }

  private:
    data_directory* home_;
};

gone_subjects counted(const std::vector<event>& facts) {
    gone_subjects out;
    for (const event& fact : facts) {
        const event_type type = type_of(fact.body);
        out.users += type == event_type::user_erased ? 1 : 0;
        out.teams += type == event_type::team_deleted ? 1 : 0;
        // Not those who have a name still, and go with the user that they were.
        const auto* admin = std::get_if<eventlog::admin_disabled>(&fact.body);
        out.admins += admin != nullptr && admin->because == eventlog::rights_end::asked ? 1 : 0;
    }
    return out;
}

class restorer {
  public:
    restorer(const restore_wish& wish, admin::job_progress& progress)
        : wish_(wish), progress_(progress) {}

    base::result<restore_report> run();

  private:
    base::result<void> look();
    base::result<void> check_authors();
    base::result<void> open();
    base::result<void> load_events();
    base::result<void> load_keys();
    base::result<void> settle_missing();
    [[nodiscard]] bool erased_since() const;
    base::result<void> add_facts(const std::vector<event>& facts);
    base::result<void> make_state();
    base::result<void> compare_states();
    base::result<void> flush_records();
    [[nodiscard]] base::result<void> go_on() const;

    const restore_wish& wish_;
    admin::job_progress& progress_;
    backup_manifest told_;
    position until_;
    std::optional<backup_keys_head> keys_;
    history_proof history_;
    backup_census census_;
    std::set<tenant_no> changed_; ///< tenants about which something had to be said
    data_directory home_;
    std::unique_ptr<store> log_;
    std::vector<record_draft> batch_;
    std::size_t batch_bytes_ = 0;
    restore_report report_;
};

base::result<restore_report> restorer::run() {
    const auto began = std::chrono::steady_clock::now();
    if (auto looked = look(); !looked) return tl::unexpected(looked.error());
    auto home = data_directory::begin_restore(wish_.data, wish_.master_key);
    if (!home) return tl::unexpected(home.error());
    home_ = std::move(*home);
    unfinished mark(home_);
    for (const auto step :
         {&restorer::check_authors, &restorer::open, &restorer::load_events, &restorer::load_keys,
          &restorer::settle_missing, &restorer::make_state, &restorer::compare_states}) {
        if (auto done = (this->*step)(); !done) {
            log_.reset();
            return tl::unexpected(done.error());
        }
    }
    report_.head = log_->head();
    if (auto witnessed = write_witness(home_.witness(), *log_, home_.lineage); !witnessed) {
        log_.reset();
        return tl::unexpected(witnessed.error());
    }
    log_.reset();
    if (auto completed = home_.complete(log_origin{told_.lineage, until_}); !completed) {
        return tl::unexpected(completed.error());
    }
    mark.finished();
    report_.lineage = home_.lineage;
    report_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return report_;
}

/// What can be refused before anything is made.
base::result<void> restorer::look() {
    auto told = open_backup(wish_.from);
    if (!told) return tl::unexpected(told.error().why);
    told_ = std::move(*told);
    until_ = wish_.until.value_or(told_.end);
    if (until_ > told_.end) {
        return base::fail(log_errc::not_found, "the backup ends at " + told_.end.text() +
                                                   ", before " + until_.text() +
                                                   ": name at most --until " + told_.end.text());
    }
    report_.from_lineage = told_.lineage;
    report_.upto = until_;
    progress_.total = 3 * until_.offset; // once to load them, twice to make the state

    struct stat info {};

    if (::geteuid() == 0 && ::stat(wish_.data.c_str(), &info) == 0 && info.st_uid != 0) {
        return base::fail(log_errc::foreign_directory,
                          wish_.data.string() + " belongs to another user than root: run this as "
                                                "the one who runs the server, or he could not "
                                                "open the files");
    }
    if (!wish_.keys_from) return {};
    auto head = read_keys_head(*wish_.keys_from);
    if (!head) return tl::unexpected(head.error());
    if (!*head) {
        return base::fail(log_errc::not_found, wish_.keys_from->string() +
                                                   " holds no backup of keys (there is no " +
                                                   std::string(backup_keys_name) + " in it)");
    }
    keys_ = *head;
    history_ = history_proof(*keys_);
    const fs::path file = *wish_.keys_from / backup_keys_name;
    if (auto fits = keys_fit(file, *keys_, told_, history_); !fits) return fits;
    if (wish_.until || keys_->at <= told_.end) return {};
    return base::fail(log_errc::lost_suffix,
                      "the log in " + wish_.from.string() + " ends at " + told_.end.text() +
                          ", but the keys in " + file.string() + " were made at " +
                          keys_->at.text() +
                          ": somebody may have put an older backup in its place, in which who has "
                          "left since is still there, or the last run of `rollcall backup create` "
                          "was cut short. Run it again if the data directory is still there, or "
                          "look for a newer backup; if there is none and you know why this one is "
                          "older, say so with --until " +
                          told_.end.text());
}

/// Whoever could write to the backup may have put in what he liked: nothing is taken over before
/// its signature is right.
base::result<void> restorer::check_authors() {
    if (auto log = check_author(wish_.from, told_, home_.master); !log) return log;
    if (!wish_.keys_from) return {};
    return check_keys_author(*wish_.keys_from, backup_signer(home_.master),
                             [this] { return !progress_.stopping; });
}

base::result<void> restorer::open() {
    store_options how;
    how.directory = home_.database();
    how.rows_version = 0; // of nobody: what is derived is made below
    how.sync_commits = false;
    auto opened = store::open(std::move(how));
    if (!opened) return tl::unexpected(opened.error());
    log_ = std::move(*opened);
    return {};
}

base::result<void> restorer::load_events() {
    const auto walked = walk_backup(
        wish_.from, told_, until_,
        [this](const record_view& record, std::string_view bytes) -> base::result<void> {
            census_.take(record);
            history_.take(record);
            record_draft draft;
            draft.tenant = record.tenant;
            draft.seq = record.seq;
            draft.subject = record.subject;
            draft.time = record.time;
            draft.hash = record.hash;
            draft.sealed_hash = record.sealed_hash;
            draft.bytes = bytes.substr(0, bytes.size() - crc_size);
            batch_bytes_ += bytes.size();
            batch_.push_back(std::move(draft));
            ++progress_.done;
            if (batch_.size() < batch_records_max && batch_bytes_ < batch_bytes_max) return {};
            if (auto on = go_on(); !on) return on;
            return flush_records();
        });
    if (!walked) return tl::unexpected(walked.error().why);
    return flush_records();
}

base::result<void> restorer::flush_records() {
    if (batch_.empty()) return {};
    const auto at = log_->commit(batch_, {});
    if (!at) return tl::unexpected(at.error());
    batch_.clear();
    batch_bytes_ = 0;
    return {};
}

base::result<void> restorer::go_on() const {
    if (!progress_.stopping) return {};
    return base::fail(log_errc::stopped, "the restore was stopped");
}

base::result<void> restorer::load_keys() {
    if (!keys_) return {};
    if (auto fits = keys_fit(*wish_.keys_from / backup_keys_name, *keys_, told_, history_); !fits) {
        return fits;
    }
    key_rows rows(*log_);
    const auto write = [&]() -> base::result<void> {
        report_.keys += rows.all.size();
        auto written = log_->write_unsynced(rows.all);
        rows.all.clear();
        return written;
    };
    const backup_signer author(home_.master);
    const auto read =
        read_keys(*wish_.keys_from, &author,
                  [&](std::string_view row, std::string_view value) -> base::result<void> {
                      // Who was erased stays erased, whatever an older backup of the keys has.
                      if (!census_.wants(row)) return {};
                      rows.put(table::keys, row, value);
                      return rows.all.size() < batch_records_max ? base::result<void>{} : write();
                  });
    if (!read) return tl::unexpected(read.error());
    if (*read != *keys_) {
        return damaged_backup(*wish_.keys_from / backup_keys_name,
                              "it was replaced while it was read");
    }
    return write();
}

/// Whether who is missing was erased after `until_`: the keys are newer, and this log up to there
/// is a part of their history. Events behind `until_`, as far as they hold, may prove it.
bool restorer::erased_since() const {
    if (!keys_ || keys_->at <= until_) return false;
    if (history_.proven() >= until_) return true;
    position upto = told_.end;
    for (;;) {
        history_proof further(*keys_);
        const auto walked =
            walk_backup(wish_.from, told_, upto, [&](const record_view& record, std::string_view) {
                further.take(record);
                return go_on();
            });
        if (walked) return !further.contradiction() && further.proven() >= until_;
        // Up to where it is whole it is what was signed.
        if (walked.error().whole >= upto) return false;
        upto = walked.error().whole;
    }
}

/// Nobody may be in the state whom nobody can read: who has no key is erased, by a fact. Newer keys
/// without him say that he was; else his loss has to be accepted by name.
base::result<void> restorer::settle_missing() {
    const missing_keys missing = census_.missing();
    if (missing.none()) return {};
    const bool newer = erased_since();
    if (!wish_.accept_missing_keys && !(newer && missing.tenants.empty())) {
        const std::string who = std::to_string(missing.subjects.size()) +
                                " people, teams and admins and " +
                                std::to_string(missing.tenants.size()) + " tenants";
        const std::string right = ". Name the keys that were backed up with the log, or later";
        std::string what;
        if (!keys_) {
            what = "without the backup of the keys (--keys-from) nobody can read " + who + right;
        } else if (keys_->at > until_ && !newer) {
            what =
                not_proven_text(*wish_.keys_from / backup_keys_name, *keys_, until_, history_, who);
        } else {
            what = who + " have no key in " + wish_.keys_from->string() + ", which was made at " +
                   keys_->at.text() + right;
        }
        return base::fail(log_errc::missing_keys,
                          what + ". Only if there are none: --accept-missing-keys erases those "
                                 "people for good, and providers have to push them again");
    }
    keyring keys(make_local_wrapper(home_.master));
    key_rows rows(*log_);
    for (const tenant_no tenant : missing.tenants)
        keys.create_tenant(rows, tenant);
    if (auto written = log_->write_unsynced(rows.all); !written) return written;
    const auto facts = projections::facts_of_loss(*log_, missing.subjects, base::now());
    if (!facts) return tl::unexpected(facts.error());
    (newer ? report_.erased_since : report_.lost) = counted(*facts);
    return add_facts(*facts);
}

base::result<void> restorer::add_facts(const std::vector<event>& facts) {
    tenant_no tenant;
    chain_head head;
    for (const event& fact : facts) {
        if (fact.tenant != tenant || head.seq.value == 0) {
            if (auto written = flush_records(); !written) return written;
            tenant = fact.tenant;
            const auto stands = log_->chain(tenant);
            if (!stands) return base::fail(log_errc::out_of_order, "a tenant without events");
            head = *stands;
            changed_.insert(tenant);
        }
        head.seq.value += 1;
        batch_.push_back(draft_record(fact, encode_clear(fact.body), schema_of(fact.body), {},
                                      head.seq, head.hash, 0));
        head.hash = batch_.back().hash;
        if (batch_.size() < batch_records_max) continue;
        if (auto written = flush_records(); !written) return written;
    }
    return flush_records();
}

base::result<void> restorer::make_state() {
    if (auto flushed = log_->flush(); !flushed) return flushed;
    keyring keys(make_local_wrapper(home_.master));
    projections::rebuild_options options;
    const std::uint64_t before = progress_.done;
    options.progress = [&](const projections::rebuild_progress& p) {
        progress_.done = before + p.done;
        progress_.total = before + p.total;
        return !progress_.stopping;
    };
    const auto made = projections::rebuild(*log_, keys, nullptr, nullptr, options);
    if (!made) return tl::unexpected(made.error());
    report_.users = made->users;
    report_.tenants = made->tenants;
    return log_->flush(); // commits were not synced
}

base::result<void> restorer::compare_states() {
    const backup_states& states = told_.states;
    if (states.at != until_ || states.version != projections::projection_version) return {};
    const auto rows = log_->snapshot();
    for (const auto& [tenant, hash] : states.hashes) {
        if (changed_.contains(tenant)) continue;
        ++report_.state_hashes_compared;
        if (projections::read_counters(*rows, tenant).state_hash == hash) continue;
        return base::fail(log_errc::out_of_order,
                          "the state of tenant number " + std::to_string(tenant.value) +
                              " that comes of its events is not the one that was backed up: run "
                              "`rollcall backup verify`, and use another copy of the backup");
    }
    return {};
}

} // namespace

base::result<restore_report> restore(const restore_wish& wish, admin::job_progress& progress) {
    try {
        return restorer(wish, progress).run();
    } catch (const storage_failure& failure) {
        return base::fail(log_errc::storage, failure.what());
    }
}

} // namespace rollcall::cli
