#include "gateway/admin/body.hpp"

#include <simdjson.h>

#include <algorithm>

namespace rollcall::admin {
namespace {

constexpr std::size_t depth_max = 64; ///< as in SCIM: what is deeper is no JSON here
constexpr std::size_t told_bytes_max = 64;

auto bad_body(std::string detail) {
    return refuse(400, "bad_body", std::move(detail));
}

auto bad_value(std::string_view name, std::string_view wanted) {
    return refuse(400, "bad_value", std::string(name) + " must be " + std::string(wanted));
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
    body out;
    const std::string_view text = asked.body();
    if (text.empty()) return out;
    simdjson::dom::element root;
    // The HTTP room keeps body_padding_bytes readable behind the body.
    if (parser().parse(text.data(), text.size(), false).get(root) != simdjson::SUCCESS) {
        return bad_body("the body is not JSON");
    }
    simdjson::dom::object object;
    if (root.get(object) != simdjson::SUCCESS) return bad_body("the body must be a JSON object");
    const auto note = [&faults](tl::unexpected<problem> why) {
        if (faults.size() < faults_max) faults.push_back(std::move(why.value()));
    };
    std::vector<std::string_view> disputed;
    for (const auto [name, member] : object) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            note(bad_body("unknown member '" + std::string(name.substr(0, told_bytes_max)) +
                          "'; known here: " + listed(known)));
            continue;
        }
        value v;
        if (member.is_null()) {
            v = nullptr;
        } else if (member.is_bool()) {
            v = bool(member);
        } else if (member.is_uint64()) {
            v = std::uint64_t(member);
        } else if (member.is_string()) {
            v = std::string(std::string_view(member));
        } else if (auto texts = member.is_array() ? read_texts(member) : std::nullopt) {
            v = std::move(*texts);
        } else {
            note(bad_value(name, "a string, a whole number, true, false, null, or for some "
                                 "members an array of strings"));
            disputed.push_back(name);
            continue;
        }
        if (const value* before = out.find(name)) {
            note(bad_body("member '" + std::string(name) + "' occurs twice"));
            if (*before != v) disputed.push_back(name);
            continue;
        }
        out.members_.emplace(std::string(name), std::move(v));
    }
    for (const std::string_view name : disputed)
        out.members_.erase(std::string(name));
    return out;
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

result<std::optional<std::vector<std::string>>> body::texts(std::string_view name) const {
    using wanted = std::optional<std::vector<std::string>>;
    const value* v = find(name);
    if (v == nullptr) return wanted{};
    if (std::holds_alternative<std::nullptr_t>(*v)) return wanted(texts_value{});
    if (const auto* text = std::get_if<std::string>(v)) return wanted(texts_value{*text});
    if (const auto* several = std::get_if<texts_value>(v)) return wanted(*several);
    return bad_value(name, "a string or an array of strings");
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
    return bad_value(name, "a whole number");
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
    return bad_value(name, "a whole number, or null (or \"unlimited\") for no limit");
}

} // namespace rollcall::admin
