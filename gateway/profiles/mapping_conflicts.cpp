// What two rules of a mapping may not do to each other.
#include "gateway/profiles/mapping_reader.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/text.hpp"

namespace rollcall::profiles {
namespace {

bool same_value(const scim::value& a, const scim::value& b) {
    if (a.text() == nullptr || b.text() == nullptr) return a == b;
    return scim::folded(*a.text()) == scim::folded(*b.text());
}

/// Whether no element can fit both: they want different values of one attribute.
bool disjoint(const scim::path& a, const scim::path& b) {
    if (!a.which || !b.which) return false;
    const auto one = scim::described_by(*a.which);
    const auto other = scim::described_by(*b.which);
    if (!one || !other) return false;
    for (const scim::member& part : *one) {
        const scim::value* is = scim::find(*other, *part.what);
        if (is != nullptr && !same_value(*is, part.is)) return true;
    }
    return false;
}

bool same_attribute(const scim::path& a, const scim::path& b) {
    return a.target.extension == b.target.extension && a.target.attr == b.target.attr;
}

/// Whether setting `target` may change what is found at `source`. Elements of a list are one thing
/// here, since a rule makes, finds and takes away whole ones.
bool touches(const scim::path& target, const scim::path& source) {
    if (!same_attribute(target, source)) return false;
    if (target.target.attr->multi_valued) return !disjoint(target, source);
    return target.target.sub == source.target.sub;
}

std::string name_of(std::size_t rule) {
    return "rules[" + std::to_string(rule) + "]";
}

void compare_targets(const mapping& what, std::size_t first, std::size_t second,
                     mapping_faults& faults) {
    const scim::path& a = what.rules[first].target;
    const scim::path& b = what.rules[second].target;
    if (!same_attribute(a, b)) return;
    const bool many = a.target.attr->multi_valued;
    if (many && disjoint(a, b)) return;
    if (a.target.sub != b.target.sub && (!many || a.which == b.which)) return;
    const std::string where = name_of(second) + ".target";
    if (a == b) {
        faults.push_back({where, "'" + print(b) + "' is set by " + name_of(first) +
                                     " already: leave one of them out"});
    } else {
        faults.push_back({where, "'" + print(b) + "' may be the value that " + name_of(first) +
                                     " sets: use the same brackets for both, or some that no value "
                                     "can fit at once, such as two types"});
    }
}

void compare_source(const mapping& what, std::size_t setting, std::size_t reading,
                    mapping_faults& faults) {
    const scim::path& target = what.rules[setting].target;
    const mapping_rule& reader = what.rules[reading];
    for (const display_template::piece& one : reader.value.pieces) {
        if (one.attribute.target.attr == nullptr || !touches(target, one.attribute)) continue;
        const std::string read_name = "'" + print(one.attribute) + "' ";
        faults.push_back(
            {name_of(reading) + "." + std::string(reader.kind),
             read_name +
                 (setting == reading ? "is, or may be, what the rule itself sets"
                                     : "is, or may be, what " + name_of(setting) + " sets") +
                 ": a mapping reads only what the provider sends, so say what '" + print(target) +
                 "' is made of"});
        return;
    }
}

} // namespace

mapping_faults find_conflicts(const mapping& what) {
    mapping_faults faults;
    for (std::size_t i = 0; i < what.rules.size(); ++i) {
        for (std::size_t k = 0; k < what.rules.size(); ++k) {
            if (k < i) compare_targets(what, k, i, faults);
            compare_source(what, k, i, faults);
        }
    }
    if (faults.size() > mapping_faults_max) faults.resize(mapping_faults_max);
    return faults;
}

} // namespace rollcall::profiles
