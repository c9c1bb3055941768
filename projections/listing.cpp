#include "projections/listing.hpp"

#include "projections/read.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace rollcall::projections {
namespace {

using eventlog::table;

/// The ordinal where the block that holds the `first`-th begins, and how many to skip in it;
/// nothing if there are not so many.
struct start {
    std::uint64_t ordinal = 0;
    std::uint64_t skip = 0;
};

std::optional<start> find_start(const eventlog::row_snapshot& rows, listing_kind kind,
                                tenant_no tenant, std::uint64_t first) {
    const std::string prefix = key_of::all_blocks(kind, tenant);
    const auto blocks = rows.cursor(table::state, prefix);
    for (blocks->seek(prefix); blocks->valid(); blocks->next()) {
        const std::uint32_t living = decode_count(blocks->value());
        if (first < living) return start{block_of_key(blocks->key()) * places_per_block, first};
        first -= living;
    }
    return std::nullopt;
}

std::string all_entities(listing_kind kind, tenant_no tenant) {
    return kind == listing_kind::users ? key_of::all_users(tenant) : key_of::all_teams(tenant);
}

std::string entity_key(listing_kind kind, tenant_no tenant, const subject_id& id) {
    return kind == listing_kind::users ? key_of::user(tenant, id) : key_of::team(tenant, id);
}

} // namespace

listing::listing(const eventlog::row_snapshot& rows, listing_kind kind, tenant_no tenant,
                 std::uint64_t first)
    : kind_(kind),
      tenant_(tenant),
      places_(rows.cursor(table::state, key_of::all_places(kind, tenant))),
      entities_(rows.cursor(table::state, all_entities(kind, tenant))) {
    const tenant_counters counters = read_counters(rows, tenant);
    const std::uint64_t living = kind == listing_kind::users ? counters.users : counters.teams;
    left_ = living - std::min(living, first);
    const auto from = find_start(rows, kind, tenant, first);
    at_end_ = !from;
    if (at_end_) return;
    places_->seek(key_of::place(kind, tenant, from->ordinal));
    for (std::uint64_t i = 0; i < from->skip && places_->valid(); ++i) {
        places_->next();
    }
}

/// Ids grow with time, so the wanted row is nearly always the one after the last one read.
bool listing::next(subject_id& id, std::string_view& row) {
    if (at_end_ || !places_->valid()) {
        if (left_ > 0) damaged_row("listing", std::to_string(left_));
        return false;
    }
    --left_;
    id = decode_subject(places_->value());
    const std::string wanted = entity_key(kind_, tenant_, id);
    if (placed_ && entities_->valid()) entities_->next();
    if (!placed_ || !entities_->valid() || entities_->key() != wanted) entities_->seek(wanted);
    placed_ = true;
    if (!entities_->valid() || entities_->key() != wanted) damaged_row("listing", places_->value());
    row = entities_->value();
    places_->next();
    return true;
}

} // namespace rollcall::projections
