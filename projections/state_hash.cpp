#include "projections/state_hash.hpp"

#include "eventlog/base/sha256.hpp"
#include "projections/bytes.hpp"
#include "projections/rows.hpp"

#include <string>

namespace rollcall::projections {
namespace {

std::string begin_entity(char kind) {
    std::string bytes;
    bytes.push_back(static_cast<char>(projection_version));
    bytes.push_back(kind);
    return bytes;
}

} // namespace

digest hash_of(const tenant_state& tenant) {
    std::string bytes = begin_entity('T');
    base::put_be(bytes, tenant.number.value);
    bytes += encode(tenant);
    return base::sha256({bytes});
}

digest hash_of(const key_state& key) {
    std::string bytes = begin_entity('K');
    base::put_bytes(bytes, key.id.bytes);
    bytes += encode(key);
    return base::sha256({bytes});
}

digest hash_of(const plan_state& plan) {
    std::string bytes = begin_entity('p');
    bytes += encode(plan);
    return base::sha256({bytes});
}

digest hash_of(const subject_id& admin, const admin_core& core) {
    std::string bytes = begin_entity('A');
    base::put_bytes(bytes, admin.bytes);
    append(bytes, core);
    return base::sha256({bytes});
}

digest hash_of(const subject_id& user, const user_core& core) {
    std::string bytes = begin_entity('U');
    bytes.reserve(2 + 16 + user_core_size);
    base::put_bytes(bytes, user.bytes);
    append(bytes, core);
    return base::sha256({bytes});
}

digest hash_of(const subject_id& team, const team_core& core) {
    std::string bytes = begin_entity('G');
    bytes.reserve(2 + 16 + team_core_size);
    base::put_bytes(bytes, team.bytes);
    append(bytes, core);
    return base::sha256({bytes});
}

digest hash_of(const membership& member) {
    std::string bytes = begin_entity('J');
    bytes.reserve(2 + 40);
    base::put_bytes(bytes, member.team.bytes);
    base::put_bytes(bytes, member.user.bytes);
    base::put_be(bytes, member.since.value);
    return base::sha256({bytes});
}

void add(digest& sum, const digest& term) {
    unsigned carry = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        carry += unsigned{sum[i]} + term[i];
        sum[i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
}

void subtract(digest& sum, const digest& term) {
    unsigned borrow = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        const unsigned taken = unsigned{term[i]} + borrow;
        borrow = sum[i] < taken ? 1 : 0;
        sum[i] = static_cast<std::uint8_t>(sum[i] - taken);
    }
}

} // namespace rollcall::projections
