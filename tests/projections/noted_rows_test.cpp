#include "projections/noted_rows.hpp"
#include "tests/projections/world.hpp"

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(noted_rows_test)

namespace {

/// A turn over rows in memory that writes its notes when told to, as the log's thread does.
class slow_turn final : public turn {
  public:
    memory_rows kept;
    keyring ring{make_local_wrapper(secret_key::random())};
    std::vector<row_change> notes;

    row_editor& rows() override { return kept; }

    const link_reader& links() override { return kept; }

    keyring& keys() override { return ring; }

    base::moment time() override { return {}; }

    base::result<emitted> emit(event) override { return emitted{}; }

    void note(row_change change) override { notes.push_back(std::move(change)); }

    void write_notes() {
        for (const row_change& change : notes) {
            if (change.value) {
                kept.put(change.where, change.key, *change.value);
            } else {
                kept.erase(change.where, change.key);
            }
        }
        notes.clear();
    }
};

std::string read(const row_reader& rows, std::string_view key) {
    std::string value;
    return rows.get(table::attempts, key, value) ? value : "-";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_turn_reads_what_earlier_turns_noted) {
    slow_turn turn;
    turn.kept.put(table::attempts, "b", "old");
    pending_notes pending;
    std::vector<std::string> first_keys;
    noted_rows first(turn, pending, first_keys);
    first.put(table::attempts, "a", "1");
    first.erase(table::attempts, "b");
    BOOST_TEST(read(first, "a") == "1");
    BOOST_TEST(read(first, "b") == "-");
    BOOST_TEST(read(turn.kept, "a") == "-");

    std::vector<std::string> second_keys;
    noted_rows second(turn, pending, second_keys);
    BOOST_TEST(read(second, "a") == "1");
    second.put(table::attempts, "a", "2");

    pending.settle(first_keys); // the first batch is settled; the second note is still on its way
    BOOST_TEST(read(second, "a") == "2");
    turn.write_notes();
    pending.settle(second_keys);
    BOOST_TEST(pending.size() == 0u);
    BOOST_TEST(read(second, "a") == "2");
    BOOST_TEST(read(second, "b") == "-");
}

BOOST_AUTO_TEST_CASE(notes_that_nobody_wrote_are_gone_when_settled) {
    slow_turn turn;
    pending_notes pending;
    std::vector<std::string> keys;
    noted_rows rows(turn, pending, keys);
    rows.put(table::attempts, "a", "1");
    turn.notes.clear();
    pending.settle(keys);
    BOOST_TEST(read(rows, "a") == "-");
    BOOST_TEST(pending.size() == 0u);
}

BOOST_AUTO_TEST_CASE(other_tables_are_read_as_they_are) {
    slow_turn turn;
    turn.kept.put(table::keys, "a", "secret");
    pending_notes pending;
    std::vector<std::string> keys;
    noted_rows rows(turn, pending, keys);
    rows.put(table::attempts, "a", "1");
    std::string value;
    BOOST_TEST(rows.get(table::keys, "a", value));
    BOOST_TEST(value == "secret");
}

BOOST_AUTO_TEST_SUITE_END()
