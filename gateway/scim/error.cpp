#include "gateway/scim/error.hpp"

#include "eventlog/base/json_writer.hpp"

namespace rollcall::scim {

std::string_view word(scim_type type) {
    switch (type) {
    case scim_type::none: return "";
    case scim_type::invalid_filter: return "invalidFilter";
    case scim_type::too_many: return "tooMany";
    case scim_type::uniqueness: return "uniqueness";
    case scim_type::mutability: return "mutability";
    case scim_type::invalid_syntax: return "invalidSyntax";
    case scim_type::invalid_path: return "invalidPath";
    case scim_type::no_target: return "noTarget";
    case scim_type::invalid_value: return "invalidValue";
    case scim_type::invalid_vers: return "invalidVers";
    case scim_type::sensitive: return "sensitive";
    }
    return "";
}

error fault(scim_type type, std::string detail) {
    const int status = type == scim_type::uniqueness  ? 409
                       : type == scim_type::sensitive ? 403
                                                      : 400;
    return {status, type, std::move(detail)};
}

tl::unexpected<error> refuse(scim_type type, std::string detail) {
    return tl::unexpected<error>(fault(type, std::move(detail)));
}

void append_error(std::string& out, const error& what) {
    base::json_writer json(out);
    json.begin_object();
    json.key("schemas").begin_array().value("urn:ietf:params:scim:api:messages:2.0:Error");
    json.end_array();
    json.member("status", std::to_string(what.status));
    if (what.type != scim_type::none) json.member("scimType", word(what.type));
    if (!what.detail.empty()) json.member("detail", what.detail);
    json.end_object();
}

} // namespace rollcall::scim
