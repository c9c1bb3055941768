#include "gateway/profiles/text_pattern.hpp"

#include <re2/re2.h>

namespace rollcall::profiles {

base::result<text_pattern, std::string> text_pattern::compile(std::string_view pattern) {
    if (pattern.empty()) return tl::unexpected<std::string>("is empty: only empty texts would fit");
    if (pattern.size() > pattern_bytes_max) {
        return tl::unexpected("is longer than " + std::to_string(pattern_bytes_max) + " bytes");
    }
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(static_cast<std::int64_t>(pattern_memory_bytes_max));
    auto compiled =
        std::make_shared<const RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!compiled->ok()) {
        return tl::unexpected("is no regular expression of RE2: " + compiled->error());
    }
    return text_pattern(std::string(pattern), std::move(compiled));
}

bool text_pattern::fits(std::string_view text) const {
    return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

} // namespace rollcall::profiles
