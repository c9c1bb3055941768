// What every write over SCIM has in common: what must be remembered of the request until its
// answer, handing the command to the desk, and keeping what was refused before it became a command.
#pragma once

#include "gateway/scim/error.hpp"
#include "gateway/scim/selection.hpp"
#include "gateway/scim_services.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::gateway {

struct scim_write {
    std::string base_url;
    scim::selection shown;
    bool minimal = false; ///< 204 instead of the resource, because the client prefers it
    bool silent = false;  ///< likewise, because the product's profile says so
    std::optional<projections::idempotency> once;
    /// What is wrong with the request; fatal unless it deprovisions.
    std::vector<scim::error> faults;

    void fault(scim::error what) { faults.push_back(std::move(what)); }
};

using scim_write_ptr = std::shared_ptr<scim_write>;

/// Reads base URL, selection and Idempotency-Key; what is wrong with them is among the faults.
scim_write_ptr begin_write(const scim_services& with, call& c, const scim::resource_type& type);

/// Why the tenant may do nothing but deprovision; null if he may.
const scim::error* bar_of(const call& c);

/// True if the client says which parts of the resource it wants back.
bool asks_for_parts(const http::request& asked);

/// True if the client asks for as little as possible (RFC 7240 return=minimal).
bool prefers_minimal(const http::request& asked);

/// Answers a call whose command was accepted.
using answer_writer =
    std::function<void(call& c, const projections::done& what, const scim_write& asked)>;

/// The command of a write.
projections::command write_command(const call& c, const scim_write& what,
                                   projections::command_body body);

/// Hands the command in; the call is answered when the outcome is durable, or with the refusal.
void submit_write(const scim_services& with, call& c, scim_write_ptr what,
                  projections::command_body body, answer_writer answer);

/// Answers with the error and keeps it as an attempt under the name `who`.
void refuse_write(const scim_services& with, call& c, std::string_view action, std::string_view who,
                  const scim::error& why);

} // namespace rollcall::gateway
