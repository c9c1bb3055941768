// The handlers of /ServiceProviderConfig, /Schemas and /ResourceTypes (RFC 7644 section 4). The
// documents are rendered once for each base URL and kept, a bounded number of them.
//
// They may be read without a key, and then they are the same for every tenant, existing or not, so
// that they tell a stranger nothing (docs/decisions). With a key they say whether the tenant's
// product keeps passwords.
#pragma once

#include "gateway/base_url.hpp"
#include "gateway/call.hpp"
#include "gateway/limits.hpp"
#include "gateway/scim/discovery.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rollcall::gateway {

class discovery_pages {
  public:
    discovery_pages(base_url_options urls, const limits& bounds);

    void service_provider_config(call& c);
    void schemas(call& c);
    void schema(call& c);
    void resource_types(call& c);
    void resource_type(call& c);

  private:
    /// The documents for the base that the request used; null if it has been refused: a filter on
    /// these endpoints is 403 (RFC 7644 section 4).
    [[nodiscard]] std::shared_ptr<const scim::discovery> documents(call& c);
    static void show(call& c, const std::string* document);

    const base_url_options urls_;
    const limits bounds_;
    std::mutex mutex_;
    /// By base URL, and a mark for those with passwords.
    std::unordered_map<std::string, std::shared_ptr<const scim::discovery>> by_base_;
};

} // namespace rollcall::gateway
