#include "gateway/scim/patch_elements.hpp"

#include "gateway/scim/text.hpp"
#include "gateway/scim/work_budget.hpp"

#include <algorithm>
#include <unordered_set>

namespace rollcall::scim {
namespace {

/// What looking at one element costs besides the bytes of its texts.
constexpr std::size_t element_work = 16;

/// True if `element` has every part of `one`, with the same value.
bool says_all_of(const value& element, const value& one) {
    if (!work_budget::spend(element_work)) return false;
    const object* parts = one.members();
    const object* has = element.members();
    if (parts == nullptr || has == nullptr) return element == one;
    return std::all_of(parts->begin(), parts->end(), [&](const member& part) {
        const value* is = find(*has, *part.what);
        return is != nullptr && *is == part.is;
    });
}

} // namespace

elements::elements(const attribute& row, array all)
    : row_(row),
      value_(find_attribute(row.sub_attributes, "value")),
      type_(find_attribute(row.sub_attributes, "type")),
      primary_(find_attribute(row.sub_attributes, "primary")),
      all_(std::move(all)) {}

std::string elements::comparable(const attribute& row, const std::string& text) const {
    work_budget::spend(element_work + text.size());
    return row.case_exact() ? text : folded(text);
}

std::optional<std::string> elements::identity(const value& element) const {
    if (const std::string* plain = element.text()) return comparable(row_, *plain);
    const object* parts = element.members();
    if (parts == nullptr || value_ == nullptr) return std::nullopt;
    const value* main = find(*parts, *value_);
    if (main == nullptr || main->text() == nullptr) return std::nullopt;
    std::string out = *main->text();
    if (type_ == nullptr) return out;
    out += '\0';
    if (const value* type = find(*parts, *type_)) {
        work_budget::spend(element_work + type->text()->size());
        out += folded(*type->text());
    }
    return out;
}

std::optional<std::size_t> elements::find_same(const value& one) {
    if (const auto id = identity(one)) {
        if (!indexed_) {
            indexed_ = true;
            for (std::size_t at = 0; at < all_.size(); ++at) {
                if (auto other = identity(all_[at])) by_identity_.emplace(std::move(*other), at);
            }
        }
        const auto found = by_identity_.find(*id);
        if (found == by_identity_.end()) return std::nullopt;
        return found->second;
    }
    for (std::size_t at = 0; at < all_.size(); ++at) {
        if (says_all_of(all_[at], one)) return at;
    }
    return std::nullopt;
}

void elements::add(const value& one) {
    const auto same = find_same(one);
    if (!same) {
        if (auto id = identity(one)) by_identity_.emplace(std::move(*id), all_.size());
        return append(one);
    }
    object* has = all_[*same].members();
    if (has == nullptr) return;
    for (const member& part : *one.members())
        put(*has, *part.what, part.is);
    touched(*same, nullptr, one);
}

void elements::append(value one) {
    if (is_primary(one)) made_primary_.push_back(all_.size());
    all_.push_back(std::move(one));
}

void elements::replace(const array& these) {
    all_ = these;
}

void elements::remove(const array& listed) {
    std::unordered_set<std::string> values;
    std::vector<const value*> others;
    const auto value_of = [this](const value& element) -> std::optional<std::string> {
        if (const std::string* plain = element.text()) return comparable(row_, *plain);
        const object* parts = element.members();
        const value* main = parts == nullptr || value_ == nullptr ? nullptr : find(*parts, *value_);
        if (main == nullptr || main->text() == nullptr) return std::nullopt;
        return comparable(*value_, *main->text());
    };
    for (const value& one : listed) {
        if (auto text = value_of(one)) {
            values.insert(std::move(*text));
        } else {
            others.push_back(&one);
        }
    }
    std::erase_if(all_, [&](const value& element) {
        const auto text = value_of(element);
        if (text && values.contains(*text)) return true;
        return std::any_of(others.begin(), others.end(),
                           [&](const value* one) { return says_all_of(element, *one); });
    });
}

void elements::touched(std::size_t at, const attribute* sub, const value& given) {
    if (primary_ == nullptr) return;
    const bool said = sub == nullptr ? is_primary(given) : sub == primary_;
    if (said && is_primary(all_[at])) made_primary_.push_back(at);
}

bool elements::is_primary(const value& element) const {
    const object* parts = element.members();
    if (parts == nullptr || primary_ == nullptr) return false;
    const value* flag = find(*parts, *primary_);
    return flag != nullptr && *flag->flag();
}

result<void> elements::settle(std::size_t most) {
    if (all_.size() > most) {
        return refuse(scim_type::invalid_value, std::string(row_.name) +
                                                    ": must not have more than " +
                                                    std::to_string(most) + " values");
    }
    std::sort(made_primary_.begin(), made_primary_.end());
    made_primary_.erase(std::unique(made_primary_.begin(), made_primary_.end()),
                        made_primary_.end());
    if (made_primary_.empty()) return {};
    if (made_primary_.size() > 1) {
        return refuse(scim_type::invalid_value,
                      std::string(row_.name) + ": must not have more than one primary value");
    }
    for (std::size_t at = 0; at < all_.size(); ++at) {
        if (at != made_primary_.front() && is_primary(all_[at])) {
            put(*all_[at].members(), *primary_, value{false});
        }
    }
    return {};
}

} // namespace rollcall::scim
