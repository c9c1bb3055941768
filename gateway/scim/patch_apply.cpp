#include "gateway/scim/limits.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/members.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/patch_elements.hpp"
#include "gateway/scim/work_budget.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::scim {
namespace {

/// About the bytes of a value, as copying it costs them.
std::size_t weight(const value& what) {
    std::size_t sum = 16;
    if (const std::string* text = what.text()) sum += text->size();
    if (const object* members = what.members()) {
        for (const member& one : *members)
            sum += weight(one.is);
    }
    if (const array* all = what.elements()) {
        for (const value& one : *all)
            sum += weight(one);
    }
    return sum;
}

/// Sets a value, unless it is immutable and there is another one already.
result<void> set(object& in, const attribute& row, const value& is, const path& where) {
    const value* was = find(in, row);
    if (was != nullptr && row.mutability == mutability::immutable && *was != is) {
        return refuse(scim_type::mutability, print(where) + ": cannot be changed once it is set");
    }
    put(in, row, is);
    return {};
}

result<void> unset(object& in, const attribute& row, const path& where) {
    if (row.mutability == mutability::immutable && find(in, row) != nullptr) {
        return refuse(scim_type::mutability, print(where) + ": cannot be removed once it is set");
    }
    erase(in, row);
    return {};
}

/// Merges the members of `from`. A complex value that refers to something else than before keeps
/// nothing of what was said about the old one.
result<void> merge(object& into, const attribute& holder, const object& from, const path& where) {
    const attribute* main = find_attribute(holder.sub_attributes, "value");
    if (!holder.multi_valued && main != nullptr) {
        const value* was = find(into, *main);
        const value* is = find(from, *main);
        if (was != nullptr && is != nullptr && *was != *is) into.clear();
    }
    for (const member& one : from) {
        if (auto done = set(into, *one.what, one.is, where); !done) return done;
    }
    return {};
}

/// Applies one step after another to a resource.
class applier {
  public:
    explicit applier(resource& work) : work_(work) {}

    result<void> apply(const patch_step& step) {
        const attribute_path& target = step.where.target;
        if (target.attr == nullptr) {
            erase(work_.attributes(), *target.extension);
            return {};
        }
        if (!target.top().stored) return apply_to_schemas(step);
        if (target.extension == nullptr) return apply_in(work_.attributes(), step);
        value* holder = find(work_.attributes(), *target.extension);
        if (holder == nullptr) {
            if (step.verb == patch_verb::remove) return {};
            holder = &put(work_.attributes(), *target.extension, value{object{}});
        }
        auto done = apply_in(*holder->members(), step);
        if (holder->members()->empty()) erase(work_.attributes(), *target.extension);
        return done;
    }

  private:
    /// `schemas` is not stored: what can be changed about it is which extensions there are.
    result<void> apply_to_schemas(const patch_step& step) {
        const attribute& row = *step.where.target.attr;
        assert(row.name == "schemas");
        const resource_type& type = work_.type();
        array urns;
        urns.push_back(value{std::string(type.core().urn)});
        for (const member& one : work_.attributes()) {
            if (one.what->is_extension) urns.push_back(value{std::string(one.what->name)});
        }
        object scratch;
        put(scratch, row, value{std::move(urns)});
        if (auto done = apply_in(scratch, step); !done) return done;
        const value* left = find(scratch, row);
        const auto names = [&](std::string_view urn) {
            return left != nullptr && std::any_of(left->elements()->begin(),
                                                  left->elements()->end(), [&](const value& one) {
                                                      return equal_ignoring_case(*one.text(), urn);
                                                  });
        };
        if (!names(type.core().urn)) {
            return refuse(scim_type::mutability,
                          "schemas: " + std::string(type.core().urn) + " cannot be removed");
        }
        std::erase_if(work_.attributes(), [&](const member& one) {
            return one.what->is_extension && !names(one.what->name);
        });
        return {};
    }

    result<void> apply_in(object& holder, const patch_step& step) {
        const attribute& row = *step.where.target.attr;
        return row.multi_valued ? apply_to_many(holder, row, step)
                                : apply_to_one(holder, row, step);
    }

    static result<void> apply_to_one(object& holder, const attribute& row, const patch_step& step) {
        const attribute* sub = step.where.target.sub;
        value* is = find(holder, row);
        if (step.verb == patch_verb::remove) {
            if (sub == nullptr) return unset(holder, row, step.where);
            if (is == nullptr) return {};
            auto done = unset(*is->members(), *sub, step.where);
            if (is->members()->empty()) erase(holder, row);
            return done;
        }
        if (sub == nullptr && row.type != value_type::complex) {
            return set(holder, row, *step.what, step.where);
        }
        if (is == nullptr) is = &put(holder, row, value{object{}});
        auto done = sub == nullptr ? merge(*is->members(), row, *step.what->members(), step.where)
                                   : set(*is->members(), *sub, *step.what, step.where);
        if (is->members()->empty()) erase(holder, row);
        return done;
    }

    result<void> apply_to_many(object& holder, const attribute& row, const patch_step& step) {
        value* is = find(holder, row);
        const std::size_t looked_at = is == nullptr ? 0 : is->elements()->size();
        if (!work_budget::spend(looked_at + (step.what ? weight(*step.what) : 0))) return {};
        elements list(row, is == nullptr ? array{} : std::move(*is->elements()));
        auto done = change(list, row, step);
        if (done) done = list.settle(work_.type().elements_max());
        array left = list.take();
        if (left.empty()) {
            erase(holder, row);
        } else {
            put(holder, row, value{std::move(left)});
        }
        return done;
    }

    static result<void> change(elements& list, const attribute& row, const patch_step& step) {
        const bool whole = !step.where.which && step.where.target.sub == nullptr;
        if (!whole) {
            return step.verb == patch_verb::remove ? remove_chosen(list, step)
                                                   : change_chosen(list, row, step);
        }
        switch (step.verb) {
        case patch_verb::add:
            for (const value& one : *step.what->elements())
                list.add(one);
            return {};
        case patch_verb::replace: list.replace(*step.what->elements()); return {};
        case patch_verb::remove: break;
        }
        if (step.what) {
            list.remove(*step.what->elements());
        } else {
            list.replace({});
        }
        return {};
    }

    static bool chosen(const patch_step& step, const value& element) {
        return !step.where.which || matches_element(*step.where.which, element);
    }

    static result<void> remove_chosen(elements& list, const patch_step& step) {
        const attribute* sub = step.where.target.sub;
        for (value& element : list.all()) {
            if (sub == nullptr || !chosen(step, element)) continue;
            auto done = unset(*element.members(), *sub, step.where);
            if (!done) return done;
        }
        std::erase_if(list.all(), [&](const value& element) {
            const object* parts = element.members();
            return sub == nullptr ? chosen(step, element) : parts->empty();
        });
        return {};
    }

    static result<void> change_chosen(elements& list, const attribute& row,
                                      const patch_step& step) {
        const attribute* sub = step.where.target.sub;
        const std::size_t copied = weight(*step.what);
        bool any = false;
        for (std::size_t at = 0; at < list.all().size(); ++at) {
            value& element = list.all()[at];
            if (!chosen(step, element)) continue;
            any = true;
            if (!work_budget::spend(copied)) return {};
            result<void> done;
            if (sub != nullptr) {
                done = set(*element.members(), *sub, *step.what, step.where);
            } else if (step.verb == patch_verb::replace || element.members() == nullptr) {
                element = *step.what;
            } else {
                done = merge(*element.members(), row, *step.what->members(), step.where);
            }
            if (!done) return done;
            list.touched(at, sub, *step.what);
        }
        if (any) return {};
        auto made = step.where.which ? described_by(*step.where.which) : std::nullopt;
        if (!made) {
            return refuse(scim_type::no_target, print(step.where) + ": there is no such value");
        }
        if (sub != nullptr) {
            put(*made, *sub, *step.what);
        } else {
            for (const member& one : *step.what->members())
                put(*made, *one.what, one.is);
        }
        list.append(value{std::move(*made)});
        return {};
    }

    resource& work_;
};

} // namespace

result<void> apply_step(resource& to, const patch_step& step) {
    return applier(to).apply(step);
}

result<evaluation> patch::apply_to(const resource& current) const {
    std::vector<error> faults = faults_;
    resource outcome = current;
    applier work(outcome);
    const work_budget budget(limits::patch_work_max);
    for (const patch_step& step : steps_) {
        if (budget.exhausted()) break;
        if (auto done = work.apply(step); !done) note(faults, std::move(done.error()));
    }
    if (budget.exhausted()) {
        faults.insert(faults.begin(),
                      {413, scim_type::none,
                       "The PATCH costs more than one request may: it looks at too many values, or "
                       "too large ones, too often. Send it in parts, or with simpler paths"});
        if (faults.size() > limits::faults_max) faults.pop_back();
    }
    if (faults.empty()) check_required(outcome, faults);
    if (faults.empty()) return evaluation{std::move(outcome), {}};
    if (!deactivates()) return tl::unexpected<error>(std::move(faults.front()));
    return evaluation{deactivated(current), std::move(faults)};
}

} // namespace rollcall::scim
