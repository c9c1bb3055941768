// backups.hpp: that a backup can be restored.
#include "eventlog/backup_census.hpp"
#include "eventlog/backup_keys.hpp"
#include "eventlog/backup_walk.hpp"
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/json_writer.hpp"
#include "eventlog/error.hpp"
#include "gateway/admin/backups.hpp"
#include "projections/core_fold.hpp"
#include "projections/rebuild.hpp"
#include "projections/state_hash.hpp"

namespace rollcall::admin {
namespace {

using namespace eventlog;

constexpr std::uint64_t progress_every = 4096;
constexpr std::size_t named_max = 10; ///< of those without a key

/// What was found in the backup of the keys.
struct keys_seen {
    backup_keys_head head;
    missing_keys missing;
    bool newer = false;  ///< than the events
    bool erased = false; ///< who is missing was erased since, as is proven
};

/// Everything that one proof gathers on its way.
struct seen {
    backup_manifest told;
    std::optional<backup_fault> bad;
    backup_census census;
    history_proof history;
    bool states_compared = false;
    std::optional<bool> authenticated; ///< nothing: there is no key to tell
    std::optional<keys_seen> keys;
};

backup_fault stopped_fault() {
    return {
        {make_error_code(log_errc::stopped), "it was ended before it was through: start it again"},
        {},
        {},
        {}};
}

backup_fault folder_fault(const std::filesystem::path& file, base::failure why) {
    return {std::move(why), file, {}, {}};
}

/// All passes of the fold; the first one also takes the census.
backup_result<void> walk_all(const std::filesystem::path& from, seen& s,
                             projections::core_fold& fold, job_progress& progress) {
    bool first = true;
    while (fold.begin_pass()) {
        progress.total = s.told.end.offset * fold.passes_expected();
        auto walked =
            walk_backup(from, s.told, s.told.end,
                        [&](const record_view& record, std::string_view) -> base::result<void> {
                            if (++progress.done % progress_every == 0 && progress.stopping) {
                                return tl::unexpected(stopped_fault().why);
                            }
                            if (first) s.census.take(record);
                            if (first) s.history.take(record);
                            return fold.take(record);
                        });
        if (!walked) return walked;
        fold.end_pass();
        first = false;
    }
    return {};
}

backup_result<void> compare_states(const std::filesystem::path& from, seen& s,
                                   const projections::core_fold& fold) {
    const backup_states& states = s.told.states;
    if (states.version != projections::projection_version || states.at != s.told.end) return {};
    s.states_compared = true;
    const auto hashes = [&] {
        std::map<tenant_no, digest> made;
        for (const auto& [number, tenant] : fold.tenants())
            made[number] = tenant.counters.state_hash;
        return made;
    }();
    for (const auto& [tenant, hash] : states.hashes) {
        const auto mine = hashes.find(tenant);
        if (mine != hashes.end() && mine->second == hash) continue;
        return tl::unexpected(backup_fault{
            damaged_backup(from / backup_manifest_name, "the state hash of tenant number " +
                                                            std::to_string(tenant.value) +
                                                            " is not that of its events")
                .value(),
            from / backup_manifest_name, s.told.end, position{}});
    }
    return {};
}

backup_result<void> look_at_keys(const std::filesystem::path& folder, const backup_signer* author,
                                 seen& s) {
    const std::filesystem::path file = folder / backup_keys_name;
    const auto head = read_keys(folder, author, [&](std::string_view row, std::string_view) {
        s.census.wants(row);
        return base::result<void>{};
    });
    if (!head) return tl::unexpected(folder_fault(file, head.error()));
    if (auto fits = keys_fit(file, *head, s.told, s.history); !fits) {
        return tl::unexpected(folder_fault(file, fits.error()));
    }
    s.keys = keys_seen{*head, s.census.missing(), head->at > s.told.end, false};
    if (s.keys->missing.none()) return {};
    const bool proven = s.history.proven() >= s.told.end;
    s.keys->erased = s.keys->newer && proven && s.keys->missing.tenants.empty();
    if (s.keys->erased) return {};
    const std::string who = std::to_string(s.keys->missing.subjects.size()) +
                            " people, teams and admins and " +
                            std::to_string(s.keys->missing.tenants.size()) + " tenants of this log";
    const bool of_another = s.keys->newer && !proven;
    return tl::unexpected(folder_fault(
        file, {make_error_code(log_errc::missing_keys),
               of_another ? not_proven_text(file, *head, s.told.end, s.history, who)
                          : who + " have no key in " + file.string() +
                                ": use the keys that were backed up with the log, or later"}));
}

/// Before anything else is believed.
backup_result<void> look_at_author(const std::filesystem::path& from,
                                   const std::optional<std::filesystem::path>& keys_from,
                                   const secret_key& master, seen& s,
                                   const job_progress& progress) {
    s.authenticated = false;
    if (auto log = check_author(from, s.told, master); !log) {
        return tl::unexpected(folder_fault(from / backup_manifest_name, log.error()));
    }
    if (keys_from) {
        if (auto keys = check_keys_author(*keys_from, backup_signer(master),
                                          [&] { return !progress.stopping; });
            !keys) {
            return tl::unexpected(folder_fault(*keys_from / backup_keys_name, keys.error()));
        }
    }
    s.authenticated = true;
    return {};
}

backup_result<void> prove(const std::filesystem::path& from,
                          const std::optional<std::filesystem::path>& keys_from,
                          const std::optional<secret_key>& master, seen& s,
                          job_progress& progress) {
    auto told = open_backup(from);
    if (!told) return tl::unexpected(told.error());
    s.told = std::move(*told);
    if (master) {
        if (auto ours = look_at_author(from, keys_from, *master, s, progress); !ours) return ours;
    }
    const std::optional<backup_signer> author =
        master ? std::optional(backup_signer(*master)) : std::nullopt;
    if (keys_from) {
        const auto head = read_keys_head(*keys_from);
        if (!head) return tl::unexpected(folder_fault(*keys_from / backup_keys_name, head.error()));
        if (*head) s.history = history_proof(**head);
    }
    projections::core_fold fold(projections::rebuild_options{}.entries_max);
    if (auto walked = walk_all(from, s, fold, progress); !walked) return walked;
    if (auto same = compare_states(from, s, fold); !same) return same;
    if (!keys_from) return {};
    return look_at_keys(*keys_from, author ? &*author : nullptr, s);
}

void write_keys(base::json_writer& json, const seen& s) {
    json.key("keys").begin_object().member("needed", std::uint64_t{s.census.sealed()});
    if (!s.keys) {
        json.member("looked_at", false).end_object();
        return;
    }
    const missing_keys& missing = s.keys->missing;
    json.member("looked_at", true).member("at", s.keys->head.at.text());
    json.member("made", s.keys->head.made.text()).member("rows", s.keys->head.count);
    json.member("newer", s.keys->newer);
    json.member(s.keys->erased ? "erased_since" : "missing",
                std::uint64_t{missing.subjects.size()});
    json.key("tenants_missing").begin_array();
    for (const tenant_no tenant : missing.tenants)
        json.value(tenant.value);
    json.end_array().key("first").begin_array();
    for (std::size_t i = 0; i < missing.subjects.size() && i < named_max; ++i)
        json.value(missing.subjects.all()[i].id.text());
    json.end_array().end_object();
}

void write_position(base::json_writer& json, std::string_view name, position at) {
    json.key(name);
    if (at.offset == 0) {
        json.null();
    } else {
        json.value(at.text());
    }
}

} // namespace

result<std::string> prove_backup(const std::filesystem::path& from,
                                 const std::optional<std::filesystem::path>& keys_from,
                                 const std::optional<secret_key>& master, job_progress& progress) {
    seen s;
    const auto held = prove(from, keys_from, master, s, progress);
    if (!held && held.error().why.code == log_errc::stopped) {
        return refuse(503, "stopped", held.error().why.message);
    }
    std::string out;
    base::json_writer json(out);
    json.begin_object().member("ok", held.has_value());
    json.member("events", s.told.end.offset).member("end", s.told.end.text());
    json.member("bytes", s.told.bytes()).member("hash", base::hex(s.told.hash()));
    json.member("lineage", s.told.lineage.text()).member("made", s.told.made.text());
    json.member("states_compared", s.states_compared).key("authenticated");
    if (s.authenticated) {
        json.value(*s.authenticated);
    } else {
        json.null();
    }
    write_keys(json, s);
    if (!held) {
        json.key("first_bad").begin_object().member("file", held.error().file.string());
        write_position(json, "position", held.error().at);
        write_position(json, "whole_until", held.error().whole);
        json.member("what", held.error().why.message).end_object();
    }
    json.end_object();
    return out;
}

} // namespace rollcall::admin
