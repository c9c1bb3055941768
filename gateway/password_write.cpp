#include "gateway/password_write.hpp"

#include "gateway/key_holder.hpp"
#include "gateway/password_office.hpp"
#include "gateway/replies.hpp"

namespace rollcall::gateway {
namespace {

using projections::password_wish;
using projections::refusal;
using projections::refusal_code;

void put_password(projections::command_body& body, password_wish wish) {
    if (auto* create = std::get_if<projections::create_user>(&body)) {
        create->password = std::move(wish);
    } else {
        std::get<projections::change_user>(body).password = std::move(wish);
    }
}

projections::answer refuse(password_office::verdict why) {
    if (why == password_office::verdict::stopping) {
        return tl::unexpected(refusal{refusal_code::stopped,
                                      "The server is stopping. Nothing was done; try again in a "
                                      "moment.",
                                      0});
    }
    return tl::unexpected(refusal{refusal_code::queue_full,
                                  "Too many passwords wait to be hashed. Nothing was done; try "
                                  "again in a moment.",
                                  0});
}

/// One write on its way; the callbacks of desk and office share it, one after the other.
struct hashed_write : std::enable_shared_from_this<hashed_write> {
    hashed_write(const scim_services& w, projections::command a, base::secret_text t, later d,
                 scim_write_ptr o, answer_writer s)
        : with(w),
          asked(std::move(a)),
          text(std::move(t)),
          duty(std::move(d)),
          what(std::move(o)),
          say(std::move(s)) {}

    void begin() {
        with.desk.submit(asked, [self = shared_from_this()](projections::answer said) {
            if (!said || !said->needs_password) return self->finish(std::move(said));
            self->hash();
        });
    }

    void hash() {
        with.passwords.hash(
            asked.tenant, std::move(text),
            [self = shared_from_this()](password_office::verdict was, std::string hash) {
                if (was != password_office::verdict::hashed) return self->finish(refuse(was));
                put_password(self->asked.body, {password_wish::kind::set, std::move(hash)});
                self->with.desk.submit(std::move(self->asked), [self](projections::answer said) {
                    self->finish(std::move(said));
                });
            });
    }

    void finish(projections::answer said) {
        text = {};
        std::move(duty).answer(
            [what = what, say = say, said = std::move(said)](call& again) mutable {
                if (!said) return refuse_as_scim(again.reply(), said.error());
                say(again, *said, *what);
            });
    }

    const scim_services with;
    projections::command asked;
    base::secret_text text;
    later duty;
    const scim_write_ptr what;
    const answer_writer say;
};

} // namespace

bool keeps_passwords(const call& c) {
    const auto& profile = c.facts.holder->product.profile;
    return profile && profile->stores_passwords;
}

body_wiper::~body_wiper() {
    if (!keeps_passwords(c_) || !scim::may_name_password(c_.asked().body())) return;
    c_.asked().wipe_body();
    scim::forget_json();
}

scim::password_order password_in(const scim_services& with, const call& c, scim::password_body kind,
                                 scim_write& what) {
    if (!keeps_passwords(c)) return {};
    auto read = scim::read_password(kind, c.asked().body(), with.passwords.bytes_max());
    if (read) return std::move(*read);
    what.fault(std::move(read.error()));
    return {};
}

void submit_with_password(const scim_services& with, call& c, scim_write_ptr what,
                          projections::command_body body, scim::password_order password,
                          answer_writer answer) {
    const bool sets = password.what == scim::password_order::kind::set;
    put_password(body, {sets ? password_wish::kind::set : password_wish::kind::remove, {}});
    auto asked = write_command(c, *what, std::move(body));
    std::make_shared<hashed_write>(with, std::move(asked), std::move(password.text), c.put_off(),
                                   std::move(what), std::move(answer))
        ->begin();
}

} // namespace rollcall::gateway
