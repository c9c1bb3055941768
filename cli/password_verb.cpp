// user verify-password.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/secret_input.hpp"
#include "cli/verbs.hpp"
#include "eventlog/base/json_writer.hpp"

#include <unistd.h>

namespace rollcall::cli {

int run(const context& c, const user_verify_password& wish) {
    const auto typed = read_secret(STDIN_FILENO, c.to.err, "Password: ");
    if (!typed) return fail(c, typed.error());
    std::string body;
    body.reserve(2 * secret_line_bytes_max * 6); // so that it is not moved, and left behind
    base::json_writer(body).begin_object().member("password", typed->view()).end_object();
    const auto answer = operator_client(c).ask("POST",
                                               "/tenants/" + escaped(wish.tenant) + "/users/" +
                                                   escaped(wish.who) + "/verify-password",
                                               body);
    base::wipe(body);
    if (!answer) return fail(c, answer.error());
    const bool verified = json_view(*answer)->flag("verified");
    if (c.asked.json) {
        c.to.out << *answer << '\n';
    } else {
        c.to.out << (verified ? "Right.\n"
                              : "Wrong, or there is nobody who may come in with it.\n");
    }
    return verified ? exit_done : exit_failed;
}

} // namespace rollcall::cli
