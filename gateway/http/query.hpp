// The two halves of a request target, decoded: path segments and query parameters (RFC 3986
// sections 3.3 and 3.4). Both own their text in one buffer and are made to be read into again and
// again, so that a connection parses targets without allocating. What they hold is valid UTF-8
// without control characters; whoever reads them need not check again.
#pragma once

#include "eventlog/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::http {

/// What can be wrong with a target. The message of the failure names the place.
enum class target_errc : std::uint8_t {
    bad_escape = 1,      ///< `%` without two hex digits
    bad_text,            ///< decodes to a control character or to something that is not UTF-8
    dot_segment,         ///< `.` or `..`, escaped or not
    too_many_segments,   ///< limits::path_segments_max
    too_many_parameters, ///< limits::query_parameters_max
};

std::error_code make_error_code(target_errc code);

/// A path as its segments, each decoded on its own: `/a%2Fb/c` has the segments `a/b` and `c`.
/// Empty segments do not count, so `//Users/` has one segment, `Users`, and `/` has none.
class path_segments {
  public:
    /// Reads the part of a target before `?`. Nothing of the old content remains, even on failure.
    base::result<void> parse(std::string_view raw, std::size_t segments_max);

    [[nodiscard]] std::size_t size() const { return ends_.size(); }

    /// The segment at `i`, which must be less than size(); valid until the next parse().
    [[nodiscard]] std::string_view operator[](std::size_t i) const;

    void clear() {
        text_.clear();
        ends_.clear();
    }

  private:
    std::string text_;
    std::vector<std::uint32_t> ends_;
};

/// Query parameters in the order sent. In names and values `+` stands for a space. A name without
/// `=` has an empty value; empty parameters (`a=1&&b=2`) are skipped.
class query_parameters {
  public:
    struct parameter {
        std::string_view name;
        std::string_view value;
    };

    /// Reads the part of a target after the first `?`. Nothing of the old content remains, even on
    /// failure.
    base::result<void> parse(std::string_view raw, std::size_t parameters_max);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

    /// The parameter at `i`, which must be less than size(); valid until the next parse().
    [[nodiscard]] parameter operator[](std::size_t i) const;

    /// The value of the first parameter of that name, compared without case: who writes
    /// `startindex` must not get the first page again and again.
    [[nodiscard]] std::optional<std::string_view> first(std::string_view name) const;

    /// How often the name occurs. A route for which two values would be ambiguous refuses with it.
    [[nodiscard]] std::size_t count(std::string_view name) const;

    void clear();

  private:
    struct entry {
        std::uint32_t name_begin, name_end, value_end;
    };

    std::string text_;
    std::vector<entry> entries_;
};

/// Appends `raw` decoded to `out`; false, with `out` as it was, for a `%` without two hex digits.
bool append_percent_decoded(std::string& out, std::string_view raw, bool plus_is_space);

} // namespace rollcall::http

template <>
struct std::is_error_code_enum<rollcall::http::target_errc> : std::true_type {};
