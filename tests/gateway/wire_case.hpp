// Exchanges with the server as data: one file for each conversation, in tests/gateway/wire/.
//
//     # What this is about.
//     POST /scim/v2/Users                     request line; the target as it goes over the wire
//     Prefer: return=minimal                  fields; Authorization is sent by itself unless given
//                                             (`Authorization: none` sends none)
//     {"schemas":["…"]}                       the body, from the first line that is no field
//     => 201                                  the status
//     Location: {{base}}/Users/<any>          fields of the answer; `<any>` for any text,
//                                             `<absent>` as the whole value for none
//     @jane = /id                             keeps the value at a JSON pointer, for {{jane}}; or
//                                             that of a field of the answer, `@version = ETag`
//     {"userName":"jane@example.com"}         what the body must hold (json_mismatch); `(empty)`
//     ---                                     next exchange
//     ! scim off                              a directive for the server instead of a request
//
// Known names: {{key}}, {{base}} (of the file's own tenant), {{origin}} (of the server), {{slug}},
// {{other_key}} (another tenant's). Directives: `scim on|off`, `seats N`, `profile ID`, `plan
// NAME`, `mapping RULES` (`none` for no mapping), `revoke key`, `sso on|off`, `key of
// ADMIN|nobody`, `link ADMIN to USER`, `disable ADMIN`, `demote ADMIN`, `delete tenant`, `restart`.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::test {

struct wire_step {
    std::size_t line = 0; ///< in its file, for messages
    std::string directive;
    std::string method, target, body;
    std::vector<std::pair<std::string, std::string>> fields;
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> expected_fields;
    std::vector<std::pair<std::string, std::string>> saves; ///< name, pointer
    std::string expected_body;
};

/// Reads a file; throws with file and line if it does not fit the grammar above.
std::vector<wire_step> read_wire_case(const std::filesystem::path& file);

/// True if `text` fits `pattern`, in which `<any>` stands for any text.
bool fits(std::string_view pattern, std::string_view text);

} // namespace rollcall::test
