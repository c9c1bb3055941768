#include "projections/refusal_counts.hpp"

#include <cassert>

namespace rollcall::projections {
namespace {

// The last takes every other status.
constexpr std::array<std::string_view, 5> status_words{"bad_key", "forbidden", "too_large",
                                                       "media_type", "other"};

} // namespace

void refusal_counts::add(refusal_code code) {
    const auto number = static_cast<std::size_t>(code);
    assert(number < code_places);
    by_code_[number].fetch_add(1, std::memory_order_relaxed);
}

void refusal_counts::add_status(std::uint16_t status) {
    static_assert(status_words.size() == words);
    switch (status) {
    case 400: return add(refusal_code::invalid);
    case 401: ++by_word_[0]; return;
    case 403: ++by_word_[1]; return;
    case 404: return add(refusal_code::not_found);
    case 413: ++by_word_[2]; return;
    case 415: ++by_word_[3]; return;
    default: ++by_word_[4]; return;
    }
}

std::vector<refusal_count> refusal_counts::read() const {
    std::vector<refusal_count> all;
    for (std::size_t i = 0; i < code_places; ++i) {
        const std::string_view reason = refusal_name(static_cast<refusal_code>(i));
        if (!reason.empty()) all.push_back({reason, by_code_[i].load(std::memory_order_relaxed)});
    }
    for (std::size_t i = 0; i < words; ++i) {
        all.push_back({status_words[i], by_word_[i].load(std::memory_order_relaxed)});
    }
    return all;
}

} // namespace rollcall::projections
