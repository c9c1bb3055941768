// The profile that a fact was decided under: a field that facts of every type may have.
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "eventlog/payload_fields.hpp"

#include <cassert>

namespace rollcall::eventlog {
namespace {

constexpr std::uint32_t profile_number = 101;

} // namespace

void append_profile(std::string& clear, std::string_view profile) {
    assert(profile.size() <= profile_label_bytes_max && "a label that could not be read again");
    field_writer field;
    field.bytes(profile_number, profile);
    clear += field.take();
}

base::result<std::string> read_profile(std::string_view clear) {
    std::string profile;
    const bool ok = each_field(clear, [&](std::uint64_t number, std::string_view value) {
        if (number != profile_number) return true;
        profile = value;
        return !value.empty() && value.size() <= profile_label_bytes_max;
    });
    if (!ok) {
        return base::fail(log_errc::damaged_payload, "the profile of an event is not readable");
    }
    return profile;
}

} // namespace rollcall::eventlog
