#include "gateway/profiles/mapping_reader.hpp"

#include "eventlog/base/json_writer.hpp"
#include "gateway/profiles/attribute_texts.hpp"
#include "gateway/profiles/display_name.hpp"
#include "gateway/scim/json_input.hpp"
#include "gateway/scim/match.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace rollcall::profiles {
namespace {

constexpr std::array<std::string_view, 3> kinds{"from", "template", "constant"};

/// Attributes that no rule sets, with the reason.
struct reserved {
    std::string_view name;
    std::string_view why;
};

constexpr std::array<reserved, 8> reserved_targets{{
    {"active", "is the provider's alone: whom it switches off is switched off"},
    {"userName", "stays as it is sent, since the provider looks for the user by it: map it in the "
                 "provider's app"},
    {"externalId", "stays as it is sent: it is the provider's own name of the user"},
    {"password", "is never kept"},
    {"schemas", "follows from what the user has"},
    {"id", "is set by the server only"},
    {"meta", "is set by the server only"},
    {"groups", "is set by the server only"},
}};

std::string named(std::string_view text) {
    return quoted_value(text) + " ";
}

/// What is said of a path that is no single text; nothing if it is one, or a reference.
std::optional<std::string> not_one_text(const scim::path& where) {
    const scim::attribute_path& path = where.target;
    if (path.attr == nullptr || path.leaf().type == scim::value_type::complex ||
        (path.sub == nullptr && path.leaf().multi_valued)) {
        return "has several parts: name one of them, such as name.givenName or "
               "emails[type eq \"work\"].value";
    }
    const scim::value_type type = path.leaf().type;
    if (type == scim::value_type::string || type == scim::value_type::reference) {
        return std::nullopt;
    }
    return "is of the type " + std::string(scim::word(type)) + ": a mapping is about texts";
}

bool is_read_only(const scim::attribute_path& path) {
    for (const scim::attribute* part : {path.extension, path.attr, path.sub}) {
        if (part != nullptr && part->mutability == scim::mutability::read_only) return true;
    }
    return false;
}

/// Why a path that can be read is no target.
std::optional<std::string> not_a_target(const scim::path& where) {
    const scim::attribute_path& path = where.target;
    if (path.extension == nullptr && path.attr != nullptr) {
        for (const reserved& one : reserved_targets) {
            if (path.attr->name == one.name) return std::string(one.why);
        }
    }
    if (is_read_only(path)) return "is set by the server only";
    if (auto why = not_one_text(where)) return why;
    if (!path.attr->multi_valued) return std::nullopt;
    if (!where.which) {
        return "has several values: say in brackets which one is set, such as "
               "emails[type eq \"work\"].value";
    }
    const auto described = scim::described_by(*where.which);
    if (!described) {
        return "has brackets that do not say what to make: use eq, and several of these joined "
               "with and, such as [type eq \"work\"]";
    }
    if (scim::find(*described, *path.sub) != nullptr) {
        return "names in its brackets what it sets: use another attribute there";
    }
    const auto* terms = std::get_if<scim::conjunction>(&where.which->node);
    if (terms != nullptr && terms->terms.size() != described->size()) {
        return "names an attribute in its brackets twice: say each of them once";
    }
    for (const scim::member& part : *described) {
        // Another element takes `primary` away from this one, and without what the rule sets an
        // element with a value would go: turning twice would not be turning once.
        if (part.what->name == "primary" || part.what->name == "value") {
            return "names " + std::string(part.what->name) +
                   " in its brackets, which is the provider's to "
                   "change: say there what kind of value it is, such as [type eq \"work\"]";
        }
    }
    return std::nullopt;
}

class rules_reader {
  public:
    base::result<mapping, mapping_faults> read(std::string_view text) {
        const auto root = scim::parse_json(text);
        if (!root) {
            say("rules", root.error().detail);
        } else if (const auto twice = scim::find_duplicate_names(*root)) {
            say("rules", twice->detail);
        } else if (!root->is_array()) {
            say("rules", "must be an array of rules");
        } else {
            read_all(*root);
        }
        if (faults_.empty()) faults_ = find_conflicts(out_);
        if (!faults_.empty()) return tl::unexpected(std::move(faults_));
        return std::move(out_);
    }

  private:
    void say(std::string where, std::string message) {
        if (faults_.size() < mapping_faults_max) {
            faults_.push_back({std::move(where), std::move(message)});
        }
    }

    /// A fault of a member of the rule that is being read.
    void say_of(std::string_view member, std::string message) {
        say(at_ + (member.empty() ? "" : ".") + std::string(member), std::move(message));
    }

    void read_all(scim::json_array rules) {
        if (rules.size() == 0) {
            return say("rules", "must have at least one rule: to have no mapping, clear it");
        }
        if (rules.size() > mapping_rules_max) {
            return say("rules", "may be at most " + std::to_string(mapping_rules_max));
        }
        std::size_t number = 0;
        std::size_t sources = 0;
        for (const scim::json_value one : rules) {
            at_ = "rules[" + std::to_string(number++) + "]";
            if (!one.is_object()) {
                say_of("", "must be an object with a target and one of from, template, constant");
                continue;
            }
            auto rule = read_rule(one);
            if (!rule) continue;
            for (const auto& piece : rule->value.pieces) {
                if (piece.attribute.target.attr != nullptr) ++sources;
            }
            out_.rules.push_back(std::move(*rule));
        }
        if (sources > mapping_sources_max) {
            say("rules", "may read at most " + std::to_string(mapping_sources_max) +
                             " attributes together; these read " + std::to_string(sources));
        }
    }

    /// Nothing if it has faults.
    std::optional<mapping_rule> read_rule(scim::json_object from) {
        mapping_rule rule;
        const std::size_t before = faults_.size();
        bool has_target = false;
        for (const auto field : from) {
            const auto* const kind = std::find(kinds.begin(), kinds.end(), field.key);
            if (field.key == "required") {
                bool flag = false;
                if (field.value.get(flag) != simdjson::SUCCESS) {
                    say_of("required", "must be true or false");
                }
                rule.required = flag;
            } else if (field.key == "target") {
                has_target = true;
                read_target(rule, field.value);
            } else if (kind == kinds.end()) {
                say_of("", "has the unknown member " + quoted_value(field.key) +
                               "; known: target, from, template, constant, required");
            } else if (!rule.kind.empty()) {
                say_of(*kind,
                       "stands beside " + std::string(rule.kind) + ": a rule has one of them");
            } else {
                rule.kind = *kind;
                if (auto text = read_text(*kind, field.value)) rule.text = std::move(*text);
            }
        }
        if (!has_target) say_of("target", "is missing: the attribute that the rule sets");
        if (rule.kind.empty()) {
            say_of("", "must have one of from, template and constant: what the target is made of");
        }
        if (faults_.size() == before) read_value(rule);
        if (faults_.size() != before) return std::nullopt;
        return rule;
    }

    std::optional<std::string> read_text(std::string_view member, scim::json_value from) {
        std::string_view text;
        if (from.get(text) != simdjson::SUCCESS || text.empty()) {
            say_of(member, "must be a text that is not empty");
            return std::nullopt;
        }
        if (text.size() > mapping_text_max) {
            say_of(member, "may have at most " + std::to_string(mapping_text_max) + " bytes");
            return std::nullopt;
        }
        return std::string(text);
    }

    std::optional<scim::path> read_path(std::string_view member, const std::string& text) {
        auto path = scim::parse_path(scim::user_type(), text);
        if (path) return std::move(*path);
        say_of(member, path.error().detail);
        return std::nullopt;
    }

    void read_target(mapping_rule& rule, scim::json_value from) {
        const auto text = read_text("target", from);
        auto path = text ? read_path("target", *text) : std::nullopt;
        if (!path) return;
        if (const auto why = not_a_target(*path)) return say_of("target", named(*text) + *why);
        rule.target = std::move(*path);
    }

    /// What the rule sets. @pre its target is sound
    void read_value(mapping_rule& rule) {
        if (rule.kind == "constant") {
            rule.value.pieces.push_back({rule.text, {}});
        } else if (rule.kind == "from") {
            read_from(rule);
        } else if (auto read = read_template(rule.text)) {
            rule.value = std::move(*read);
        } else {
            say_of("template", std::move(read.error()));
        }
    }

    void read_from(mapping_rule& rule) {
        auto path = read_path("from", rule.text);
        if (!path) return;
        const scim::attribute_path& source = path->target;
        if (source.attr != nullptr && (!source.top().stored || !source.leaf().stored)) {
            return say_of("from", named(rule.text) + "is nothing that a provider sends and that "
                                                     "is kept");
        }
        if (auto why = not_one_text(*path)) return say_of("from", named(rule.text) + *why);
        const scim::value_type type = source.leaf().type;
        const scim::value_type wanted = rule.target.target.leaf().type;
        if (type != wanted) {
            return say_of("from", named(rule.text) + "is of the type " +
                                      std::string(scim::word(type)) + " and the target of " +
                                      std::string(scim::word(wanted)) +
                                      ": take one of the same type");
        }
        rule.value.pieces.push_back({"", std::move(*path)});
    }

    mapping out_;
    mapping_faults faults_;
    std::string at_; ///< the rule that is being read
};

} // namespace

base::result<mapping, mapping_faults> read_mapping(std::string_view rules) {
    return rules_reader().read(rules);
}

void append_rules(std::string& out, const mapping& what) {
    base::json_writer json(out);
    json.begin_array();
    for (const mapping_rule& rule : what.rules) {
        json.begin_object().member("target", print(rule.target));
        json.member(rule.kind,
                    rule.kind == "from" ? print(rule.value.pieces.front().attribute) : rule.text);
        if (rule.required) json.member("required", true);
        json.end_object();
    }
    json.end_array();
}

} // namespace rollcall::profiles
