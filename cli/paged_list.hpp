// Lists that the server answers in pages.
#pragma once

#include "cli/context.hpp"
#include "cli/json_view.hpp"
#include "cli/terminal.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace rollcall::cli {

/// Asks for `path` and the pages that follow, and shows the objects of their `member`: as one JSON
/// array if JSON was asked for, else as the rows that `add` makes of them.
/// `more` is further parameters, each with its `&`.
int show_pages(const context& c, const std::string& path, const std::string& more,
               std::string_view member, table rows,
               const std::function<void(table&, const json_item&)>& add);

} // namespace rollcall::cli
