#include "consumers/pause_row.hpp"

#include "consumers/writer_step.hpp"

#include <string>

namespace rollcall::consumers {
namespace {

using namespace eventlog;

std::string paused_key(std::string_view name) {
    return std::string(name) + "/paused";
}

} // namespace

bool read_paused(const row_reader& rows, std::string_view name) {
    std::string row;
    return rows.get(table::checkpoints, paused_key(name), row);
}

base::result<void> write_paused(writer& writer, std::string_view name, bool paused) {
    return in_turn(writer, [&](turn& t) -> base::result<void> {
        if (paused) {
            t.rows().put(table::checkpoints, paused_key(name), "1");
        } else {
            t.rows().erase(table::checkpoints, paused_key(name));
        }
        return {};
    });
}

} // namespace rollcall::consumers
