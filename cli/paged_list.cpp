#include "cli/paged_list.hpp"

#include "cli/operator_client.hpp"

namespace rollcall::cli {

int show_pages(const context& c, const std::string& path, const std::string& more,
               std::string_view member, table rows,
               const std::function<void(table&, const json_item&)>& add) {
    operator_client server(c);
    bool first = true;
    std::string next = "0";
    if (c.asked.json) c.to.out << '[';
    while (!next.empty()) {
        const auto answer = server.ask("GET", path + "?after=" + next + more);
        if (!answer) return fail(c, answer.error());
        const json_view page(*answer);
        for (const json_item& one : page->items(member)) {
            if (c.asked.json) {
                c.to.out << (first ? "" : ",\n") << one.as_text();
                first = false;
            } else {
                add(rows, one);
            }
        }
        next = page->text("next");
    }
    if (c.asked.json) {
        c.to.out << "]\n";
    } else {
        rows.print(c.to);
    }
    return exit_done;
}

} // namespace rollcall::cli
