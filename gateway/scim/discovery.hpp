// The discovery documents (RFC 7644 section 4), rendered once for a base URL from the tables that
// the rest of the folder runs on. Immutable: shared between threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::scim {

class discovery {
  public:
    /// `base_url` without a trailing slash; `results_max`: the most resources in one answer;
    /// `passwords`: whether they are kept, and so may be written.
    discovery(std::string_view base_url, std::uint64_t results_max, bool passwords);

    [[nodiscard]] const std::string& service_provider_config() const { return config_; }

    /// A ListResponse.
    [[nodiscard]] const std::string& schemas() const { return schemas_; }

    /// One schema by its URN, whatever its case; null if unknown.
    [[nodiscard]] const std::string* schema(std::string_view urn) const;

    /// A ListResponse.
    [[nodiscard]] const std::string& resource_types() const { return resource_types_; }

    /// One resource type by its name, e.g. `User`; null if unknown.
    [[nodiscard]] const std::string* resource_type(std::string_view name) const;

  private:
    std::string config_;
    std::string schemas_;
    std::string resource_types_;
    std::vector<std::pair<std::string, std::string>> schema_by_urn_;
    std::vector<std::pair<std::string, std::string>> type_by_name_;
};

} // namespace rollcall::scim
