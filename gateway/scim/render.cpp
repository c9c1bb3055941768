#include "gateway/scim/render.hpp"

#include "eventlog/base/json_writer.hpp"
#include "gateway/scim/resource.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <functional>
#include <utility>

namespace rollcall::scim {
namespace {

constexpr std::string_view list_urn = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// Appends `,"URN"` for each extension of the document. The grammar of documents (resource.hpp)
/// says where these names can stand.
void append_extension_urns(std::string& out, std::string_view document) {
    constexpr std::string_view mark = ",\"urn:";
    // An extension can also be the very first member: the mark without its comma, behind the brace.
    std::size_t open = document.starts_with("{\"urn:") ? 1 : 0;
    std::size_t at = 0;
    while (true) {
        if (open == 0) {
            const void* found =
                memmem(document.data() + at, document.size() - at, mark.data(), mark.size());
            if (found == nullptr) return;
            open = static_cast<std::size_t>(static_cast<const char*>(found) - document.data()) + 1;
        }
        const std::size_t close = document.find('"', open + 1);
        assert(close != std::string_view::npos);
        if (document[close - 1] != '\\' && document[close + 1] == ':') {
            out += ',';
            out += document.substr(open, close + 1 - open);
        }
        at = close;
        open = 0;
    }
}

void append_number(std::string& out, std::uint64_t number) {
    out += std::to_string(number);
}

/// The location as a JSON string. Only the base can hold what needs an escape.
void append_location(std::string& out, const resource_type& type, const computed& facts) {
    base::append_json_string(out, facts.base_url);
    out.pop_back();
    out += type.endpoint();
    out += '/';
    out += facts.id;
    out += '"';
}

void append_meta(std::string& out, const resource_type& type, const computed& facts) {
    out += "\"meta\":{\"resourceType\":\"";
    out += type.name();
    out += "\",\"created\":\"";
    facts.created.append_to(out);
    out += "\",\"lastModified\":\"";
    facts.last_modified.append_to(out);
    out += "\",\"location\":";
    append_location(out, type, facts);
    out += ",\"version\":\"W/\\\"";
    append_number(out, facts.version);
    out += "\\\"\"}";
}

/// The extension whose values the server computes; null if the type has none.
const schema* computed_extension(const resource_type& type) {
    for (const schema_extension& one : type.extensions()) {
        if (!one.stored) return one.definition;
    }
    return nullptr;
}

void append_computed_extension(std::string& out, const schema& extension, const computed& facts) {
    out += ",\"";
    out += extension.urn;
    out += "\":{";
    const std::size_t begun = out.size();
    const auto add = [&](std::string_view name, std::string_view text) {
        if (text.empty()) return;
        if (out.size() != begun) out += ',';
        base::append_json_string(out, name);
        out += ':';
        base::append_json_string(out, text);
    };
    add("status", facts.status);
    add("statusReason", facts.status_reason);
    if (facts.status_since) add("statusSince", facts.status_since->text());
    add("role", facts.role);
    out += '}';
}

object merged(const object& stored, object computed_ones) {
    object out = stored;
    for (member& one : computed_ones)
        put(out, *one.what, std::move(one.is));
    return out;
}

} // namespace

std::string location(const resource_type& type, const computed& facts) {
    std::string out(facts.base_url);
    out += type.endpoint();
    out += '/';
    out += facts.id;
    return out;
}

void append_resource(std::string& out, const resource_type& type, std::string_view document,
                     const computed& facts) {
    assert(document.size() >= 2 && document.front() == '{' && document.back() == '}');
    constexpr std::size_t around = 640; // what is added to the document, roughly
    out.reserve(out.size() + document.size() + facts.groups.size() + around);
    const schema* ours = computed_extension(type);
    if (facts.status.empty() && facts.role.empty()) ours = nullptr;
    out += "{\"schemas\":[\"";
    out += type.core().urn;
    out += '"';
    append_extension_urns(out, document);
    if (ours != nullptr) {
        out += ",\"";
        out += ours->urn;
        out += '"';
    }
    out += "],\"id\":\"";
    out += facts.id;
    out += "\",";
    if (document.size() > 2) {
        out += document.substr(1, document.size() - 2);
        out += ',';
    }
    if (facts.groups.size() > 2) {
        out += "\"groups\":";
        out += facts.groups;
        out += ',';
    }
    if (ours != nullptr) {
        out.pop_back();
        append_computed_extension(out, *ours, facts);
        out += ',';
    }
    append_meta(out, type, facts);
    out += '}';
}

result<void> append_resource(std::string& out, const resource_type& type, std::string_view document,
                             const computed& facts, const selection& shown) {
    if (shown.is_default()) {
        append_resource(out, type, document, facts);
        return {};
    }
    const auto stored = resource::from_document(type, document);
    if (!stored) return tl::unexpected<error>(stored.error());
    const object all =
        merged(stored->attributes(), computed_attributes(type, stored->attributes(), facts));
    append_json(out, shown.project(all));
    return {};
}

list_writer::list_writer(std::string& out, std::uint64_t total, std::uint64_t start_index,
                         std::uint64_t items)
    : out_(out) {
    out_ += "{\"schemas\":[\"";
    out_ += list_urn;
    out_ += "\"],\"totalResults\":";
    append_number(out_, total);
    out_ += ",\"startIndex\":";
    append_number(out_, start_index);
    out_ += ",\"itemsPerPage\":";
    append_number(out_, items);
    out_ += ",\"Resources\":[";
}

void list_writer::next() {
    if (!first_) out_ += ',';
    first_ = false;
}

void list_writer::close() {
    out_ += "]}";
}

} // namespace rollcall::scim
