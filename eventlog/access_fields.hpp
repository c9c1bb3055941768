// Facts about keys, the links and the end of admins, and single sign-on as bytes. Their field
// numbers stand with the others in event_codec.cpp. For the sources of the codec only.
#pragma once

#include "eventlog/event.hpp"
#include "eventlog/payload_fields.hpp"

namespace rollcall::eventlog {

void write_access(field_writer& out, const key_created& e);
void write_access(field_writer& out, const key_expiry_changed& e);
void write_access(field_writer& out, const key_revoked& e);
void write_access(field_writer& out, const admin_disabled& e);
void write_access(field_writer& out, const admin_linked& e);
void write_access(field_writer& out, const admin_unlinked& e);
void write_access(field_writer& out, const sso_set& e);
void write_access(field_writer& out, const sso_cleared& e);

bool read_clear(key_created& e, std::string_view bytes);
bool read_clear(key_expiry_changed& e, std::string_view bytes);
bool read_clear(key_revoked& e, std::string_view bytes);
bool read_clear(admin_disabled& e, std::string_view bytes);
bool read_clear(admin_linked& e, std::string_view bytes);
bool read_clear(sso_set& e, std::string_view bytes);

} // namespace rollcall::eventlog
