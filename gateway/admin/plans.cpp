// Endpoints of plans: the catalogue in the system tenant.
#include "gateway/admin/body.hpp"
#include "gateway/admin/parts.hpp"
#include "projections/told/plan_json.hpp"

namespace rollcall::admin {
namespace {

using gateway::call;
using projections::done;
using projections::plan_state;

void write_plan(std::string& out, std::string_view name, const eventlog::plan_terms& terms,
                const std::optional<base::moment>& created) {
    base::json_writer json(out);
    json.begin_object().member("id", name);
    told::write_terms(json, terms);
    json.key("created");
    if (created) {
        json.value(created->text());
    } else {
        json.null();
    }
    json.end_object();
}

void write_plan(std::string& out, const plan_state& plan) {
    write_plan(out, plan.name, plan.terms, plan.created);
}

void write_default(std::string& out) {
    write_plan(out, projections::default_plan, {}, std::nullopt);
}

result<std::optional<std::uint8_t>> read_seat_states(const body& b) {
    using read = std::optional<std::uint8_t>;
    const auto words = b.texts("seat_states");
    if (!words) return tl::unexpected(words.error());
    if (!*words) return read{};
    std::uint8_t states = 0;
    for (const std::string& word : **words) {
        const auto status = projections::parse_living_status(word);
        if (!status) {
            return refuse(400, "bad_value",
                          "there is no status '" + word +
                              "'; who is pending_role, pending_approval, active or suspended can "
                              "hold a seat");
        }
        states |= projections::seat_state_bit(*status);
    }
    return read(states);
}

result<std::optional<std::uint32_t>> read_days(const body& b) {
    using read = std::optional<std::uint32_t>;
    const auto days = b.count("grace_days");
    if (!days) return tl::unexpected(days.error());
    if (!*days) return read{};
    if (**days > UINT32_MAX) return refuse(400, "bad_value", "grace_days is too large");
    return read(static_cast<std::uint32_t>(**days));
}

/// What create and set have in common.
result<projections::set_plan> read_terms(const body& b) {
    projections::set_plan wish;
    const auto seats = b.count_or_unlimited("seats");
    const auto scim = b.flag("scim");
    const auto states = read_seat_states(b);
    const auto policy = b.text("on_downgrade");
    const auto days = read_days(b);
    for (const problem* wrong :
         {seats ? nullptr : &seats.error(), scim ? nullptr : &scim.error(),
          states ? nullptr : &states.error(), policy ? nullptr : &policy.error(),
          days ? nullptr : &days.error()}) {
        if (wrong != nullptr) return tl::unexpected(*wrong);
    }
    if (*policy) {
        wish.on_downgrade = eventlog::parse_downgrade_policy(**policy);
        if (!wish.on_downgrade) {
            return refuse(400, "bad_value",
                          "there is no policy '" + **policy +
                              "'; known: block_new, grace, suspend_newest");
        }
    }
    wish.seats = *seats;
    wish.scim_included = *scim;
    wish.seat_states = *states;
    wish.grace_days = *days;
    return wish;
}

result<said> say_plan(parts&, done& d) {
    if (!d.plan) return refuse(500, "internal", "the plan is not there after its change");
    said s{d.what == done::kind::created ? 201U : 200U, {}};
    write_plan(s.json, *d.plan);
    return s;
}

void create(parts& p, call& c) {
    const auto b =
        body::read(c.asked(), {"id", "seats", "scim", "seat_states", "on_downgrade", "grace_days"});
    if (!b) return answer(c, b.error());
    const auto id = b->required_text("id", "the plan's name, such as enterprise");
    if (!id) return answer(c, id.error());
    const auto wish = read_terms(*b);
    if (!wish) return answer(c, wish.error());
    projections::create_plan body;
    body.id = projections::subject_id::make_v7(c.asked().arrived().unix_ms);
    body.name = *id;
    body.terms.seats = wish->seats.value_or(std::nullopt);
    body.terms.scim_included = wish->scim_included.value_or(true);
    body.terms.seat_states = wish->seat_states.value_or(body.terms.seat_states);
    body.terms.on_downgrade = wish->on_downgrade.value_or(body.terms.on_downgrade);
    body.terms.grace_days = wish->grace_days.value_or(0);
    submit(p, c, projections::system_tenant, std::move(body), say_plan);
}

result<void> plan_known(parts& p, std::string_view name) {
    if (name == projections::default_plan || p.with.directory.plan(name)) return {};
    return refuse(404, "not_found", "there is no plan '" + std::string(name) + "'");
}

void change(parts& p, call& c) {
    const std::string_view name = c.argument("plan");
    if (const auto known = plan_known(p, name); !known) return answer(c, known.error());
    const auto b =
        body::read(c.asked(), {"seats", "scim", "seat_states", "on_downgrade", "grace_days"});
    if (!b) return answer(c, b.error());
    auto wish = read_terms(*b);
    if (!wish) return answer(c, wish.error());
    wish->name = name;
    submit(p, c, projections::system_tenant, std::move(*wish), say_plan);
}

result<said> list(parts& p, call& c) {
    if (const auto ok = only_parameters(c, {}); !ok) return tl::unexpected(ok.error());
    said s;
    s.json = "[";
    write_default(s.json);
    for (const plan_state& plan : p.with.directory.plans()) {
        s.json += ',';
        write_plan(s.json, plan);
    }
    s.json += ']';
    return s;
}

result<said> one(parts& p, call& c) {
    const std::string_view name = c.argument("plan");
    if (const auto known = plan_known(p, name); !known) return tl::unexpected(known.error());
    said s;
    if (const auto plan = p.with.directory.plan(name)) {
        write_plan(s.json, *plan);
    } else {
        write_default(s.json);
    }
    return s;
}

} // namespace

std::vector<gateway::route> plan_routes(parts& p) {
    using http::method;
    return {
        doing(p, method::post, "/plans", "admin_create_plan", create),
        reading(p, method::get, "/plans", "admin_list_plans", list, gateway::job_weight::heavy),
        reading(p, method::get, "/plans/{plan}", "admin_get_plan", one),
        doing(p, method::patch, "/plans/{plan}", "admin_change_plan", change),
    };
}

} // namespace rollcall::admin
