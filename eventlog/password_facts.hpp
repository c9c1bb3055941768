// The facts about a user's password, of which event.hpp tells the rest.
#pragma once

#include <string>

namespace rollcall::eventlog {

/// The sealed part of a password: never the password itself.
struct password_content {
    std::string hash; ///< PHC string: algorithm, parameters, salt and hash
    friend bool operator==(const password_content&, const password_content&) = default;
};

/// From here on this is the user's password. The person is as he was.
struct password_set {
    password_content content;
    friend bool operator==(const password_set&, const password_set&) = default;
};

/// The user has no password any more.
struct password_removed {
    friend bool operator==(const password_removed&, const password_removed&) = default;
};

} // namespace rollcall::eventlog
