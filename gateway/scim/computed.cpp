#include "gateway/scim/computed.hpp"

#include "gateway/scim/attribute_path.hpp"
#include "gateway/scim/render.hpp"
#include "gateway/scim/stored_value.hpp"

#include <cassert>

namespace rollcall::scim {
namespace {

/// Writes text below one complex attribute, part by part.
class parts {
  public:
    explicit parts(const attribute& of) : of_(of) {}

    void set(std::string_view name, std::string text) {
        const attribute* row = find_attribute(of_.sub_attributes, name);
        assert(row != nullptr);
        put(out_, *row, value{std::move(text)});
    }

    object take() { return std::move(out_); }

  private:
    const attribute& of_;
    object out_;
};

object meta_of(const attribute& row, const resource_type& type, const computed& facts) {
    parts meta(row);
    meta.set("resourceType", std::string(type.name()));
    meta.set("created", facts.created.text());
    meta.set("lastModified", facts.last_modified.text());
    meta.set("location", location(type, facts));
    meta.set("version", etag(facts.version));
    return meta.take();
}

array groups_of(const attribute& row, std::string_view json) {
    const auto root = parse_json(json);
    if (!root || !root->is_array() || json_array(*root).size() == 0) return {};
    auto read = read_stored_value(row, *root);
    assert(read.has_value());
    return read ? std::move(*read->elements()) : array{};
}

} // namespace

std::string etag(std::uint64_t version) {
    return "W/\"" + std::to_string(version) + "\"";
}

object computed_attributes(const resource_type& type, const object& stored, const computed& facts) {
    object out;
    array schemas;
    schemas.push_back(value{std::string(type.core().urn)});
    for (const attribute& row : type.attributes()) {
        if (row.stored) {
            if (row.is_extension && find(stored, row) != nullptr) {
                schemas.push_back(value{std::string(row.name)});
            }
        } else if (row.name == "id") {
            put(out, row, value{std::string(facts.id)});
        } else if (row.name == "meta") {
            put(out, row, value{meta_of(row, type, facts)});
        } else if (row.name == "groups") {
            array groups = groups_of(row, facts.groups);
            if (!groups.empty()) put(out, row, value{std::move(groups)});
        } else if (row.is_extension) {
            parts ours(row);
            if (!facts.status.empty()) ours.set("status", std::string(facts.status));
            if (!facts.status_reason.empty()) {
                ours.set("statusReason", std::string(facts.status_reason));
            }
            if (facts.status_since) ours.set("statusSince", facts.status_since->text());
            if (!facts.role.empty()) ours.set("role", std::string(facts.role));
            object said = ours.take();
            if (said.empty()) continue;
            schemas.push_back(value{std::string(row.name)});
            put(out, row, value{std::move(said)});
        }
    }
    put(out, type.attributes().front(), value{std::move(schemas)});
    return out;
}

} // namespace rollcall::scim
