#include "gateway/http/tls_tickets.hpp"

#include "eventlog/base/random.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace rollcall::http {
namespace {

ticket_keys::key fresh_key(ticket_keys::time_point now) {
    ticket_keys::key made;
    base::fill_random(made.name);
    base::fill_random(made.cipher);
    base::fill_random(made.mac);
    made.made = now;
    return made;
}

void wipe(ticket_keys::key& one) {
    OPENSSL_cleanse(one.cipher.data(), one.cipher.size());
    OPENSSL_cleanse(one.mac.data(), one.mac.size());
}

bool has_name(const ticket_keys::key& one,
              std::span<const std::uint8_t, ticket_keys::name_bytes> name) {
    return std::equal(name.begin(), name.end(), one.name.begin());
}

} // namespace

ticket_keys::ticket_keys(time_point now) : present_(fresh_key(now)) {}

ticket_keys::~ticket_keys() {
    wipe(present_);
    if (former_) wipe(*former_);
}

void ticket_keys::rotate(time_point now) {
    if (now - present_.made < ticket_key_age_max) {
        if (former_ && now - former_->made >= 2 * ticket_key_age_max) {
            wipe(*former_);
            former_.reset();
        }
        return;
    }
    if (former_) wipe(*former_);
    former_ = present_;
    wipe(present_);
    present_ = fresh_key(now);
    if (now - former_->made >= 2 * ticket_key_age_max) {
        wipe(*former_);
        former_.reset();
    }
}

ticket_keys::key ticket_keys::to_seal(time_point now) {
    const std::lock_guard lock(mutex_);
    rotate(now);
    return present_;
}

std::optional<ticket_keys::key> ticket_keys::to_open(std::span<const std::uint8_t, name_bytes> name,
                                                     time_point now, bool& stale) {
    const std::lock_guard lock(mutex_);
    rotate(now);
    stale = false;
    if (has_name(present_, name)) return present_;
    if (!former_ || !has_name(*former_, name)) return std::nullopt;
    stale = true;
    return former_;
}

} // namespace rollcall::http
