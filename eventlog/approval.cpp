#include "eventlog/approval.hpp"

#include <algorithm>

namespace rollcall::eventlog {
namespace {

constexpr std::size_t role_bytes_max = 64;

} // namespace

std::string_view request_kind_name(request_kind kind) {
    switch (kind) {
    case request_kind::invite: return "invite";
    case request_kind::reactivation: return "reactivation";
    case request_kind::role: return "role";
    }
    return {};
}

std::optional<request_kind> parse_request_kind(std::string_view name) {
    for (const request_kind kind :
         {request_kind::invite, request_kind::reactivation, request_kind::role}) {
        if (request_kind_name(kind) == name) return kind;
    }
    return std::nullopt;
}

bool is_role(std::string_view word) {
    return !word.empty() && word.size() <= role_bytes_max &&
           std::all_of(word.begin(), word.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
           });
}

} // namespace rollcall::eventlog
