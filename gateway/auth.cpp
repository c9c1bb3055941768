#include "gateway/auth.hpp"

#include "gateway/bearer_key.hpp"
#include "gateway/http/text.hpp"

#include <atomic>
#include <cstring>
#include <unordered_map>

namespace rollcall::gateway {
namespace {

struct digest_hash {
    std::size_t operator()(const eventlog::digest& d) const noexcept {
        std::size_t first = 0; // a digest is as good a hash as any
        std::memcpy(&first, d.data(), sizeof first);
        return first;
    }
};

/// What one thread remembers, and of which authenticator at which epoch.
struct known_keys {
    std::uint64_t instance = 0;
    std::uint64_t epoch = 0;
    std::unordered_map<eventlog::digest, std::shared_ptr<const key_holder>, digest_hash> holders;
};

thread_local known_keys known;

/// Who owns the key, and whether he still has the rights that it stands on. What is revoked with
/// them says so itself; that he has them is looked up all the same.
key_owner owner_of(const projections::directory& directory, const projections::key_state& key) {
    using eventlog::rights_end;
    if (!key.owner) return {};
    const auto admin = directory.admin(key.tenant, *key.owner);
    key_owner owner;
    owner.name = admin && !admin->content.name.empty() ? admin->content.name : key.owner->text();
    if (key.revoked) {
        // Somebody may have asked for that before the owner went.
        if (key.because != rights_end::asked) owner.end = key.because;
    } else if (!admin || admin->core.disabled) {
        owner.end = rights_end::owner_disabled;
    } else if (!eventlog::may_own_keys(admin->core.role)) {
        owner.end = rights_end::owner_demoted;
    }
    return owner;
}

std::uint64_t next_instance() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1) + 1;
}

std::optional<auth_problem> judge(const key_holder& holder, base::moment now) {
    if (holder.tenant.deleted) return auth_problem::tenant_deleted;
    if (holder.owner.end) return auth_problem::owner_gone;
    if (holder.key.revoked) return auth_problem::revoked;
    if (holder.key.expires_at && *holder.key.expires_at <= now) return auth_problem::expired;
    return std::nullopt;
}

} // namespace

std::string_view name_of(auth_problem problem) {
    switch (problem) {
    case auth_problem::missing: return "missing";
    case auth_problem::admin_token: return "admin_token";
    case auth_problem::malformed: return "malformed";
    case auth_problem::unknown: return "unknown";
    case auth_problem::revoked: return "revoked";
    case auth_problem::expired: return "expired";
    case auth_problem::tenant_deleted: return "tenant_deleted";
    case auth_problem::owner_gone: return "owner_gone";
    }
    return "";
}

std::string describe(const auth_outcome& outcome) {
    switch (*outcome.problem) {
    case auth_problem::missing:
        return "Send the key of the provisioning settings as: Authorization: Bearer rc_…";
    case auth_problem::admin_token:
        return "This is a token of the admin API (rca_…); it opens no SCIM. Send a key of the "
               "provisioning settings (rc_…).";
    case auth_problem::malformed:
        return "The bearer token is not a key of this server: a key begins with rc_ and has 52 "
               "characters. Copy it again, whole.";
    case auth_problem::unknown:
        return "This key is not known here. Copy it again, or make a new one in the provisioning "
               "settings.";
    case auth_problem::revoked:
        return "This key was revoked. Make a new one in the provisioning settings.";
    case auth_problem::expired:
        return "This key has expired. Make a new one in the provisioning settings.";
    case auth_problem::tenant_deleted: return "The tenant of this key was deleted.";
    case auth_problem::owner_gone: {
        const key_owner& owner = outcome.holder->owner;
        return "This key ended with the rights of its owner " + owner.name + ", who " +
               std::string(eventlog::rights_end_words(*owner.end)) +
               ". Have an admin make a new one in the provisioning settings.";
    }
    }
    return "";
}

std::string_view bearer_token(std::string_view authorization) {
    constexpr std::string_view scheme = "bearer";
    std::string_view token;
    std::string_view rest = http::trim(authorization);
    while (rest.size() > scheme.size() &&
           http::equal_without_case(rest.substr(0, scheme.size()), scheme) &&
           (rest[scheme.size()] == ' ' || rest[scheme.size()] == '\t')) {
        rest = http::trim(rest.substr(scheme.size()));
        token = rest;
    }
    return token;
}

authenticator::authenticator(const projections::directory& directory, key_usage& usage,
                             const limits& bounds, const profiles::profile_shelf& profiles)
    : directory_(directory),
      usage_(usage),
      known_keys_max_(bounds.known_keys_max),
      paces_(bounds.tenant_requests),
      inputs_(bounds.input_bytes_tenant_max),
      profiles_(profiles),
      instance_(next_instance()) {}

auth_outcome authenticator::identify(std::string_view authorization, base::moment now) const {
    const std::string_view token = bearer_token(authorization);
    if (token.empty()) return {nullptr, auth_problem::missing};
    if (is_admin_token(token)) return {nullptr, auth_problem::admin_token};
    if (!is_bearer_key(token)) return {nullptr, auth_problem::malformed};
    const eventlog::digest hash = secret_hash(token);

    // The epoch is read before the rows: if they change in between, what is remembered is too old.
    const std::uint64_t epoch = directory_.access_epoch();
    if (known.instance != instance_ || known.epoch != epoch) {
        known.holders.clear();
        known.instance = instance_;
        known.epoch = epoch;
    }
    auth_outcome outcome;
    if (const auto found = known.holders.find(hash); found != known.holders.end()) {
        outcome.holder = found->second;
    } else {
        outcome = look_up(hash);
        if (!outcome.holder) return outcome;
        if (known.holders.size() >= known_keys_max_) known.holders.clear();
        known.holders.emplace(hash, outcome.holder);
    }
    outcome.problem = judge(*outcome.holder, now);
    if (!outcome.problem) key_usage::note(*outcome.holder->used, now);
    return outcome;
}

auth_outcome authenticator::look_up(const eventlog::digest& hash) const {
    auto key = directory_.key_by_secret(hash);
    if (!key || !equal_in_constant_time(key->secret_hash, hash)) {
        return {nullptr, auth_problem::unknown};
    }
    auto tenant = directory_.tenant(key->tenant);
    if (!tenant) return {nullptr, auth_problem::unknown};
    auto cell = usage_.cell(key->tenant, key->id);
    auto pace = paces_.of(key->tenant);
    auto input = inputs_.of(key->tenant);
    auto product = terms_of(*tenant, *key, *profiles_.book());
    auto owner = owner_of(directory_, *key);
    return {std::make_shared<const key_holder>(
                key_holder{std::move(*key), std::move(*tenant), std::move(cell), std::move(pace),
                           std::move(input), std::move(product), std::move(owner)}),
            std::nullopt};
}

} // namespace rollcall::gateway
