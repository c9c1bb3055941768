// The pieces of a snapshot: a few lines each, and none when its time has passed.
#include "gateway/admin/snapshot_stream.hpp"
#include "tests/projections/server.hpp"

namespace rollcall::admin {
namespace {

using projections::test::server;
using projections::test::wish_for;
using namespace std::chrono_literals;

struct tenant_with_people {
    server house;
    gateway::worker_pool workers{1, 1};
    eventlog::tenant_no tenant = house.make_tenant("acme");
    std::shared_ptr<int> place = std::make_shared<int>();

    std::shared_ptr<snapshot_stream> stream(std::chrono::milliseconds time_max) {
        return std::make_shared<snapshot_stream>(
            workers, tenant,
            std::make_unique<told::snapshot>(house.log(), tenant,
                                             told::telling{{}, {}, told::privacy::full}),
            time_max, place);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(snapshot_stream_test, tenant_with_people)

BOOST_AUTO_TEST_CASE(a_piece_ends_behind_the_line_that_passes_it) {
    for (int i = 0; i < 3; ++i) {
        auto wish = wish_for("user" + std::to_string(i));
        wish.content.document = R"({"userName":")" + std::string(200'000, 'x') + "\"}";
        house.make_user(tenant, std::move(wish));
    }
    const auto all = stream(1h);
    std::string whole;
    std::vector<std::size_t> sizes;
    for (bool more = true; more;) {
        std::string piece;
        more = all->append_piece(piece);
        BOOST_TEST((piece.empty() || piece.back() == '\n'));
        sizes.push_back(piece.size());
        whole += piece;
    }
    BOOST_TEST(sizes.size() == 2u);
    BOOST_TEST(sizes.front() >= snapshot_piece_bytes_max);
    BOOST_TEST(sizes.front() < snapshot_piece_bytes_max + 210'000);
    BOOST_TEST(std::count(whole.begin(), whole.end(), '\n') == 6);
    // View and place are gone before the stream is.
    BOOST_TEST(place.use_count() == 1);
    std::string nothing;
    BOOST_CHECK_THROW(all->append_piece(nothing), eventlog::storage_failure);
}

BOOST_AUTO_TEST_CASE(whoever_is_too_slow_gets_no_further_piece) {
    const auto all = stream(-1ms);
    std::string piece;
    BOOST_CHECK_THROW(all->append_piece(piece), eventlog::storage_failure);
    BOOST_TEST(piece.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
