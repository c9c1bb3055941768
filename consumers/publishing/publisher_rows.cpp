#include "consumers/publishing/publisher_rows.hpp"

#include "eventlog/base/crc32c.hpp"
#include "eventlog/base/wire.hpp"

namespace rollcall::publishing {
namespace {

using base::get_bytes;
using base::get_le;
using base::put_bytes;
using base::put_le;

constexpr std::uint8_t format = 1;
constexpr std::uint8_t flag_to_announce = 1;

std::string row_key() {
    return std::string(publisher_name) + "/progress";
}

void put_offset(std::string& out, std::int64_t offset) {
    put_le(out, static_cast<std::uint64_t>(offset));
}

bool get_offset(std::string_view& in, std::int64_t& offset) {
    std::uint64_t bits = 0;
    if (!get_le(in, bits)) return false;
    offset = static_cast<std::int64_t>(bits);
    return offset >= -1;
}

bool get_mark(std::string_view& in, mark& m) {
    return get_le(in, m.through) && get_le(in, m.last) && get_offset(in, m.lifecycle_offset) &&
           get_offset(in, m.state_offset) && get_offset(in, m.accepted_offset);
}

} // namespace

std::string encode(const memory& known) {
    std::string row;
    put_le(row, format);
    put_le(row, known.to_announce ? flag_to_announce : std::uint8_t{0});
    put_le(row, static_cast<std::uint32_t>(known.marks.size()));
    put_bytes(row, known.lineage.bytes);
    put_bytes(row, known.previous.bytes);
    for (const mark& m : known.marks) {
        put_le(row, m.through);
        put_le(row, m.last);
        put_offset(row, m.lifecycle_offset);
        put_offset(row, m.state_offset);
        put_offset(row, m.accepted_offset);
    }
    put_le(row, base::crc32c(row));
    return row;
}

std::optional<memory> decode_memory(std::string_view row) {
    if (row.size() < sizeof(std::uint32_t)) return std::nullopt;
    std::string_view end = row.substr(row.size() - sizeof(std::uint32_t));
    row.remove_suffix(sizeof(std::uint32_t));
    std::uint32_t crc = 0;
    if (!get_le(end, crc) || crc != base::crc32c(row)) return std::nullopt;

    memory known;
    std::uint8_t version = 0;
    std::uint8_t flags = 0;
    std::uint32_t partitions = 0;
    if (!get_le(row, version) || version != format) return std::nullopt;
    if (!get_le(row, flags) || (flags & ~flag_to_announce) != 0) return std::nullopt;
    if (!get_le(row, partitions) || partitions == 0 || partitions > partitions_max) {
        return std::nullopt;
    }
    if (!get_bytes(row, known.lineage.bytes) || !get_bytes(row, known.previous.bytes)) {
        return std::nullopt;
    }
    known.to_announce = (flags & flag_to_announce) != 0;
    known.marks.resize(partitions);
    for (mark& m : known.marks) {
        if (!get_mark(row, m)) return std::nullopt;
    }
    if (!row.empty()) return std::nullopt;
    return known;
}

remembered read_memory(const eventlog::row_reader& rows) {
    std::string row;
    if (!rows.get(eventlog::table::checkpoints, row_key(), row)) return {};
    remembered found{decode_memory(row), false};
    found.damaged = !found.known;
    return found;
}

void write_memory(eventlog::row_editor& rows, const memory& known) {
    rows.put(eventlog::table::checkpoints, row_key(), encode(known));
}

} // namespace rollcall::publishing
