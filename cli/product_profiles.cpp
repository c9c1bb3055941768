#include "cli/product_profiles.hpp"

#include "eventlog/base/log.hpp"

#include <algorithm>

namespace rollcall::cli {
namespace {

/// Tenants that are told of by name; of more only their number.
constexpr std::size_t told_max = 10;

/// `acme (beta), bolt (beta)`; empty if there are none.
std::string names_of(const std::vector<projections::tenant_state>& tenants) {
    std::string named;
    for (std::size_t i = 0; i < std::min(tenants.size(), told_max); ++i) {
        named += (named.empty() ? "" : ", ") + tenants[i].slug + " (" +
                 tenants[i].settings.profile + ")";
    }
    if (tenants.size() <= told_max) return named;
    return named + " and " + std::to_string(tenants.size() - told_max) + " more";
}

std::error_code bad_file() {
    return std::make_error_code(std::errc::invalid_argument);
}

} // namespace

base::result<std::unique_ptr<product_profiles>>
product_profiles::open(std::filesystem::path directory) {
    auto book = profiles::profile_book::open(directory);
    if (!book) return base::fail(bad_file(), book.error());
    std::unique_ptr<product_profiles> made(new product_profiles(std::move(directory)));
    made->shelf_.replace(std::move(*book));
    return made;
}

base::result<void> product_profiles::reload(const projections::directory& views) {
    auto book = profiles::profile_book::open(directory_);
    if (book) {
        if (const auto lost = losers(views, *shelf_.book(), **book); !lost.empty()) {
            book = tl::unexpected("tenants have a profile whose file is gone: " + names_of(lost) +
                                  ". Put the file back, or give them another profile with "
                                  "`rollcall tenant set` first, and change the base URL in their "
                                  "providers' settings if the other has another");
        }
    }
    const std::lock_guard lock(mutex_);
    if (!book) {
        ++reloads_failed_;
        last_failure_ = book.error();
        base::log_error("The profiles were not loaded again; those of before stay in use.",
                        {{"reason", std::string_view(last_failure_)}});
        return base::fail(bad_file(), last_failure_);
    }
    last_failure_.clear();
    for (const std::string& id : profiles::changed_without_version(*shelf_.book(), **book)) {
        base::log_warn("A profile was changed and its version was not raised: events cannot say "
                       "which text they were decided under.",
                       {{"profile", std::string_view(id)}});
    }
    base::log_info("Profiles loaded again.", {{"profiles", std::string_view((*book)->ids())}});
    shelf_.replace(std::move(*book));
    return {};
}

gateway::profile_figures product_profiles::figures(const projections::directory& views) const {
    const std::uint64_t epoch = views.access_epoch();
    const auto book = shelf_.book();
    const std::lock_guard lock(mutex_);
    if (counted_book_ != book || counted_epoch_ != epoch) {
        missing_tenants_ = orphans(views, *book).size();
        counted_book_ = book;
        counted_epoch_ = epoch;
    }
    return {book->all().size(), !last_failure_.empty(), reloads_failed_, missing_tenants_};
}

std::vector<projections::tenant_state>
product_profiles::orphans(const projections::directory& views, const profiles::profile_book& book) {
    auto all = views.tenants();
    std::erase_if(all, [&book](const projections::tenant_state& t) {
        return t.deleted || book.find(t.settings.profile) != nullptr;
    });
    return all;
}

/// Whoever has none already gets none from staying with those of before.
std::vector<projections::tenant_state>
product_profiles::losers(const projections::directory& views, const profiles::profile_book& before,
                         const profiles::profile_book& after) {
    auto all = views.tenants();
    std::erase_if(all, [&](const projections::tenant_state& t) {
        if (t.deleted) return true;
        const auto was = before.find(t.settings.profile);
        const auto now = after.find(t.settings.profile);
        return !was || was->is_shipped() || (now && !now->is_shipped());
    });
    return all;
}

admin::finding product_profiles::look(const projections::directory& views) const {
    using grade = admin::finding::grade;
    {
        const std::lock_guard lock(mutex_);
        if (!last_failure_.empty()) {
            return {grade::bad, "profiles",
                    "the last reload failed, and those of before are in use: " + last_failure_,
                    "Mend the file, try it with `rollcall profile check FILE`, and send SIGHUP"};
        }
    }
    if (const std::string named = names_of(orphans(views, *shelf_.book())); !named.empty()) {
        return {grade::bad, "profiles",
                "tenants have a profile that is not here: " + named +
                    "; of their changes only what deprovisions is accepted",
                "Put its file into the directory of --profiles and send SIGHUP, or give them "
                "another with `rollcall tenant set`"};
    }
    return {grade::good, "profiles", shelf_.book()->ids(), {}};
}

void product_profiles::tell_of_missing(const projections::directory& views) const {
    const std::string named = names_of(orphans(views, *shelf_.book()));
    if (named.empty()) return;
    base::log_error("Tenants have a profile that is not here: of their changes only what "
                    "deprovisions is accepted. Put its file into the directory of --profiles and "
                    "send SIGHUP.",
                    {{"tenants", std::string_view(named)}});
}

} // namespace rollcall::cli
