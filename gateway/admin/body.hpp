// A request body of the admin API: one JSON object whose members are known by name: scalars, and
// lists of texts where a member may have several. Everything
// that does not fit is refused with the name of the member, so that a misspelt one is never
// ignored.
#pragma once

#include "gateway/admin/problem.hpp"
#include "gateway/http/request.hpp"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollcall::admin {

class body {
  public:
    /// Reads the body of `asked`; an absent one counts as `{}`. 400 bad_body for anything but an
    /// object of these, a member twice, or a member that is not in `known`.
    static result<body> read(const http::request& asked,
                             std::initializer_list<std::string_view> known);
    /// The same for members that stand in a table.
    static result<body> read(const http::request& asked,
                             const std::vector<std::string_view>& known);

    /// The same, but what is wrong with a member goes to `faults`, at most faults_max, and an
    /// unknown one is left out. One that stands there twice stays if both say the same, or if one
    /// says false: what takes rights away counts. So does what is wrong with JSON that its grammar
    /// allows and our reader does not (gateway/scim/json_mending.hpp).
    static result<body> read(const http::request& asked, const std::vector<std::string_view>& known,
                             std::vector<problem>& faults);
    static constexpr std::size_t faults_max = 16;

    /// The member's value, nothing if it is absent. 400 bad_value for another type.
    [[nodiscard]] result<std::optional<std::string>> text(std::string_view name) const;
    /// The same, or null for nobody and nothing.
    [[nodiscard]] result<std::optional<std::optional<std::string>>>
    text_or_null(std::string_view name) const;
    /// The same for a member that must be there; `about` tells what it is.
    [[nodiscard]] result<std::string> required_text(std::string_view name,
                                                    std::string_view about) const;
    /// A text or an array of texts; for null, none.
    [[nodiscard]] result<std::optional<std::vector<std::string>>>
    texts(std::string_view name) const;
    [[nodiscard]] result<std::optional<bool>> flag(std::string_view name) const;
    [[nodiscard]] result<std::optional<std::uint64_t>> count(std::string_view name) const;
    /// A whole number, or null for `unlimited` (also the word, as the command line spells it).
    [[nodiscard]] result<std::optional<std::optional<std::uint64_t>>>
    count_or_unlimited(std::string_view name) const;

    /// An object or an array as JSON text, for whoever reads what is in it. 400 bad_value for
    /// anything else.
    [[nodiscard]] result<std::optional<std::string>> json(std::string_view name) const;

  private:
    using texts_value = std::vector<std::string>;

    /// Of a type that no member has but those that are read by others.
    struct foreign {
        std::string json{}; ///< empty for one that says two things
        friend bool operator==(const foreign&, const foreign&) = default;
    };

    using value =
        std::variant<std::nullptr_t, bool, std::uint64_t, std::string, texts_value, foreign>;

    static result<body> read_object(std::string_view text,
                                    const std::vector<std::string_view>& known,
                                    std::vector<problem>& faults);
    void take(std::string_view name, value said, std::vector<problem>& faults);

    [[nodiscard]] const value* find(std::string_view name) const;

    std::map<std::string, value, std::less<>> members_;
};

} // namespace rollcall::admin
