// Answers of the product as values: a JSON document that is asked by path. What is not there is a
// failed test, said with the path and the text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::integration {

class json {
  public:
    /// Throws std::runtime_error, with the text, if it is not JSON.
    explicit json(std::string text);
    json(json&&) noexcept;
    json& operator=(json&&) noexcept;
    ~json();

    /// By JSON pointer, e.g. `/meta/version`. Throws std::runtime_error when it is not there or of
    /// another type.
    [[nodiscard]] std::string text(std::string_view pointer) const;
    [[nodiscard]] std::uint64_t number(std::string_view pointer) const;
    [[nodiscard]] bool flag(std::string_view pointer) const;
    [[nodiscard]] bool has(std::string_view pointer) const;
    /// How many elements the array has.
    [[nodiscard]] std::size_t size(std::string_view pointer) const;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

/// The lines of `text` that are not empty, each as a document.
std::vector<json> json_lines(const std::string& text);

} // namespace rollcall::integration
