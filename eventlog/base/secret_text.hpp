// A text that must not outlive its use, such as a password: one piece of memory, moved and never
// copied, overwritten when it goes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace rollcall::base {

/// Overwrites memory, whatever an optimizer thinks of it.
void wipe(std::span<char> bytes);

class secret_text {
  public:
    secret_text() = default;
    /// A copy of `text`: what is there stays with its owner, to be wiped by him.
    explicit secret_text(std::string_view text);
    secret_text(secret_text&& other) noexcept;
    secret_text& operator=(secret_text&& other) noexcept;
    secret_text(const secret_text&) = delete;
    secret_text& operator=(const secret_text&) = delete;
    ~secret_text();

    [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

    [[nodiscard]] bool empty() const { return size_ == 0; }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
};

} // namespace rollcall::base
