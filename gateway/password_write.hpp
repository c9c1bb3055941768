// A write over SCIM that brings a password. First the desk is asked whether the rest would be done:
// what is refused anyway, or was answered before, costs no hash. Then the password is hashed in the
// office, off this thread, and the whole is handed in.
#pragma once

#include "gateway/scim/password.hpp"
#include "gateway/scim_write.hpp"

namespace rollcall::gateway {

/// Whether the product of the caller's tenant keeps passwords.
bool keeps_passwords(const call& c);

/// Overwrites the body of a request that may hold a password, and what the reader of JSON has left
/// of it, when the handler is done with both.
class body_wiper {
  public:
    /// Does nothing where passwords are not kept, and for a body that cannot name one.
    explicit body_wiper(const call& c) : c_(c) {}

    body_wiper(const body_wiper&) = delete;
    body_wiper& operator=(const body_wiper&) = delete;
    ~body_wiper();

  private:
    const call& c_;
};

/// The password in the body, where it is kept; what is wrong with it is among the faults of `what`.
scim::password_order password_in(const scim_services& with, const call& c, scim::password_body kind,
                                 scim_write& what);

/// As submit_write(). @pre the password is set or removed
void submit_with_password(const scim_services& with, call& c, scim_write_ptr what,
                          projections::command_body body, scim::password_order password,
                          answer_writer answer);

} // namespace rollcall::gateway
