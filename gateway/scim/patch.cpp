#include "gateway/scim/patch.hpp"

#include "gateway/scim/coerce.hpp"
#include "gateway/scim/limits.hpp"
#include "gateway/scim/member_operations.hpp"
#include "gateway/scim/members.hpp"
#include "gateway/scim/patch_message.hpp"
#include "gateway/scim/stray_switch.hpp"

#include <array>
#include <string>
#include <utility>

namespace rollcall::scim {
namespace {

constexpr std::string_view message_urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// null and [] say "no value"; "" may be one.
bool says_nothing(json_value from) {
    return from.is_null() || (from.is_array() && json_array(from).size() == 0);
}

/// What a list of one holds; anything else is itself.
json_value unwrapped(json_value from) {
    if (!from.is_array() || json_array(from).size() != 1) return from;
    return json_value(json_array(from).at(0));
}

bool is_schemas(const attribute_path& target) {
    return target.extension == nullptr && target.attr != nullptr && target.attr->name == "schemas";
}

/// True for what only the server sets: readOnly at any level.
bool is_read_only(const attribute_path& target) {
    for (const attribute* step : {target.extension, target.attr, target.sub}) {
        if (step != nullptr && step->mutability == mutability::read_only) return true;
    }
    return false;
}

} // namespace

std::optional<patch_verb> read_verb(json_object operation) {
    const auto op = find_member(operation, "op");
    std::string_view text;
    if (!op || op->get(text) != simdjson::SUCCESS) return std::nullopt;
    if (equal_ignoring_case(text, "add")) return patch_verb::add;
    if (equal_ignoring_case(text, "remove")) return patch_verb::remove;
    if (equal_ignoring_case(text, "replace")) return patch_verb::replace;
    return std::nullopt;
}

/// Turns a message into steps and faults.
class patch_reader {
  public:
    explicit patch_reader(const resource_type& type) : type_(type) {}

    patch read(json_object message) {
        if (auto wrong = check_schemas(message, message_urn)) note(out_.faults_, std::move(*wrong));
        // Given twice, which is a fault, each is read: one of them may deactivate.
        bool any = false;
        for (const auto field : message) {
            if (equal_ignoring_case(field.key, "Operations")) any |= read_list(field.value);
        }
        if (!any) {
            refuse_with(scim_type::invalid_syntax,
                        "Operations: must be an array with at least one operation");
            return std::move(out_);
        }
        out_.members_ = members_.wish();
        if (!stray_.empty() && !out_.active_wish_) {
            refuse_with(scim_type::invalid_path, describe_stray_off(type_, stray_));
        }
        return std::move(out_);
    }

  private:
    /// False if there is no operation in it.
    bool read_list(json_value operations) {
        const std::optional<bool> before = std::exchange(out_.active_wish_, std::nullopt);
        bool any = false;
        if (operations.is_object()) {
            refuse_with(scim_type::invalid_syntax, "Operations: must be an array");
            read_one(operations);
            any = true;
        } else if (operations.is_array()) {
            for (const json_value operation : json_array(operations)) {
                read_one(operation);
                any = true;
            }
        }
        settle_switch(before);
        return any;
    }

    void read_one(json_value operation) {
        if (!operation.is_object()) {
            return refuse_with(scim_type::invalid_syntax, "Operations: each must be an object");
        }
        switched_in_one_.reset();
        read_operation(operation);
    }

    /// Two lists, or two members of one object, have no order: false counts, since whoever should
    /// not have access must not keep it for a slip.
    void settle_switch(std::optional<bool> other) {
        if (!other) return;
        if (out_.active_wish_ && out_.active_wish_ != other) {
            refuse_with(scim_type::invalid_value, "active: is set both to true and to false");
            other = false;
        }
        out_.active_wish_ = other;
    }

    void read_operation(json_object operation) {
        const auto verb = read_verb(operation);
        if (!verb) {
            return refuse_with(scim_type::invalid_syntax, "op: must be add, remove or replace");
        }
        const auto where = find_member(operation, "path");
        const auto what = find_member(operation, "value");
        if (!where || where->is_null()) return read_without_path(*verb, what);
        std::string_view text;
        if (where->get(text) != simdjson::SUCCESS) {
            return refuse_with(scim_type::invalid_path, "path: must be a string");
        }
        if (text.empty() || (is_core_urn(type_, text) && *verb != patch_verb::remove)) {
            return read_without_path(*verb, what);
        }
        auto target = parse_path(type_, text);
        // Clients send all that is mapped; what another schema has is ignored, as it is in bodies.
        if (!target && names_foreign_schema(type_, text)) return pass_over(*verb, text, what);
        if (!target) return note(out_.faults_, std::move(target.error()));
        if (target->target.is_apart()) return read_membership(*verb, *target, what);
        if (is_read_only(target->target)) {
            return refuse_with(scim_type::mutability,
                               target->target.text() + ": is set by the server only");
        }
        if (target->target.leaf().mutability == mutability::write_only) return; // the password
        if (*verb == patch_verb::remove) return read_removal(std::move(*target), what);
        if (!what) {
            return refuse_with(scim_type::invalid_value,
                               target->target.text() + ": the operation has no value");
        }
        if (target->target.attr == nullptr) return read_extension(*verb, target->target, *what);
        assign(*verb, std::move(*target), *what);
    }

    void read_membership(patch_verb verb, const path& where, std::optional<json_value> what) {
        if (auto read = members_.read(verb, where, what); !read) {
            note(out_.faults_, std::move(read.error()));
        }
    }

    void pass_over(patch_verb verb, std::string_view name, std::optional<json_value> what) {
        const attribute* lifecycle = lifecycle_switch(type_);
        if (verb == patch_verb::remove || !what || lifecycle == nullptr) return;
        if (strays_to_off(*lifecycle, name, *what)) stray_ = name;
    }

    /// A value without a path is a resource in small: each member is a change of its own. Clients
    /// send whole resources here, so what cannot be changed or is not known is passed over.
    void read_without_path(patch_verb verb, std::optional<json_value> what) {
        if (verb == patch_verb::remove) {
            return refuse_with(scim_type::no_target, "path: remove needs one");
        }
        if (!what || !what->is_object()) {
            return refuse_with(scim_type::invalid_value,
                               "value: must be an object when there is no path");
        }
        for (const auto field : json_object(*what))
            read_member(verb, std::string(field.key), field.value);
    }

    void read_member(patch_verb verb, const std::string& name, json_value what) {
        if (is_core_urn(type_, name)) return read_core(verb, what);
        auto target = parse_path(type_, name);
        if (target && target->target.is_apart()) return read_membership(verb, *target, what);
        if (!target || is_schemas(target->target) || is_read_only(target->target) ||
            !target->target.top().stored) {
            return pass_over(verb, name, what);
        }
        if (target->target.attr == nullptr) return read_extension(verb, target->target, what);
        assign(verb, std::move(*target), what);
    }

    void read_core(patch_verb verb, json_value what) {
        if (says_nothing(what)) return;
        if (!what.is_object()) {
            return refuse_with(scim_type::invalid_value,
                               std::string(type_.core().urn) + ": must be an object");
        }
        for (const auto field : json_object(what))
            read_member(verb, std::string(field.key), field.value);
    }

    void read_extension(patch_verb verb, const attribute_path& target, json_value what) {
        if (says_nothing(what)) {
            if (verb == patch_verb::replace) push({patch_verb::remove, {target, {}}, {}});
            return;
        }
        if (!what.is_object()) {
            return refuse_with(scim_type::invalid_value, target.text() + ": must be an object");
        }
        for (const auto field : json_object(what)) {
            read_member(verb, std::string(target.extension->name) + ":" + std::string(field.key),
                        field.value);
        }
    }

    void read_removal(path where, std::optional<json_value> what) {
        const attribute& leaf = where.target.leaf();
        if (leaf.required && leaf.stored && !where.which && where.target.sub == nullptr) {
            return refuse_with(scim_type::mutability,
                               where.target.text() + ": is required and cannot be removed");
        }
        if (leaf.is_lifecycle_switch) return refuse_no_switch(where);
        patch_step step{patch_verb::remove, std::move(where), {}};
        const bool whole = !step.where.which && step.where.target.sub == nullptr;
        if (what && !what->is_null() && whole && leaf.multi_valued) {
            auto listed = coerce(leaf, *what, step.where.target.text(), shapes());
            if (!listed) return note(out_.faults_, std::move(listed.error()));
            // A list of nothing removes nothing: never the whole attribute.
            step.what = *listed ? std::move(**listed) : value{array{}};
        }
        push(std::move(step));
    }

    void assign(patch_verb verb, path where, json_value what) {
        const attribute_path& target = where.target;
        const bool whole = !where.which && target.sub == nullptr;
        if (whole && !target.attr->multi_valued && target.attr->type == value_type::complex) {
            const json_value only = unwrapped(what);
            if (only.is_object()) return assign_parts(verb, where, only);
        }
        auto read = where.which && target.sub == nullptr
                        ? coerce_element(*target.attr, what, print(where), shapes())
                        : coerce(target.leaf(), what, print(where), shapes());
        if (!read) return note(out_.faults_, std::move(read.error()));
        if (!*read) return clear(verb, std::move(where), what);
        if (target.leaf().is_lifecycle_switch) {
            out_.active_wish_ = *(*read)->flag();
            settle_switch(switched_in_one_);
            switched_in_one_ = out_.active_wish_;
        }
        push({verb, std::move(where), std::move(**read)});
    }

    /// An object for a single complex attribute is merged into it, so its members without a value
    /// are removals.
    void assign_parts(patch_verb verb, const path& where, json_object what) {
        object given;
        std::vector<const attribute*> emptied;
        for (const auto field : what) {
            const attribute* row = find_attribute(where.target.attr->sub_attributes, field.key);
            if (row == nullptr || row->mutability == mutability::read_only) continue;
            auto one = coerce(*row, field.value, where.target.text() + "." + std::string(row->name),
                              shapes());
            if (!one) return note(out_.faults_, std::move(one.error()));
            if (*one) {
                put(given, *row, std::move(**one));
            } else if (verb == patch_verb::replace || !says_nothing(field.value)) {
                emptied.push_back(row);
            }
        }
        const bool nothing_given = given.empty();
        if (!nothing_given) push({verb, where, value{std::move(given)}});
        for (const attribute* row : emptied) {
            path part = where;
            // A reference without its value is no reference: {"value":""} takes all of it away.
            if (!nothing_given || row->name != "value") part.target.sub = row;
            push({patch_verb::remove, std::move(part), {}});
        }
    }

    /// The value turned out to be none.
    void clear(patch_verb verb, path where, json_value what) {
        const attribute& leaf = where.target.leaf();
        if (verb == patch_verb::add && (says_nothing(what) || leaf.multi_valued)) return;
        if (leaf.is_lifecycle_switch) return refuse_no_switch(where);
        if (leaf.required && where.target.sub == nullptr && !where.which) {
            return refuse_with(says_nothing(what) ? scim_type::mutability
                                                  : scim_type::invalid_value,
                               where.target.text() + ": is required and must have a value");
        }
        push({patch_verb::remove, std::move(where), {}});
    }

    void refuse_no_switch(const path& where) {
        refuse_with(scim_type::invalid_value,
                    where.target.text() + ": cannot be removed; set it to true or false");
    }

    void push(patch_step step) {
        if (out_.steps_.size() < limits::patch_steps_max) {
            out_.steps_.push_back(std::move(step));
        } else if (!full_) {
            full_ = true;
            note(out_.faults_,
                 {413, scim_type::none,
                  "The PATCH changes more than " + std::to_string(limits::patch_steps_max) +
                      " things; send it in parts"});
        }
    }

    void refuse_with(scim_type type, std::string detail) {
        note(out_.faults_, fault(type, std::move(detail)));
    }

    [[nodiscard]] coercion shapes() const {
        return {.any_shape = true, .elements_max = type_.elements_max()};
    }

    const resource_type& type_;
    patch out_;
    member_operations members_;
    bool full_ = false;
    std::optional<bool> switched_in_one_; ///< what the object says of `active` so far
    std::string stray_; ///< what was passed over and may have been meant to deactivate
};

result<patch> patch::read(const resource_type& type, std::string_view body) {
    std::optional<error> unreadable;
    const auto root = parse_json(body, unreadable);
    if (!root) return tl::unexpected<error>(root.error());
    if (!root->is_object()) {
        return refuse(scim_type::invalid_syntax, "The body must be a JSON object");
    }
    auto twice = find_duplicate_names(*root);
    patch out = patch_reader(type).read(*root);
    for (std::optional<error>* of_all : {&twice, &unreadable}) {
        if (*of_all) out.faults_.insert(out.faults_.begin(), std::move(**of_all));
        if (out.faults_.size() > limits::faults_max) out.faults_.pop_back();
    }
    if (!out.faults_.empty() && !out.deactivates()) {
        return tl::unexpected<error>(std::move(out.faults_.front()));
    }
    return out;
}

} // namespace rollcall::scim
