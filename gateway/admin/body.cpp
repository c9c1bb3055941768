#include "gateway/admin/body.hpp"

#include "eventlog/base/json_writer.hpp"
#include "gateway/scim/json_mending.hpp"

#include <simdjson.h>

#include <algorithm>

namespace rollcall::admin {
namespace {

constexpr std::size_t depth_max = 64; ///< as in SCIM
constexpr std::size_t told_bytes_max = 64;

auto bad_body(std::string detail) {
    return refuse(400, "bad_body", std::move(detail));
}

auto bad_value(std::string_view name, std::string_view wanted) {
    return refuse(400, "bad_value", std::string(name) + " must be " + std::string(wanted));
}

void note(std::vector<problem>& faults, tl::unexpected<problem> why) {
    if (faults.size() < body::faults_max) faults.push_back(std::move(why.value()));
}

std::string listed(const std::vector<std::string_view>& names) {
    std::string out;
    for (const std::string_view name : names) {
        if (!out.empty()) out += ", ";
        out += name;
    }
    return out;
}

simdjson::dom::parser& parser() {
    thread_local simdjson::dom::parser instance = [] {
        simdjson::dom::parser p;
        (void)p.allocate(4096, depth_max);
        return p;
    }();
    return instance;
}

std::optional<std::vector<std::string>> read_texts(simdjson::dom::array from) {
    std::vector<std::string> all;
    for (const auto one : from) {
        std::string_view text;
        if (one.get(text) != simdjson::SUCCESS) return std::nullopt;
        all.emplace_back(text);
    }
    return all;
}

} // namespace

result<body> body::read(const http::request& asked, std::initializer_list<std::string_view> known) {
    return read(asked, std::vector<std::string_view>(known));
}

result<body> body::read(const http::request& asked, const std::vector<std::string_view>& known) {
    std::vector<problem> faults;
    auto out = read(asked, known, faults);
    if (out && !faults.empty()) return tl::unexpected(std::move(faults.front()));
    return out;
}

result<body> body::read(const http::request& asked, const std::vector<std::string_view>& known,
                        std::vector<problem>& faults) {
    if (asked.body().empty()) return body();
    return read_object(asked.body(), known, faults);
}

result<body> body::read_object(std::string_view text, const std::vector<std::string_view>& known,
                               std::vector<problem>& faults) {
    simdjson::dom::element root;
    // The HTTP room keeps body_padding_bytes readable behind the body.
    if (parser().parse(text.data(), text.size(), false).get(root) != simdjson::SUCCESS) {
        const auto mended = scim::mend_json(text, depth_max - 1);
        if (!mended || parser().parse(mended->text).get(root) != simdjson::SUCCESS) {
            return bad_body("the body is not JSON");
        }
        note(faults, bad_body("the body cannot be kept as it is: " + std::string(mended->why)));
    }
    simdjson::dom::object object;
    if (root.get(object) != simdjson::SUCCESS) return bad_body("the body must be a JSON object");
    body out;
    for (const auto [name, member] : object) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            note(faults, bad_body("unknown member '" + std::string(name.substr(0, told_bytes_max)) +
                                  (known.empty() ? "': this request has no members"
                                                 : "'; known here: " + listed(known))));
            continue;
        }
        if (member.is_null()) {
            out.take(name, nullptr, faults);
        } else if (member.is_bool()) {
            out.take(name, bool(member), faults);
        } else if (member.is_uint64()) {
            out.take(name, std::uint64_t(member), faults);
        } else if (member.is_string()) {
            out.take(name, std::string(std::string_view(member)), faults);
        } else if (auto texts = member.is_array() ? read_texts(member) : std::nullopt) {
            out.take(name, std::move(*texts), faults);
        } else {
            out.take(name, foreign{simdjson::minify(member)}, faults);
        }
    }
    return out;
}

void body::take(std::string_view name, value said, std::vector<problem>& faults) {
    const auto [at, is_new] = members_.try_emplace(std::string(name), said);
    if (is_new) return;
    note(faults, bad_body("member '" + std::string(name) + "' occurs twice"));
    if (at->second == said) return;
    const bool takes_away = at->second == value(false) || said == value(false);
    // Who says two things has said neither: no member is of this type.
    at->second = takes_away ? value(false) : value(foreign{});
}

const body::value* body::find(std::string_view name) const {
    const auto at = members_.find(name);
    return at == members_.end() ? nullptr : &at->second;
}

result<std::optional<std::string>> body::text(std::string_view name) const {
    const value* v = find(name);
    if (v == nullptr) return std::optional<std::string>{};
    if (const auto* text = std::get_if<std::string>(v)) return std::optional(*text);
    return bad_value(name, "a string");
}

result<std::optional<std::optional<std::string>>> body::text_or_null(std::string_view name) const {
    using wanted = std::optional<std::optional<std::string>>;
    const value* v = find(name);
    if (v == nullptr) return wanted{};
    if (std::holds_alternative<std::nullptr_t>(*v)) return wanted(std::optional<std::string>{});
    if (const auto* text = std::get_if<std::string>(v)) return wanted(std::optional(*text));
    return bad_value(name, "a string, or null");
}

result<std::optional<std::vector<std::string>>> body::texts(std::string_view name) const {
    using wanted = std::optional<std::vector<std::string>>;
    const value* v = find(name);
    if (v == nullptr) return wanted{};
    if (std::holds_alternative<std::nullptr_t>(*v)) return wanted(texts_value{});
    if (const auto* text = std::get_if<std::string>(v)) return wanted(texts_value{*text});
    if (const auto* several = std::get_if<texts_value>(v)) return wanted(*several);
    return bad_value(name, "a string or an array of strings");
}

result<std::optional<std::string>> body::json(std::string_view name) const {
    const value* v = find(name);
    if (v == nullptr) return std::optional<std::string>{};
    if (const auto* other = std::get_if<foreign>(v);
        other != nullptr && !other->json.empty() &&
        std::string_view("[{").find(other->json.front()) != std::string::npos) {
        return std::optional(other->json);
    }
    const auto* several = std::get_if<texts_value>(v);
    if (several == nullptr) return bad_value(name, "an object or an array");
    std::string text;
    base::json_writer json(text);
    json.begin_array();
    for (const std::string& one : *several)
        json.value(one);
    json.end_array();
    return std::optional(std::move(text));
}

result<std::string> body::required_text(std::string_view name, std::string_view about) const {
    auto given = text(name);
    if (!given) return tl::unexpected(given.error());
    std::optional<std::string> there = std::move(*given);
    if (there) return std::move(*there);
    return refuse(400, "bad_value", std::string(name) + " is missing: " + std::string(about));
}

result<std::optional<bool>> body::flag(std::string_view name) const {
    const value* v = find(name);
    if (v == nullptr) return std::optional<bool>{};
    if (const auto* flag = std::get_if<bool>(v)) return std::optional(*flag);
    return bad_value(name, "true or false");
}

result<std::optional<std::uint64_t>> body::count(std::string_view name) const {
    using wanted = std::optional<std::uint64_t>;
    const value* v = find(name);
    if (v == nullptr) return wanted{};
    if (const auto* number = std::get_if<std::uint64_t>(v)) return wanted(*number);
    return bad_value(name, "a whole number, 0 or more");
}

result<std::optional<std::optional<std::uint64_t>>>
body::count_or_unlimited(std::string_view name) const {
    using wanted = std::optional<std::optional<std::uint64_t>>;
    const value* v = find(name);
    if (v == nullptr) return wanted{};
    if (const auto* number = std::get_if<std::uint64_t>(v)) {
        return wanted(std::optional(*number));
    }
    const auto* word = std::get_if<std::string>(v);
    if (std::holds_alternative<std::nullptr_t>(*v) || (word != nullptr && *word == "unlimited")) {
        return wanted(std::optional<std::uint64_t>{});
    }
    return bad_value(name, "a whole number, 0 or more, or null (or \"unlimited\") for no limit");
}

} // namespace rollcall::admin
