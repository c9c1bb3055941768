// PATCH (RFC 7644 section 3.5.2) as a value: the message is read once, and can then be applied to
// any version of the resource, from any thread. All or nothing, but for one rule: deprovisioning
// always works (evaluation.hpp).
#pragma once

#include "gateway/scim/error.hpp"
#include "gateway/scim/evaluation.hpp"
#include "gateway/scim/path.hpp"
#include "gateway/scim/resource.hpp"
#include "gateway/scim/team_members.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rollcall::scim {

enum class patch_verb : std::uint8_t { add, remove, replace };

/// One change. `what` absent with add or replace never happens: null became a removal or nothing.
struct patch_step {
    patch_verb verb = patch_verb::add;
    path where;
    /// Coerced to the target's type: an array for a multi-valued target without brackets, else one
    /// value. For remove: the elements to take away, if the message lists them.
    std::optional<value> what;
};

class patch {
  public:
    /// Reads a PatchOp message for resources of `type`. 400 with the RFC's words for what is wrong
    /// with the message or its first faulty operation, unless the message also sets `active` to
    /// false: then the faults are carried along. Text that is not JSON is always refused.
    static result<patch> read(const resource_type& type, std::string_view body);

    /// The outcome on `current`, which is left alone. An operation that fails fails the whole: 400
    /// noTarget, mutability or invalidValue. An outcome equal to `current` means: nothing to store.
    /// Members are no part of it.
    [[nodiscard]] result<evaluation> apply_to(const resource& current) const;

    /// True if the last word of the message on `active` is false, or one of two in one object.
    [[nodiscard]] bool deactivates() const { return active_wish_ == false; }

    /// True if it is true.
    [[nodiscard]] bool reactivates() const { return active_wish_ == true; }

    /// What the message says of a group's members, whatever the order of its operations.
    [[nodiscard]] const member_wish& members() const { return members_; }

    /// True if it says something of other attributes: if not, apply_to() changes nothing.
    [[nodiscard]] bool changes_attributes() const { return !steps_.empty(); }

    [[nodiscard]] const std::vector<patch_step>& steps() const { return steps_; }

  private:
    patch() = default;

    friend class patch_reader;

    std::vector<patch_step> steps_;
    member_wish members_;
    std::vector<error> faults_;
    std::optional<bool> active_wish_;
};

/// Carries out one step, as that of a PATCH; what it costs comes out of the thread's work_budget.
result<void> apply_step(resource& to, const patch_step& step);

} // namespace rollcall::scim
