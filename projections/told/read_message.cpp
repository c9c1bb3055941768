#include "projections/told/read_message.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/error.hpp"
#include "projections/told/cloud_event.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

namespace rollcall::told {
namespace {

using eventlog::digest;
using eventlog::position;
using object = simdjson::dom::object;

/// Deeper than any stored document, which is at most 64 deep.
constexpr std::size_t depth_max = 128;

tl::unexpected<base::failure> bad(std::string what) {
    return base::fail(eventlog::log_errc::damaged_payload,
                      "this is no message of Rollcall: " + std::move(what));
}

base::result<std::string_view> text_of(const object& all, std::string_view member) {
    std::string_view text;
    if (all[member].get_string().get(text) != simdjson::SUCCESS) {
        return bad("`" + std::string(member) + "` is not there or no string");
    }
    return text;
}

base::result<digest> digest_of(const object& all, std::string_view member) {
    const auto text = text_of(all, member);
    if (!text) return tl::unexpected(text.error());
    const auto bytes = base::parse_hex(*text);
    digest out{};
    if (!bytes || bytes->size() != out.size()) {
        return bad("`" + std::string(member) + "` is not 32 bytes in hex");
    }
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
}

base::result<std::optional<chain_link>> link_of(const object& all) {
    // A checkpoint has a hash too, but no previous one.
    if (all["prev_hash"].error() == simdjson::NO_SUCH_FIELD) return std::nullopt;
    const auto at_text = text_of(all, "position");
    if (!at_text) return tl::unexpected(at_text.error());
    const auto at = position::parse(*at_text);
    if (!at || at->offset == 0) return bad("`position` is no position such as @42");
    const auto hash = digest_of(all, "hash");
    if (!hash) return tl::unexpected(hash.error());
    const auto before = digest_of(all, "prev_hash");
    if (!before) return tl::unexpected(before.error());
    return chain_link{*at, *hash, *before};
}

base::result<read_back> read_data(const object& all) {
    read_back out;
    const auto lineage = text_of(all, "lineage");
    if (!lineage) return tl::unexpected(lineage.error());
    const auto id = base::uuid::parse(*lineage);
    if (!id) return bad("`lineage` is no UUID");
    out.lineage = *id;
    const auto tenant = text_of(all, "tenant");
    if (!tenant) return tl::unexpected(tenant.error());
    if (tenant->empty()) return bad("`tenant` is empty");
    out.tenant = *tenant;
    if (all["seq"].get_uint64().get(out.seq.value) != simdjson::SUCCESS || out.seq.value == 0) {
        return bad("`seq` is not there or no number from 1 on");
    }
    const auto type = text_of(all, "type");
    if (!type) return tl::unexpected(type.error());
    out.type = *type;
    auto link = link_of(all);
    if (!link) return tl::unexpected(link.error());
    out.link = *link;
    return out;
}

base::result<read_back> read_value(std::string_view value) {
    simdjson::dom::parser parser;
    if (parser.allocate(std::max<std::size_t>(value.size(), 1), depth_max) != simdjson::SUCCESS) {
        return bad("its value is too large to be read");
    }
    object all;
    if (parser.parse(value.data(), value.size()).get_object().get(all) != simdjson::SUCCESS) {
        return bad("its value is no JSON object");
    }
    if (all["specversion"].error() == simdjson::NO_SUCH_FIELD) return read_data(all);
    object data;
    if (all["data"].get_object().get(data) != simdjson::SUCCESS) {
        return bad("its CloudEvent has no `data`, or that is no object");
    }
    return read_data(data);
}

/// The last of that name, as Kafka's own clients take it.
base::result<std::string_view> header_of(std::span<const header> headers, std::string_view name) {
    const auto found = std::find_if(headers.rbegin(), headers.rend(),
                                    [&](const header& h) { return h.name == name; });
    if (found == headers.rend()) {
        return bad("it has no value, and no header `" + std::string(name) + "`");
    }
    return std::string_view(found->value);
}

base::result<read_back> read_headers(std::span<const header> headers) {
    read_back out;
    const auto source = header_of(headers, "ce_source");
    if (!source) return tl::unexpected(source.error());
    const auto lineage = lineage_of(*source);
    if (!lineage) return bad("`ce_source` names no log");
    out.lineage = *lineage;

    const auto id = header_of(headers, "ce_id");
    if (!id) return tl::unexpected(id.error());
    const std::size_t colon = id->find(':');
    if (colon == 0 || colon == id->npos) return bad("`ce_id` names no tenant and seq");
    out.tenant = id->substr(0, colon);
    std::string_view digits = id->substr(colon + 1);
    digits = digits.substr(0, digits.find(':'));
    const char* end = digits.data() + digits.size();
    const auto [stop, wrong] = std::from_chars(digits.data(), end, out.seq.value);
    if (wrong != std::errc{} || stop != end || out.seq.value == 0) {
        return bad("`ce_id` names no tenant and seq");
    }

    const auto type = header_of(headers, "ce_type");
    if (!type) return tl::unexpected(type.error());
    constexpr std::string_view before = "io.rollcall.";
    constexpr std::string_view behind = ".v1";
    if (!type->starts_with(before) || !type->ends_with(behind) ||
        type->size() <= before.size() + behind.size()) {
        return bad("`ce_type` is not one of Rollcall's");
    }
    out.type = type->substr(before.size(), type->size() - before.size() - behind.size());
    return out;
}

} // namespace

base::result<read_back> read_message(std::optional<std::string_view> value,
                                     std::span<const header> headers) {
    return value ? read_value(*value) : read_headers(headers);
}

} // namespace rollcall::told
