// Resources and lists as the client sees them. append_resource() without a selection is the hottest
// path of the product: it splices strings around the stored document and never parses it.
#pragma once

#include "gateway/scim/computed.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim/selection.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::scim {

/// The URL of a resource, for `Location`; the same as its `meta.location`.
std::string location(const resource_type& type, const computed& facts);

/// Appends the whole resource. `document` must be one that resource::document() gave for `type`.
void append_resource(std::string& out, const resource_type& type, std::string_view document,
                     const computed& facts);

/// Appends what `shown` leaves of it; status 500 if the document is damaged, with nothing appended.
result<void> append_resource(std::string& out, const resource_type& type, std::string_view document,
                             const computed& facts, const selection& shown);

/// A ListResponse (RFC 7644 section 3.4.2), written as it goes: open, next() before each resource
/// that the caller appends to the same string, close().
class list_writer {
  public:
    /// `total` of all hits, `start_index` as it was asked for (at least 1), `items` on this page.
    list_writer(std::string& out, std::uint64_t total, std::uint64_t start_index,
                std::uint64_t items);
    void next();
    void close();

  private:
    std::string& out_;
    bool first_ = true;
};

} // namespace rollcall::scim
