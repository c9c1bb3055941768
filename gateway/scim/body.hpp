// The bodies of POST and PUT (RFC 7644 sections 3.3 and 3.5.1): JSON in, resources out.
//
// Shared rules: unknown attributes are ignored, read-only ones too, the password is dropped. Names
// may be written in any case, dotted (`name.givenName`) or with their URN. `schemas` must hold the
// core URN; others are not held against the client. Values are kept exactly as sent.
#pragma once

#include "gateway/scim/error.hpp"
#include "gateway/scim/evaluation.hpp"
#include "gateway/scim/resource.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim {

/// Reads the body of a POST. 400 invalidSyntax for text that is not a JSON object, a member twice
/// or a missing core URN; 400 invalidValue, naming the path, for values. `active` is true unless
/// given.
result<resource> read_new(const resource_type& type, std::string_view body);

/// The user name in a body that may be refused for anything else, prepared if it can be: for the
/// record of who was refused. Empty if there is none.
std::string user_name_in(std::string_view body);

/// The body of a PUT as a value: read once, applied to whatever the resource is when its turn
/// comes.
class replacement {
  public:
    /// Fails as read_new() does, unless the body is JSON and sets `active` to false: then its
    /// faults are carried along.
    static result<replacement> read(const resource_type& type, std::string_view body);

    /// What the resource becomes. Omitted attributes are cleared, except `active` and whatever
    /// clients are never shown: these stay. Fails with 400 mutability if an immutable value would
    /// change.
    [[nodiscard]] result<evaluation> apply_to(const resource& current) const;

    /// True if the body sets `active` to false.
    [[nodiscard]] bool deactivates() const { return deactivates_; }

  private:
    explicit replacement(resource wanted) : wanted_(std::move(wanted)) {}

    resource wanted_;
    std::vector<error> faults_;
    bool deactivates_ = false;
};

} // namespace rollcall::scim
