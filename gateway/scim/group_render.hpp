// A group as the client sees it, written in pieces, because its members may be more than should lie
// in memory at once: open(), member() for each, close(). Between two calls the caller may take away
// what has been written so far.
#pragma once

#include "gateway/scim/computed.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim/selection.hpp"

#include <string>
#include <string_view>

namespace rollcall::scim {

class group_writer {
  public:
    /// Writes onto `out`, which must outlive the writer. `document` and what `facts` views must
    /// live until open() has returned; `facts` itself and `shown` too.
    group_writer(std::string& out, std::string_view document, const computed& facts,
                 const selection& shown);

    /// False if the members are not to be shown, not even as an empty list: then they need not be
    /// read, and member() is not called.
    [[nodiscard]] bool shows_members() const { return value_ || ref_ || type_; }

    /// Appends all that stands before the members. Status 500 if the document is damaged, with
    /// nothing appended.
    result<void> open();

    /// Appends one, as far as it is to be shown; `id` has URL-safe characters only.
    void member(std::string_view id);

    void close();

  private:
    std::string& out_;
    std::string_view document_;
    const computed& facts_;
    const selection& shown_;
    bool value_ = false;
    bool ref_;
    bool type_;
    bool first_ = true;
    std::string ref_head_; ///< `"$ref":"…/Users/`
    std::string rest_;     ///< what close() appends
};

/// Appends one element of computed::groups, with the comma before it unless it is the `first`. `id`
/// has URL-safe characters only.
void append_group_reference(std::string& out, bool first, std::string_view id,
                            std::string_view display, std::string_view base_url);

} // namespace rollcall::scim
