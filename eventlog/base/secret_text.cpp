#include "eventlog/base/secret_text.hpp"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace rollcall::base {

void wipe(std::span<char> bytes) {
    if (bytes.empty()) return;
    // Once more than needed: sanitizers do not see what the library writes.
    std::fill(bytes.begin(), bytes.end(), '\0');
    sodium_memzero(bytes.data(), bytes.size());
}

secret_text::secret_text(std::string_view text)
    : bytes_(text.empty() ? nullptr : std::make_unique_for_overwrite<char[]>(text.size())),
      size_(text.size()) {
    std::copy(text.begin(), text.end(), bytes_.get());
}

secret_text::secret_text(secret_text&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

secret_text& secret_text::operator=(secret_text&& other) noexcept {
    if (this == &other) return *this;
    wipe({bytes_.get(), size_});
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

secret_text::~secret_text() {
    wipe({bytes_.get(), size_});
}

} // namespace rollcall::base
