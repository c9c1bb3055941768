#include "bench/stencil.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace rollcall::bench {

stencil::stencil(std::string text, const std::vector<std::string_view>& marks)
    : text_(std::move(text)) {
    for (const std::string_view mark : marks) {
        places found{mark.size(), {}};
        for (std::size_t at = text_.find(mark); at != std::string::npos;
             at = text_.find(mark, at + mark.size())) {
            found.at.push_back(at);
        }
        marks_.push_back(std::move(found));
    }
}

void stencil::fill(std::size_t mark, std::string_view value) {
    const places& all = marks_[mark];
    assert(value.size() == all.size);
    for (const std::size_t at : all.at)
        std::copy(value.begin(), value.end(), text_.begin() + static_cast<std::ptrdiff_t>(at));
}

void stencil::fill(std::size_t mark, std::uint64_t number) {
    std::array<char, 20> digits{};
    const std::size_t size = marks_[mark].size;
    assert(size <= digits.size());
    for (std::size_t i = size; i-- > 0; number /= 10)
        digits[i] = static_cast<char>('0' + number % 10);
    assert(number == 0);
    fill(mark, std::string_view(digits.data(), size));
}

} // namespace rollcall::bench
