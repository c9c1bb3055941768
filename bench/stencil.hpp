// A text with places in it that are filled again and again with values of the same length: how
// requests and persons are made in numbers without making strings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::bench {

class stencil {
  public:
    /// Every occurrence of `marks[i]` in `text` is a place for fill(i, ...). A mark may be absent.
    stencil(std::string text, const std::vector<std::string_view>& marks);

    /// Puts `value` into every place of that mark. @pre it is as long as the mark.
    void fill(std::size_t mark, std::string_view value);

    /// The same with decimal digits and leading zeros. @pre they fit.
    void fill(std::size_t mark, std::uint64_t number);

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    struct places {
        std::size_t size = 0;
        std::vector<std::size_t> at;
    };

    std::string text_;
    std::vector<places> marks_;
};

} // namespace rollcall::bench
