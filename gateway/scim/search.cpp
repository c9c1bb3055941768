#include "gateway/scim/search.hpp"

#include "gateway/scim/json_input.hpp"
#include "gateway/scim/members.hpp"

namespace rollcall::scim {
namespace {

constexpr std::string_view search_urn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

using text_result = result<std::optional<std::string>>;

std::optional<json_value> present(json_object in, std::string_view name) {
    const auto found = find_member(in, name);
    return found && !found->is_null() ? found : std::nullopt;
}

tl::unexpected<error> wrong_kind(std::string_view name, std::string_view kind) {
    return refuse(scim_type::invalid_value, std::string(name) + ": must be " + std::string(kind));
}

text_result read_text(json_object in, std::string_view name) {
    const auto found = present(in, name);
    if (!found) return std::nullopt;
    std::string_view text;
    if (found->get(text) != simdjson::SUCCESS) return wrong_kind(name, "a string");
    return std::string(text);
}

text_result read_integer(json_object in, std::string_view name) {
    const auto found = present(in, name);
    if (!found) return std::nullopt;
    if (!found->is_int64() && !found->is_uint64()) return wrong_kind(name, "a whole number");
    return simdjson::minify(*found);
}

/// An array of names, joined as they would stand in a query.
text_result read_names(json_object in, std::string_view name) {
    const auto found = present(in, name);
    if (!found) return std::nullopt;
    if (!found->is_array()) return wrong_kind(name, "an array of strings");
    std::string joined;
    for (const json_value one : json_array(*found)) {
        std::string_view text;
        if (one.get(text) != simdjson::SUCCESS) return wrong_kind(name, "an array of strings");
        joined += text;
        joined += ',';
    }
    return joined;
}

} // namespace

result<search_request> read_search(std::string_view body) {
    const auto root = parse_json(body);
    if (!root) return tl::unexpected<error>(root.error());
    if (!root->is_object()) {
        return refuse(scim_type::invalid_syntax, "The body must be a JSON object");
    }
    if (auto twice = find_duplicate_names(*root)) return tl::unexpected<error>(std::move(*twice));
    const json_object message(*root);
    if (auto wrong = check_schemas(message, search_urn)) {
        return tl::unexpected<error>(std::move(*wrong));
    }
    search_request out;
    const auto take = [](text_result from, std::optional<std::string>& into) -> result<void> {
        if (!from) return tl::unexpected<error>(std::move(from.error()));
        into = std::move(*from);
        return {};
    };
    auto done = take(read_text(message, "filter"), out.filter);
    if (done) done = take(read_names(message, "attributes"), out.attributes);
    if (done) done = take(read_names(message, "excludedAttributes"), out.excluded_attributes);
    if (done) done = take(read_integer(message, "startIndex"), out.start_index);
    if (done) done = take(read_integer(message, "count"), out.count);
    if (!done) return tl::unexpected<error>(std::move(done.error()));
    return out;
}

} // namespace rollcall::scim
