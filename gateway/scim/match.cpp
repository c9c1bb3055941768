#include "gateway/scim/match.hpp"

#include "gateway/scim/text.hpp"
#include "gateway/scim/user_name.hpp"
#include "gateway/scim/work_budget.hpp"

#include <algorithm>
#include <cassert>
#include <optional>

namespace rollcall::scim {
namespace {

/// `pr`: a value that is not empty, down to the leaves.
bool is_present(const value& what) {
    if (const std::string* text = what.text()) return !text->empty();
    if (const object* members = what.members()) {
        return std::any_of(members->begin(), members->end(),
                           [](const member& one) { return is_present(one.is); });
    }
    if (const array* elements = what.elements()) {
        return std::any_of(elements->begin(), elements->end(), is_present);
    }
    return true;
}

template <class T>
bool in_order(const T& left, comparator op, const T& right) {
    switch (op) {
    case comparator::eq: return left == right;
    case comparator::ne: return left != right;
    case comparator::gt: return left > right;
    case comparator::ge: return left >= right;
    case comparator::lt: return left < right;
    case comparator::le: return left <= right;
    default: return false;
    }
}

bool text_satisfies(const std::string& left, comparator op, const std::string& right) {
    switch (op) {
    case comparator::co: return left.find(right) != std::string::npos;
    case comparator::sw: return left.starts_with(right);
    case comparator::ew: return left.ends_with(right);
    // Bytes of UTF-8 stand in the order of their code points.
    default: return in_order(left, op, right);
    }
}

/// What comparing costs besides the bytes of the value.
constexpr std::size_t comparison_work = 16;

bool satisfies(const std::string& text, const comparison& by, comparator op) {
    if (!work_budget::spend(text.size())) return false;
    const attribute& leaf = by.target.leaf();
    if (leaf.type == value_type::date_time) {
        const auto instant = read_date_time(text);
        return instant && in_order(*instant, op, by.instant);
    }
    switch (leaf.rule) {
    case text_rule::exact: return text_satisfies(text, op, by.key);
    case text_rule::folded: return text_satisfies(folded(text), op, by.key);
    case text_rule::user_name: return text_satisfies(user_name_fragment(text), op, by.key);
    }
    return false;
}

template <class T>
bool number_satisfies(T left, comparator op, const literal& right) {
    if (const auto* whole = std::get_if<std::int64_t>(&right)) {
        return in_order(left, op, static_cast<T>(*whole));
    }
    if (const auto* number = std::get_if<double>(&right)) {
        return in_order(static_cast<double>(left), op, *number);
    }
    return false;
}

/// One single value against an operand that is not null.
bool satisfies(const value& what, const comparison& by, comparator op) {
    if (const std::string* text = what.text()) return satisfies(*text, by, op);
    if (const bool* flag = what.flag()) {
        const bool* wanted = std::get_if<bool>(&by.operand);
        return wanted != nullptr && in_order(*flag, op, *wanted);
    }
    if (const auto* whole = std::get_if<std::int64_t>(&what.data)) {
        return number_satisfies(*whole, op, by.operand);
    }
    if (const auto* number = std::get_if<double>(&what.data)) {
        return number_satisfies(*number, op, by.operand);
    }
    return false;
}

/// Calls `test` on each value of `leaf` in `what`, which is its holder or a list of holders, until
/// one passes.
template <class Test>
bool any_value(const value* what, const attribute* sub, Test test) {
    if (what == nullptr) return false;
    if (const array* elements = what->elements()) {
        return std::any_of(elements->begin(), elements->end(),
                           [&](const value& one) { return any_value(&one, sub, test); });
    }
    if (sub == nullptr) return test(*what);
    const object* members = what->members();
    return members != nullptr && any_value(find(*members, *sub), nullptr, test);
}

/// A comparison over everything that a target has: `holder` is the value of the attribute itself.
bool compare(const comparison& by, const value* holder) {
    if (!work_budget::spend(comparison_work)) return false;
    const auto present = [&] { return any_value(holder, by.target.sub, is_present); };
    if (by.op == comparator::pr) return present();
    if (std::holds_alternative<std::monostate>(by.operand)) {
        return present() == (by.op == comparator::ne);
    }
    if (by.op != comparator::ne) {
        return any_value(holder, by.target.sub,
                         [&](const value& one) { return satisfies(one, by, by.op); });
    }
    return !any_value(holder, by.target.sub,
                      [&](const value& one) { return satisfies(one, by, comparator::eq); });
}

class element_judge {
  public:
    explicit element_judge(const value& element) : element_(element) {}

    bool judge(const filter& what) const { return std::visit(*this, what.node); }

    bool operator()(const comparison& by) const { return compare(by, &element_); }

    bool operator()(const element_match&) const { return false; } // the grammar has none in here

    bool operator()(const negation& what) const { return !judge(*what.of); }

    bool operator()(const conjunction& what) const {
        return std::all_of(what.terms.begin(), what.terms.end(),
                           [this](const filter& term) { return judge(term); });
    }

    bool operator()(const disjunction& what) const {
        return std::any_of(what.terms.begin(), what.terms.end(),
                           [this](const filter& term) { return judge(term); });
    }

  private:
    const value& element_;
};

class judge {
  public:
    judge(const resource& subject, const computed& facts) : subject_(subject), facts_(facts) {}

    bool decide(const filter& what) { return std::visit(*this, what.node); }

    bool operator()(const comparison& by) {
        if (!by.target.is_apart()) return compare(by, holder_of(by.target));
        return by.op == comparator::pr ? facts_.member_count > 0 : has_member(by.key);
    }

    bool operator()(const element_match& what) {
        if (what.target.is_apart()) {
            const auto listed = listed_values(*what.within);
            return listed && std::any_of(listed->begin(), listed->end(),
                                         [this](std::string_view id) { return has_member(id); });
        }
        return any_value(holder_of(what.target), nullptr, [&](const value& element) {
            return matches_element(*what.within, element);
        });
    }

    bool operator()(const negation& what) { return !decide(*what.of); }

    bool operator()(const conjunction& what) {
        return std::all_of(what.terms.begin(), what.terms.end(),
                           [this](const filter& term) { return decide(term); });
    }

    bool operator()(const disjunction& what) {
        return std::any_of(what.terms.begin(), what.terms.end(),
                           [this](const filter& term) { return decide(term); });
    }

  private:
    [[nodiscard]] bool has_member(std::string_view id) const {
        return facts_.has_member && facts_.has_member(id);
    }

    /// The value of the target's attribute, without its sub-attribute.
    const value* holder_of(const attribute_path& target) {
        assert(target.extension != nullptr || target.attr != nullptr);
        const object* in = &subject_.attributes();
        if (!target.top().stored) {
            if (!computed_) {
                computed_ = computed_attributes(subject_.type(), subject_.attributes(), facts_);
            }
            in = &*computed_;
        }
        const value* found = find(*in, target.top());
        if (target.extension == nullptr || target.attr == nullptr || found == nullptr) return found;
        return find(*found->members(), *target.attr);
    }

    const resource& subject_;
    const computed& facts_;
    std::optional<object> computed_; // only when the filter asks for it
};

} // namespace

bool matches(const filter& what, const resource& subject, const computed& facts) {
    return judge(subject, facts).decide(what);
}

bool matches_element(const filter& what, const value& element) {
    return element_judge(element).judge(what);
}

std::optional<object> described_by(const filter& which) {
    std::vector<const filter*> terms = {&which};
    if (const auto* all = std::get_if<conjunction>(&which.node)) {
        terms.clear();
        for (const filter& term : all->terms)
            terms.push_back(&term);
    }
    object out;
    for (const filter* term : terms) {
        const auto* by = std::get_if<comparison>(&term->node);
        if (by == nullptr || by->op != comparator::eq || by->target.sub == nullptr)
            return std::nullopt;
        const attribute& row = *by->target.sub;
        if (const auto* text = std::get_if<std::string>(&by->operand)) {
            put(out, row, value{*text});
        } else if (const auto* flag = std::get_if<bool>(&by->operand)) {
            put(out, row, value{*flag});
        } else {
            return std::nullopt;
        }
    }
    return out;
}

} // namespace rollcall::scim
