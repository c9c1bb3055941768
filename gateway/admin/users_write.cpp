// Endpoints that make people in the product and change them: native users, and whoever must be
// deactivated by hand. What is asked becomes a SCIM message (person.hpp), so a provider's request
// and a person's form leave the same documents behind.
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/body.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/admin/person.hpp"
#include "gateway/admin/who.hpp"
#include "gateway/user_wishes.hpp"

namespace rollcall::admin {
namespace {

using gateway::call;
using projections::done;
using projections::tenant_no;

/// As large as a provider's request may be, at every door: a deactivation must get in.
constexpr std::size_t change_bytes_max = std::size_t{1024} * 1024;
constexpr http::body_allowance change_allowance{change_bytes_max, std::chrono::seconds{30}};

std::vector<std::string_view> member_names() {
    std::vector<std::string_view> all;
    for (const person_field& field : person_fields)
        all.push_back(field.name);
    return all;
}

result<std::optional<std::vector<std::string>>> read_field(const body& b,
                                                           const person_field& field) {
    using read = std::optional<std::vector<std::string>>;
    if (field.what == person_field::shape::flag) {
        const auto flag = b.flag(field.name);
        if (!flag) return tl::unexpected(flag.error());
        if (!*flag) return read{};
        return read(std::vector<std::string>{**flag ? "true" : "false"});
    }
    auto values = b.texts(field.name);
    const bool fits = values && (!*values || (**values).size() <= 1);
    if (field.what == person_field::shape::text && !fits) {
        return refuse(400, "bad_value",
                      std::string(field.name) + " must be one string, or null for none");
    }
    return values;
}

/// What fits is said of the person; what does not goes to `faults`.
result<person> read_person(const http::request& asked, std::vector<problem>& faults) {
    const auto b = body::read(asked, member_names(), faults);
    if (!b) return tl::unexpected(b.error());
    person said;
    for (const person_field& field : person_fields) {
        auto values = read_field(*b, field);
        if (!values) {
            faults.push_back(std::move(values.error()));
        } else if (*values) {
            said.set(field, std::move(**values));
        }
    }
    return said;
}

problem problem_of(const scim::error& fault) {
    return {400, "bad_value", fault.detail, {}, 0};
}

/// What a deactivation was asked for along with, and what of that could not be done.
void write_faults(std::string& json_text, const std::vector<projections::fault>& faults) {
    json_text.pop_back();
    json_text += ',';
    base::json_writer json(json_text);
    json.key("not_applied").begin_array();
    for (const projections::fault& one : faults)
        json.value(one.message);
    json.end_array().end_object();
}

result<said> say_user(parts& p, tenant_no number, done& d) {
    if (!d.user) {
        return refuse(404, "not_found",
                      "this request was carried out before, but the user is gone since");
    }
    said s{d.what == done::kind::created ? 201U : 200U, {}};
    const auto tenant = p.with.directory.tenant(number);
    append_user(s.json, *d.user, tenant ? tenant->settings.terms : eventlog::plan_terms{}, true);
    if (!d.faults.empty()) write_faults(s.json, d.faults);
    return s;
}

std::function<result<said>(parts&, done&)> user_sayer(tenant_no tenant) {
    return [tenant](parts& p, done& d) { return say_user(p, tenant, d); };
}

void create(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    std::vector<problem> faults;
    const auto said = read_person(c.asked(), faults);
    if (!said) return answer(c, said.error());
    if (!faults.empty()) return answer(c, faults.front());
    auto wish = gateway::read_creation(said->creation(), shown_by(p, *t));
    if (!wish) return answer(c, problem_of(wish.error()));
    projections::create_user body;
    body.new_id = projections::subject_id::make_v7(c.asked().arrived().unix_ms);
    body.wish = std::move(*wish);
    body.origin = eventlog::user_origin::native;
    body.only_new = true;
    submit(p, c, t->number, std::move(body), user_sayer(t->number));
}

/// The deactivation of a request with faults, and nothing else of it.
projections::evaluate_user only_deactivation(const std::vector<problem>& faults) {
    std::vector<projections::fault> told;
    for (const problem& one : faults)
        told.push_back({0, one.detail});
    told.push_back({0, "only the deactivation was carried out: mend the rest and send it again"});
    return [told = std::move(told)](const projections::user_state& current) {
        auto wish = gateway::deactivate_only(current);
        if (wish) wish->faults = told;
        return wish;
    };
}

void change(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    std::vector<problem> faults;
    const auto said = read_person(c.asked(), faults);
    if (!said) return answer(c, said.error());
    if (const auto fits = once_fits(c); !fits) faults.push_back(fits.error());
    if (faults.empty() && said->says_nothing()) {
        return answer(c, problem{400,
                                 "bad_value",
                                 "nothing is to be changed: name a field, one of " + field_names(),
                                 {},
                                 0});
    }
    auto asked = gateway::read_change(gateway::change_kind::patch, said->change(), shown_by(p, *t));
    if (!asked) faults.push_back(problem_of(asked.error()));
    const bool leaves = said->deactivates();
    if (!faults.empty() && !leaves) return answer(c, faults.front());
    const auto user = find_user(p.with.directory, *t, c.argument("who"), p.limits.candidates_max);
    if (!user) return answer(c, user.error());
    projections::change_user body;
    body.id = user->id;
    body.evaluate = faults.empty() ? std::move(asked->evaluate) : only_deactivation(faults);
    body.deprovisions = leaves;
    body.reactivates = faults.empty() && asked->reactivates;
    if (leaves) body.least = gateway::deactivate_only;
    submit(p, c, t->number, std::move(body), user_sayer(t->number));
}

void remove(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    const auto user = find_user(p.with.directory, *t, c.argument("who"), p.limits.candidates_max);
    if (!user) return answer(c, user.error());
    const auto say = [id = user->id.text(), name = user->content.user_name](parts&, done&) {
        said s;
        base::json_writer json(s.json);
        json.begin_object();
        json.member("id", id).member("userName", name).member("deleted", true);
        json.end_object();
        return result<said>(std::move(s));
    };
    submit(p, c, t->number, projections::delete_user{user->id, {}}, say);
}

/// An admin takes access away beside the provider's wish, or gives it back.
template <class Command>
void move_suspension(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    const auto b = body::read(c.asked(), {});
    if (!b) return answer(c, b.error());
    const auto user = find_user(p.with.directory, *t, c.argument("who"), p.limits.candidates_max);
    if (!user) return answer(c, user.error());
    submit(p, c, t->number, Command{user->id, eventlog::suspension_reason::admin},
           user_sayer(t->number));
}

} // namespace

std::vector<gateway::route> user_write_routes(parts& p) {
    using http::method;
    auto changing =
        doing(p, method::patch, "/tenants/{tenant}/users/{who}", "admin_change_user", change);
    changing.body = change_allowance;
    return {
        doing(p, method::post, "/tenants/{tenant}/users", "admin_create_user", create),
        std::move(changing),
        doing(p, method::del, "/tenants/{tenant}/users/{who}", "admin_delete_user", remove),
        doing(p, method::post, "/tenants/{tenant}/users/{who}/suspension", "admin_suspend_user",
              move_suspension<projections::suspend_user>),
        doing(p, method::del, "/tenants/{tenant}/users/{who}/suspension", "admin_resume_user",
              move_suspension<projections::resume_user>),
    };
}

} // namespace rollcall::admin
