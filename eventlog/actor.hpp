// Who caused an event, and for whom an operator did something.
#pragma once

#include "eventlog/base/uuid.hpp"

#include <cstdint>

namespace rollcall::eventlog {

/// Who caused an event. On disk for ever.
enum class actor_kind : std::uint8_t {
    system = 0,         ///< the server itself
    key = 1,            ///< a bearer key of the tenant; id = key id
    admin = 2,          ///< an admin of the tenant; id = admin id
    operator_ = 3,      ///< an operator with a token; id = operator id
    local_operator = 4, ///< somebody at the admin socket of this machine; id = nil
    consumer = 5,       ///< a consumer acting on an earlier event; id names the consumer
};

struct actor {
    actor_kind kind = actor_kind::system;
    base::uuid id{};
    friend bool operator==(const actor&, const actor&) = default;
};

/// One of the two who have a say in an approval.
struct party {
    actor by;
    base::uuid acting_for{}; ///< the admin for whom an operator acted; nil: for nobody

    [[nodiscard]] bool is_operator() const {
        return by.kind == actor_kind::operator_ || by.kind == actor_kind::local_operator;
    }

    /// The admin who has the say, himself or by an operator; nil: no admin.
    [[nodiscard]] base::uuid admin() const {
        if (by.kind == actor_kind::admin) return by.id;
        return is_operator() ? acting_for : base::uuid{};
    }

    friend bool operator==(const party&, const party&) = default;
};

} // namespace rollcall::eventlog
