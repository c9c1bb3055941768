// Which attributes a client wants to see: `attributes` and `excludedAttributes` (RFC 7644 sections
// 3.4.2.5 and 3.9).
#pragma once

#include "gateway/scim/attribute_path.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim/value.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace rollcall::scim {

class selection {
  public:
    /// Everything that is returned by default.
    selection() = default;

    /// Reads the two query parameters, comma separated; absent or blank ones say nothing. Unknown
    /// names are ignored. 400 invalidValue if both are given.
    static result<selection> read(const resource_type& type,
                                  std::optional<std::string_view> attributes,
                                  std::optional<std::string_view> excluded);

    /// True if nothing was selected: the whole resource is shown.
    [[nodiscard]] bool is_default() const { return mode_ == mode::by_default; }

    /// What is left of a resource's attributes; computed ones are among them. What becomes empty
    /// goes.
    [[nodiscard]] object project(const object& all) const;

    /// True if nothing below this top-level attribute can be shown, so it need not be loaded.
    [[nodiscard]] bool hides(const attribute& top) const;

    /// True if the elements of a core attribute are shown with this part.
    [[nodiscard]] bool shows(const attribute& top, const attribute& part) const;

  private:
    enum class mode : std::uint8_t { by_default, only, except };

    /// How much of an attribute is shown.
    enum class share : std::uint8_t { none, part, whole };

    [[nodiscard]] share share_of(const attribute_path& path) const;
    [[nodiscard]] object project_members(const object& all, const attribute* extension,
                                         const attribute* parent) const;

    mode mode_ = mode::by_default;
    std::vector<attribute_path> names_;
};

} // namespace rollcall::scim
