// The sealed parts of facts as bytes. Their field numbers stand with the others in event_codec.cpp.
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "eventlog/payload_fields.hpp"

#include <cassert>

namespace rollcall::eventlog {
namespace {

bool read_content(std::string_view bytes, user_content& c) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        switch (number) {
        case 1: c.document = value; break;
        case 2: c.user_name = value; break;
        case 3: c.user_name_key = value; break;
        case 4: c.external_id = value; break;
        case 5: c.email_keys.emplace_back(value); break;
        case 6: c.display = value; break;
        default: break;
        }
        return true;
    });
}

bool read_content(std::string_view bytes, team_content& c) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        switch (number) {
        case 1: c.document = value; break;
        case 2: c.name = value; break;
        case 3: c.name_key = value; break;
        case 4: c.external_id = value; break;
        default: break;
        }
        return true;
    });
}

bool read_content(std::string_view bytes, admin_content& c) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if (number == 2) c.name = value;
        if (number == 3) c.name_key = value;
        return true;
    });
}

bool read_content(std::string_view bytes, password_content& c) {
    const bool ok = each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if (number == 1) c.hash = value;
        return true;
    });
    return ok && !c.hash.empty();
}

tl::unexpected<base::failure> unreadable_content() {
    return base::fail(log_errc::damaged_payload, "the sealed part is not readable");
}

} // namespace

std::string encode_content(const user_content& c) {
    field_writer out;
    out.bytes(1, c.document);
    out.bytes(2, c.user_name);
    out.bytes(3, c.user_name_key);
    if (c.external_id) out.bytes(4, *c.external_id);
    for (const std::string& email : c.email_keys)
        out.bytes(5, email);
    out.bytes(6, c.display);
    return out.take();
}

std::string encode_content(const team_content& c) {
    field_writer out;
    out.bytes(1, c.document);
    out.bytes(2, c.name);
    out.bytes(3, c.name_key);
    if (c.external_id) out.bytes(4, *c.external_id);
    return out.take();
}

std::string encode_content(const admin_content& c) {
    field_writer out;
    out.bytes(2, c.name);
    out.bytes(3, c.name_key);
    return out.take();
}

std::string encode_content(const password_content& c) {
    field_writer out;
    out.bytes(1, c.hash);
    return out.take();
}

std::optional<std::string> encode_content(const event_body& body) {
    if (const user_content* user = content_of(body)) return encode_content(*user);
    if (const team_content* team = team_content_of(body)) return encode_content(*team);
    if (const admin_content* admin = admin_content_of(body)) return encode_content(*admin);
    if (const password_content* kept = password_content_of(body)) return encode_content(*kept);
    return std::nullopt;
}

base::result<user_content> decode_content(std::string_view bytes) {
    user_content c;
    if (!read_content(bytes, c)) return unreadable_content();
    return c;
}

base::result<void> decode_content(std::string_view bytes, event_body& body) {
    const bool ok = std::visit(
        [bytes](auto& fact) {
            if constexpr (requires { fact.content; }) {
                return read_content(bytes, fact.content);
            } else {
                assert(false);
                return false;
            }
        },
        body);
    if (!ok) return unreadable_content();
    return {};
}

bool has_content(event_type type) {
    switch (type) {
    case event_type::user_created:
    case event_type::user_changed:
    case event_type::user_deactivated:
    case event_type::user_reactivated:
    case event_type::user_restored:
    case event_type::team_created:
    case event_type::team_changed:
    case event_type::admin_created:
    case event_type::password_set: return true;
    default: return false;
    }
}

} // namespace rollcall::eventlog
