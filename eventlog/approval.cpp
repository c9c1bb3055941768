#include "eventlog/approval.hpp"

#include "eventlog/base/plain_word.hpp"

namespace rollcall::eventlog {

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
    return base::is_plain_word(word);
}

} // namespace rollcall::eventlog
