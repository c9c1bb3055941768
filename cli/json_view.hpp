// Answers of the admin API, read by name for printing. A member that is absent or null reads as
// empty: a verb prints what there is.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::cli {

/// One value inside a json_view, valid as long as that.
class json_item {
  public:
    explicit json_item(simdjson::dom::element value) : value_(value) {}

    [[nodiscard]] bool is_object() const { return value_.is_object(); }

    [[nodiscard]] bool has(std::string_view name) const;
    /// A string as it is; a number or a boolean as its word; empty for null or absent.
    [[nodiscard]] std::string text(std::string_view name) const;
    [[nodiscard]] std::string as_text() const;
    [[nodiscard]] std::uint64_t number(std::string_view name) const; ///< 0 if there is none
    [[nodiscard]] bool flag(std::string_view name) const;
    /// The elements of an array member; empty if there is none.
    [[nodiscard]] std::vector<json_item> items(std::string_view name) const;
    [[nodiscard]] std::vector<json_item> items() const; ///< of this array
    /// A member that is an object; this item's own value if there is none.
    [[nodiscard]] json_item object(std::string_view name) const;
    /// The value as JSON text.
    [[nodiscard]] std::string json(std::string_view name) const;

  private:
    simdjson::dom::element value_;
};

/// A parsed document; `view->text("id")` reads from its root. What is not JSON reads as `{}`.
class json_view {
  public:
    explicit json_view(std::string_view text);

    [[nodiscard]] bool valid() const { return valid_; }

    [[nodiscard]] const json_item& root() const { return root_; }

    const json_item* operator->() const { return &root_; }

  private:
    std::unique_ptr<simdjson::dom::parser> parser_;
    json_item root_;
    bool valid_ = true;
};

} // namespace rollcall::cli
