#include "gateway/scim/members.hpp"

#include "gateway/scim/coerce.hpp"
#include "gateway/scim/limits.hpp"
#include "gateway/scim/text.hpp"

#include <algorithm>
#include <string>

namespace rollcall::scim {
namespace {

bool is_writable(const attribute_path& path) {
    if (!path.top().stored) return false;
    return path.leaf().stored && path.leaf().mutability != mutability::read_only &&
           (path.attr == nullptr || path.attr->mutability != mutability::read_only);
}

/// Where a value goes; holders that are missing on the way are made.
object& holder_of(object& root, const attribute_path& path) {
    object* in = &root;
    const auto descend = [&in](const attribute& step) {
        value* next = find(*in, step);
        if (next == nullptr) next = &put(*in, step, value{object{}});
        in = next->members();
    };
    if (path.extension != nullptr) descend(*path.extension);
    if (path.sub != nullptr) descend(*path.attr);
    return *in;
}

class member_reader {
  public:
    member_reader(resource& out, std::vector<error>& faults) : out_(out), faults_(faults) {}

    void read(std::string_view name, json_value from) {
        if (is_core_urn(out_.type(), name)) return read_core(from);
        const auto path = resolve(out_.type(), name);
        if (!path || !is_writable(*path)) return;
        if (path->attr != nullptr) return read_at(*path, from);
        if (from.is_null()) return;
        if (!from.is_object()) {
            note(faults_, fault(scim_type::invalid_value, path->text() + ": must be an object"));
            return;
        }
        for (const auto field : json_object(from)) {
            const auto inner = resolve_in_extension(*path->extension, field.key);
            if (inner && is_writable(*inner)) read_at(*inner, field.value);
        }
    }

  private:
    void read_core(json_value from) {
        if (from.is_null()) return;
        if (!from.is_object()) {
            const std::string urn(out_.type().core().urn);
            return note(faults_, fault(scim_type::invalid_value, urn + ": must be an object"));
        }
        for (const auto field : json_object(from))
            read(field.key, field.value);
    }

    void read_at(const attribute_path& path, json_value from) {
        // A dotted name below a multi-valued attribute says nothing about which element.
        if (path.sub != nullptr && path.attr->multi_valued) return;
        const std::string text = path.text();
        auto read = coerce(path.leaf(), from, text, {.elements_max = out_.type().elements_max()});
        if (!read) return note(faults_, std::move(read.error()));
        if (!*read) return;
        object& holder = holder_of(out_.attributes(), path);
        value* there = find(holder, path.leaf());
        if (there == nullptr) {
            put(holder, path.leaf(), std::move(**read));
        } else if (!merge(there->members(), (*read)->members())) {
            note(faults_, fault(scim_type::invalid_syntax,
                                text + ": is given more than once under different names"));
        }
    }

    /// `name.givenName` and `name` may stand side by side as long as they say different things.
    static bool merge(object* into, object* from) {
        if (into == nullptr || from == nullptr) return false;
        for (member& one : *from) {
            if (find(*into, *one.what) != nullptr) return false;
            put(*into, *one.what, std::move(one.is));
        }
        return true;
    }

    resource& out_;
    std::vector<error>& faults_;
};

/// Every value that is given for a core attribute, under whatever name.
void find_all(const resource_type& type, json_object in, const attribute& row,
              std::vector<json_value>& found) {
    for (const auto field : in) {
        if (is_core_urn(type, field.key)) {
            if (field.value.is_object()) find_all(type, field.value, row, found);
            continue;
        }
        const auto path = resolve(type, field.key);
        if (path && &path->leaf() == &row) found.push_back(field.value);
    }
}

void check_required_rows(std::span<const attribute> rows, const object& in,
                         const std::string& prefix, std::vector<error>& faults) {
    for (const attribute& row : rows) {
        const value* is = find(in, row);
        const std::string name = prefix + std::string(row.name);
        const bool empty = is == nullptr || (is->text() != nullptr && is->text()->empty());
        if (empty) {
            if (row.required && row.stored) {
                note(faults,
                     fault(scim_type::invalid_value, name + ": is required and must have a value"));
            }
            continue;
        }
        if (row.sub_attributes.empty()) continue;
        const std::string inner = name + (row.is_extension ? ":" : ".");
        if (const object* parts = is->members()) {
            check_required_rows(row.sub_attributes, *parts, inner, faults);
        }
        if (const array* elements = is->elements()) {
            for (const value& element : *elements) {
                check_required_rows(row.sub_attributes, *element.members(), inner, faults);
            }
        }
    }
}

} // namespace

void note(std::vector<error>& faults, error what) {
    if (faults.size() < limits::faults_max) faults.push_back(std::move(what));
}

std::optional<error> check_schemas(json_object body, std::string_view urn) {
    const auto wrong = [urn](std::string_view why) {
        return fault(scim_type::invalid_syntax,
                     "schemas: " + std::string(why) + "; send [\"" + std::string(urn) + "\"]");
    };
    const auto schemas = find_member(body, "schemas");
    if (!schemas || schemas->is_null()) return wrong("is missing");
    if (!schemas->is_array()) return wrong("must be an array of URNs");
    std::vector<std::string> seen;
    for (const json_value one : json_array(*schemas)) {
        std::string_view text;
        if (one.get(text) != simdjson::SUCCESS) return wrong("must hold strings only");
        seen.push_back(folded(text));
    }
    if (seen.empty()) return wrong("must not be empty");
    std::sort(seen.begin(), seen.end());
    if (std::adjacent_find(seen.begin(), seen.end()) != seen.end()) {
        return wrong("names a URN twice");
    }
    if (!std::binary_search(seen.begin(), seen.end(), folded(urn))) {
        return wrong("does not name " + std::string(urn));
    }
    return std::nullopt;
}

resource read_members(const resource_type& type, json_object body, std::vector<error>& faults) {
    resource out(type);
    member_reader reader(out, faults);
    for (const auto field : body)
        reader.read(field.key, field.value);
    return out;
}

std::optional<bool> read_lifecycle_switch(const resource_type& type, json_object body) {
    const attribute* row = lifecycle_switch(type);
    if (row == nullptr) return std::nullopt;
    std::vector<json_value> given;
    find_all(type, body, *row, given);
    bool unreadable = false;
    std::optional<bool> wish;
    for (const json_value one : given) {
        const auto flag = as_lifecycle_switch(*row, one);
        if (flag == false) return false;
        if (!flag) unreadable = true;
        wish = flag;
    }
    return unreadable ? std::nullopt : wish;
}

void check_required(const resource& what, std::vector<error>& faults) {
    check_required_rows(what.type().attributes(), what.attributes(), {}, faults);
}

} // namespace rollcall::scim
