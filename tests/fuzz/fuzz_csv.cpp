// Any bytes are rows, faults and an end; places never go backwards; and what was read is the same
// when it is written and read again. Whoever comes out of it is somebody SCIM can judge.
#include "gateway/admin/csv_people.hpp"
#include "gateway/admin/csv_writer.hpp"
#include "gateway/user_wishes.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace rollcall;
using admin::csv_reader;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

std::vector<std::string> texts_of(const csv_reader& reader) {
    std::vector<std::string> texts;
    for (const admin::csv_field& field : reader.fields())
        texts.emplace_back(field.text);
    return texts;
}

void read_rows(std::string_view file) {
    csv_reader reader(file);
    std::uint64_t line = 0;
    for (auto step = reader.next(); step != csv_reader::step::end; step = reader.next()) {
        require(reader.first_line() > line && reader.line() >= reader.first_line());
        require(!reader.raw().empty());
        line = reader.first_line();
        if (step == csv_reader::step::fault) {
            require(!reader.why().empty() && reader.column() > 0);
            continue;
        }
        const auto texts = texts_of(reader);
        require(!texts.empty());
        std::string written;
        admin::append_csv_row(written, {texts.begin(), texts.end()});
        csv_reader again(written);
        require(again.next() == csv_reader::step::row && texts_of(again) == texts);
        require(again.next() == csv_reader::step::end);
    }
}

void read_people(std::string_view file) {
    auto people = admin::csv_people::open(file, true);
    if (!people) return;
    std::uint64_t rows = people->count_rows();
    for (auto step = people->next(); step != admin::csv_people::step::end; step = people->next()) {
        require(rows-- > 0);
        if (step != admin::csv_people::step::somebody) continue;
        const auto wish = gateway::read_creation(people->who().creation());
        if (!wish) require(!people->fault_of("bad_value", wish.error().detail).reason.empty());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view file(reinterpret_cast<const char*>(data), size);
    read_rows(file);
    read_people(file);
    return 0;
}
