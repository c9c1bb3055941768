// The password in a request (RFC 7643 section 4.1.1), apart from all else that the request says:
// it is no part of the user's document, and whoever does not keep passwords never asks for it.
//
// Texts are prepared as RFC 8265 section 4.2 (OpaqueString) says, so that the same password meets
// itself from any keyboard: other spaces become U+0020, and the whole is in NFC. Case is kept.
#pragma once

#include "eventlog/base/secret_text.hpp"
#include "gateway/scim/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rollcall::scim {

/// What a request says of the password.
struct password_order {
    enum class kind : std::uint8_t {
        none,   ///< nothing
        set,    ///< it is `text` from now on
        remove, ///< there is none any more; only a PATCH can say so
    } what = kind::none;
    base::secret_text text; ///< prepared
};

/// How the body is to be read: as a user (POST, PUT) or as a PatchOp.
enum class password_body : std::uint8_t { user, patch };

/// Whether a body may say anything of a password: it holds the word, or an escape that may hide it.
bool may_name_password(std::string_view body);

/// Reads the password out of a body. What else is wrong with the body is for others to say; 400
/// invalidValue for a password that is no text or does not fit, without repeating it. Of several
/// operations the last one counts.
result<password_order> read_password(password_body kind, std::string_view body,
                                     std::size_t bytes_max);

/// Prepares a password. 400 invalidValue if it has not 1 to `bytes_max` bytes, or control
/// characters.
result<base::secret_text> prepare_password(std::string_view text, std::size_t bytes_max);

/// Reads a body that has nothing but the member `password`. 400 invalidSyntax for any other body,
/// else as prepare_password().
result<base::secret_text> read_only_password(std::string_view body, std::size_t bytes_max);

/// Overwrites what this thread's reader of JSON still holds of the last text that it read.
void forget_json();

} // namespace rollcall::scim
