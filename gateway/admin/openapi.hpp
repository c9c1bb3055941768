// The description of this API as an OpenAPI 3.1 document, put together from the pieces in openapi/:
// api.json is its frame, every other piece has the paths and schemas of one noun, beside each
// other. What any request may be answered is added to each operation here, so that the pieces need
// not repeat it. An operation's `operationId` is the name of its route; a test holds the document
// against the table of routes and every answer in the tests against the document.
#pragma once

#include <string>

namespace rollcall::admin {

/// The whole document; made at the first call.
const std::string& openapi_document();

} // namespace rollcall::admin
