#include "projections/plan_rows.hpp"

#include "projections/rows.hpp"

namespace rollcall::projections {
namespace {

constexpr std::uint8_t row_format = 1;
constexpr std::uint8_t limited_flag = 1;
constexpr std::uint8_t scim_flag = 2;

} // namespace

namespace key_of {

std::string plan(std::string_view name) {
    return begin_key('p').append(name);
}

std::string all_plans() {
    return begin_key('p');
}

} // namespace key_of

void append(std::string& out, const eventlog::plan_terms& terms) {
    base::put_le(out, static_cast<std::uint8_t>((terms.seats ? limited_flag : 0) |
                                                (terms.scim_included ? scim_flag : 0)));
    base::put_le(out, terms.seats.value_or(0));
    base::put_le(out, terms.seat_states);
    base::put_le(out, static_cast<std::uint8_t>(terms.on_downgrade));
    base::put_le(out, terms.grace_days);
    base::put_le(out, terms.version);
}

eventlog::plan_terms take_terms(byte_reader& in) {
    eventlog::plan_terms terms;
    const auto flags = in.little<std::uint8_t>();
    const auto seats = in.little<std::uint64_t>();
    if ((flags & limited_flag) != 0) terms.seats = seats;
    terms.scim_included = (flags & scim_flag) != 0;
    terms.seat_states = in.little<std::uint8_t>();
    terms.on_downgrade = static_cast<eventlog::downgrade_policy>(in.little<std::uint8_t>());
    terms.grace_days = in.little<std::uint32_t>();
    terms.version = in.little<std::uint64_t>();
    return terms;
}

std::string encode(const plan_state& plan) {
    std::string row;
    base::put_le(row, row_format);
    base::put_bytes(row, plan.id.bytes);
    put_time(row, plan.created);
    append(row, plan.terms);
    put_text(row, plan.name);
    return row;
}

plan_state decode_plan(std::string_view row) {
    byte_reader in(row);
    if (in.little<std::uint8_t>() != row_format) damaged_row("plan", row);
    plan_state plan;
    plan.id = in.uuid();
    plan.created = in.time();
    plan.terms = take_terms(in);
    plan.name = in.text();
    if (!in.done()) damaged_row("plan", row);
    return plan;
}

} // namespace rollcall::projections
