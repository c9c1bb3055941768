// An event in words, for `log tail`:
//
//     @42 10:03:12 acme user_deactivated jane@acme.example by key okta-prod: active
#pragma once

#include "cli/json_view.hpp"

#include <string>
#include <string_view>

namespace rollcall::cli {

/// The line for one event as the admin API writes it, without a newline. Events of another day than
/// `today` (2026-11-22, UTC) show their date. Pure.
std::string words_of(const json_item& event, std::string_view today, bool colours);

/// What was refused to a person, as the admin API writes it: the last time, how often, what was
/// asked and why not. Pure.
std::string words_of_refusal(const json_item& refused);

/// An open request, as the admin API writes it: its kind, what it needs, and since when. Pure.
std::string words_of_request(const json_item& request);

/// Who gave the role that a request is about, `ada` or `ada by olga`; empty if nobody did. Pure.
std::string words_of_assigner(const json_item& request);

} // namespace rollcall::cli
