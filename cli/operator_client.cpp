#include "cli/operator_client.hpp"

#include "cli/json_view.hpp"
#include "cli/remote.hpp"
#include "cli/terminal.hpp"
#include "cli/words.hpp"

#include <utility>

namespace rollcall::cli {
namespace {

base::result<http::answer> accepted(base::result<http::answer> answer) {
    if (!answer || answer->status / 100 == 2) return answer;
    return base::fail(std::make_error_code(std::errc::operation_not_permitted), reason_of(*answer));
}

/// Whether a name in the path is `.` or `..`: escaped or not, whoever reads a URL takes that for a
/// step to another one (RFC 3986 section 3.3).
bool has_dot_segment(std::string_view target) {
    const std::string path = std::string(target.substr(0, target.find('?'))) + "/";
    return path.find("/./") != std::string::npos || path.find("/../") != std::string::npos;
}

} // namespace

operator_client::operator_client(const std::filesystem::path& data)
    : data_(data), client_(http::endpoint::unix_path((data / "admin.sock").string())) {}

operator_client::operator_client(const context& c) : data_(c.asked.data), url_(c.asked.remote.url) {
    if (url_.empty()) {
        client_.emplace(http::endpoint::unix_path((data_ / "admin.sock").string()));
        return;
    }
    auto way = find_way(c);
    if (!way) {
        way_ = tl::unexpected(way.error());
        return;
    }
    authorization_ = "Bearer " + way->token;
    client_.emplace(std::move(way->where), std::move(way->options));
}

std::string operator_client::place() const {
    return url_.empty() ? data_.string() : url_;
}

base::failure operator_client::no_answer(const base::failure& why) const {
    if (why.code != http::client_errc::unreachable) return why;
    // Not unreachable to the verbs that would then look into a directory of this machine.
    if (!url_.empty()) return {std::make_error_code(std::errc::host_unreachable), why.message};
    return {why.code, "no server answers at " + (data_ / "admin.sock").string() +
                          ": start one with `rollcall serve --data " + data_.string() +
                          "`, or name its directory with --data"};
}

base::result<http::answer> operator_client::send(std::string_view method, std::string_view target,
                                                 http::header_list headers, std::string_view body) {
    if (!way_) return tl::unexpected(way_.error());
    if (has_dot_segment(target)) {
        return base::fail(std::make_error_code(std::errc::invalid_argument),
                          "the names '.' and '..' cannot stand in a URL: use the id instead, which "
                          "the list shows (`rollcall user list`, `rollcall key list`)");
    }
    if (!authorization_.empty()) headers.emplace_back("Authorization", authorization_);
    auto answer = client_->send(method, "/admin/v1" + std::string(target), headers, body);
    if (!answer) return tl::unexpected(no_answer(answer.error()));
    return answer;
}

base::result<http::answer> operator_client::exchange(std::string_view method,
                                                     std::string_view target, std::string_view body,
                                                     std::string_view media_type) {
    http::header_list headers;
    if (!body.empty() || media_type != "application/json") {
        headers.emplace_back("Content-Type", media_type);
    }
    return send(method, target, std::move(headers), body);
}

base::result<http::answer> operator_client::ask_whole(std::string_view method,
                                                      std::string_view target,
                                                      std::string_view body,
                                                      std::string_view media_type) {
    return accepted(exchange(method, target, body, media_type));
}

base::result<http::answer> operator_client::get_as(std::string_view media_type,
                                                   std::string_view target) {
    return accepted(send("GET", target, {{"Accept", std::string(media_type)}}, {}));
}

base::result<std::string> operator_client::ask(std::string_view method, std::string_view target,
                                               std::string_view body) {
    auto answer = ask_whole(method, target, body);
    if (!answer) return tl::unexpected(answer.error());
    return std::move(answer->body);
}

std::string reason_of(const http::answer& answer) {
    const json_view body(answer.body);
    if (answer.status / 100 == 3) {
        return "the server sends elsewhere, and a token is not sent after it: name " +
               printable(answer.header("Location")) + " with --server, if you trust it";
    }
    if (!body.valid() || !body->has("detail")) {
        return "the server answered " + std::to_string(answer.status);
    }
    std::string reason = printable(body->text("detail"));
    for (const json_item& one : body->items("candidates")) {
        reason += '\n' + printable(one.is_object() ? one.text("id") + "  " + one.text("userName")
                                                   : one.as_text());
    }
    // The first is the detail.
    bool first = true;
    for (const json_item& one : body->items("faults")) {
        if (!std::exchange(first, false)) {
            reason += '\n' + printable(one.text("where") + ": " + one.text("message"));
        }
    }
    for (const json_item& one : body->items("refused"))
        reason += '\n' + printable(words_of_refusal(one));
    return reason;
}

bool is_unreachable(const base::failure& failed) {
    return failed.code == http::client_errc::unreachable;
}

std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

} // namespace rollcall::cli
