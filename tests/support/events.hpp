// Events with defaults, so that a test sets only what it is about. Random ones: any_event.hpp.
#pragma once

#include "eventlog/event.hpp"
#include "eventlog/record.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::support {

/// A UUID whose bytes are all `fill`.
base::uuid id_of(std::uint8_t fill);

/// Bytes that are all `fill`.
template <std::size_t N>
std::array<std::uint8_t, N> filled(std::uint8_t fill) {
    std::array<std::uint8_t, N> bytes{};
    bytes.fill(fill);
    return bytes;
}

eventlog::user_content content_named(std::string name);
eventlog::user_created user_created_named(std::string name);

/// An event of tenant 1, subject id_of(0x55), at a fixed time, caused by a key.
eventlog::event event_of(eventlog::event_body body, eventlog::tenant_no tenant = {1},
                         eventlog::subject_id subject = id_of(0x55));

/// A record draft of `e`; user content is put in clear where the sealed part belongs.
eventlog::record_draft draft_of(const eventlog::event& e, eventlog::tenant_seq seq,
                                const eventlog::digest& prev = {});

/// A request that has all that one can have.
eventlog::open_request waiting();

/// An identity provider with two certificates.
eventlog::sso_provider acme_sso();

/// One body of each type with fixed values: the input of the golden files.
std::vector<eventlog::event_body> one_of_each();

/// Makes records of several tenants, each in its own chain.
class chain_maker {
  public:
    eventlog::record_draft next(const eventlog::event& e);

    /// As if the last `next` of the tenant had not been.
    void forget(eventlog::tenant_no tenant, const eventlog::record_draft& last);

  private:
    struct link {
        std::uint64_t seq = 0;
        eventlog::digest hash{};
        eventlog::digest before{};
    };

    std::vector<link> links_;
    link& of(eventlog::tenant_no tenant);
};

} // namespace rollcall::support
