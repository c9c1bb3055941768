#include "gateway/password_office.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/log.hpp"
#include "eventlog/base/random.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rollcall::gateway {
namespace {

tenant_share share_of(const limits& bounds) {
    tenant_share share;
    share.tenant_pages_waiting_max = bounds.tenant_passwords_waiting_max;
    share.tenant_pages_running_max = std::max(1U, bounds.password_threads);
    return share;
}

std::string hash_of_nobody(const password_cost& cost) {
    std::array<std::uint8_t, 32> random{};
    base::fill_random(random);
    return hash_password(base::secret_text(base::hex(random)), cost).value_or("");
}

} // namespace

struct password_office::hashing {
    password_office& office;
    base::secret_text text;
    heard then;

    void operator()(job_turn turn, const std::atomic<bool>&) {
        if (turn == job_turn::stopping) return refuse(verdict::stopping);
        if (turn == job_turn::late) return refuse(verdict::busy);
        auto hash = hash_password(text, office.cost_);
        text = {};
        if (!hash) {
            base::log_error("There is no memory to hash a password.",
                            {{"bytes", static_cast<std::uint64_t>(office.cost_.memory_bytes)}});
            return refuse(verdict::busy);
        }
        ++office.hashed_;
        then(verdict::hashed, std::move(*hash));
    }

    [[nodiscard]] static bool wanted() { return true; }

    void refuse(verdict why) {
        text = {};
        ++office.refused_;
        then(why, {});
    }
};

password_office::password_office(const limits& bounds)
    : cost_{bounds.password_hash_memory_bytes, bounds.password_hash_passes},
      bytes_max_(bounds.password_bytes_max),
      wait_max_(bounds.password_wait_max),
      nobodys_(hash_of_nobody(cost_)),
      verifications_(bounds),
      pool_(bounds.password_threads, bounds.password_queue_max, share_of(bounds)) {}

void password_office::hash(eventlog::tenant_no whose, base::secret_text text, heard then) {
    hashing job{*this, std::move(text), std::move(then)};
    const auto until = std::chrono::steady_clock::now() + wait_max_;
    const auto said = pool_.post(job, {whose, job_weight::light, until});
    if (said == worker_pool::verdict::taken) return;
    job.refuse(said == worker_pool::verdict::stopping ? verdict::stopping : verdict::busy);
}

std::optional<std::chrono::seconds>
password_office::pace(eventlog::tenant_no tenant, std::string_view who,
                      std::chrono::steady_clock::time_point now) {
    const auto wait = verifications_.take(tenant, who, now);
    if (wait) ++throttled_;
    return wait;
}

bool password_office::verify(const std::optional<std::string>& hash,
                             const base::secret_text& text) {
    const bool same = is_password(hash.value_or(nobodys_), text) && hash.has_value();
    ++(same ? right_ : wrong_);
    return same;
}

password_figures password_office::figures() const {
    return {hashed_, refused_, right_, wrong_, throttled_, pool_.waiting(), pool_.running()};
}

} // namespace rollcall::gateway
