// What of SAML metadata may be kept: elements, attributes and namespaces of a list, with texts of
// their kinds (base64, an address without blanks, a flag, a time). That describes an identity
// provider and names no people; whatever else stands there may name some.
#pragma once

#include <libxml/tree.h>
#include <string_view>

namespace rollcall::admin {

/// The first thing of the document that is not known to name no people, in words of ours; empty:
/// there is none.
std::string_view beside_what_may_be_kept(xmlDoc* document);

} // namespace rollcall::admin
