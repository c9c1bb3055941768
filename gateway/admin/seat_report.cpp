#include "gateway/admin/seat_report.hpp"

#include "eventlog/base/json_writer.hpp"
#include "eventlog/cursor.hpp"
#include "gateway/admin/csv_writer.hpp"
#include "projections/seat_history.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::admin {
namespace {

using namespace eventlog;
using projections::seat_cause;
using projections::seat_person;
using projections::seat_stretch;

constexpr std::size_t day_size = std::string_view("2026-11-01").size();
constexpr std::int64_t ms_per_day = 86'400'000;
constexpr std::int64_t micro = 1'000'000;

/// The name that the person had last; nothing for who is erased.
base::result<std::optional<std::string>> name_of(const store& log, keyring& keys,
                                                 const seat_person& who) {
    using name = std::optional<std::string>;
    if (who.erased || !who.named) return name{};
    const auto bytes = log.read(*who.named);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto record = read_record(*bytes, record_check::crc);
    if (!record) return tl::unexpected(record.error());
    // A view for each: whoever is erased meanwhile does not wait for the page.
    const auto rows = log.snapshot();
    const auto e = decode_event(*record, content_mode::open, *rows, keys);
    if (!e) return tl::unexpected(e.error());
    const user_content* content = content_of(e->what.body);
    if (e->content_erased || content == nullptr) return name{};
    return name(content->user_name);
}

class page_writer {
  public:
    page_writer(const seat_wish& wish) : wish_(wish) {
        if (wish.format == seat_format::csv && !wish.after) {
            append_csv_row(text_, {"user_id", "user_name", "held_from", "held_to", "seat_days",
                                   "given_by", "given_position", "taken_by", "taken_position"});
        }
    }

    [[nodiscard]] bool full() const { return stretches_ >= wish_.stretches_max; }

    void add(const seat_person& who, const std::optional<std::string>& name,
             const std::vector<seat_stretch>& held) {
        stretches_ += held.size();
        if (wish_.format == seat_format::csv) return add_rows(who, name, held);
        std::int64_t ms = 0;
        for (const seat_stretch& each : held)
            ms += held_ms(each, wish_.period);
        if (!text_.empty()) text_ += ',';
        base::json_writer json(text_);
        json.begin_object().member("id", who.id.text()).key("userName");
        if (name) {
            json.value(*name);
        } else {
            json.null();
        }
        json.member("erased", who.erased).key("seat_days").raw(days_text(ms));
        json.key("seats").begin_array();
        for (const seat_stretch& each : held) {
            json.begin_object().member("from", each.given.time.text()).key("to");
            const seat_cause* const end = end_of(each);
            if (end != nullptr) {
                json.value(end->time.text());
            } else {
                json.null();
            }
            write_cause(json.key("given_by"), &each.given);
            write_cause(json.key("taken_by"), end);
            json.end_object();
        }
        json.end_array().end_object();
    }

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    /// What ended it in the period; null if it was held at the period's end.
    [[nodiscard]] const seat_cause* end_of(const seat_stretch& each) const {
        return each.taken && each.taken->time < wish_.period.to ? &*each.taken : nullptr;
    }

    static void write_cause(base::json_writer& json, const seat_cause* cause) {
        if (cause == nullptr) {
            json.null();
            return;
        }
        json.begin_object().member("event", event_type_name(cause->what));
        json.member("position", cause->at.text()).end_object();
    }

    void add_rows(const seat_person& who, const std::optional<std::string>& name,
                  const std::vector<seat_stretch>& held) {
        const std::string id = who.id.text();
        const std::string shown = harmless_cell(name.value_or(""));
        for (const seat_stretch& each : held) {
            const seat_cause* const end = end_of(each);
            const std::string from = each.given.time.text();
            const std::string to = end != nullptr ? end->time.text() : "";
            const std::string days = days_text(held_ms(each, wish_.period));
            // Without the @, which would begin a formula.
            const std::string given = each.given.at.text().substr(1);
            const std::string taken = end != nullptr ? end->at.text().substr(1) : "";
            append_csv_row(text_, {id, shown, from, to, days, event_type_name(each.given.what),
                                   given, end != nullptr ? event_type_name(end->what) : "", taken});
        }
    }

    const seat_wish& wish_;
    std::string text_;
    std::uint64_t stretches_ = 0;
};

struct sums {
    std::int64_t ms = 0;
    std::uint64_t people = 0;
};

std::string document(std::string_view slug, const seat_wish& wish, const sums& all,
                     const page_writer& page, std::string_view next) {
    std::string out;
    base::json_writer json(out);
    json.begin_object().member("tenant", slug);
    json.member("from", wish.period.from.text()).member("to", wish.period.to.text());
    json.key("seat_days").raw(days_text(all.ms)).member("people", all.people);
    json.key("holders").raw("[" + page.text() + "]").key("next");
    if (next.empty()) {
        json.null();
    } else {
        json.value(next);
    }
    json.end_object();
    return out;
}

} // namespace

result<seat_page> read_seats(const store& log, keyring& keys, tenant_no tenant,
                             std::string_view slug, const seat_wish& wish,
                             const seat_endurance& most) {
    bool unwanted = false;
    const auto go_on = [&] {
        unwanted = unwanted || (most.wanted && !most.wanted());
        return !unwanted && (!most.in_time || most.in_time());
    };
    const auto cut_off = [&](std::string_view what, std::string_view advice) {
        if (unwanted) return refuse(503, "unfinished", "the reading was ended: try again");
        return refuse(400, "long_history",
                      std::string(what) + " has more events than one request may read" +
                          std::string(advice));
    };
    const auto history = projections::seat_history::open(log, tenant, go_on);
    if (!history && projections::is_out_of_patience(history.error())) {
        return cut_off("the tenant itself", "");
    }
    if (!history) return tl::unexpected(problem_of(history.error()));
    page_writer page(wish);
    sums all;
    seat_page out;
    std::string last;
    base::result<void> named;
    const auto visit = [&](const seat_person& who) {
        std::vector<seat_stretch> held;
        for (const seat_stretch& each : who.stretches) {
            if (is_within(each, wish.period)) held.push_back(each);
        }
        if (held.empty()) return true;
        if (page.full()) {
            out.next = last;
            return false;
        }
        const auto name = name_of(log, keys, who);
        if (!name) {
            named = tl::unexpected(name.error());
            return false;
        }
        ++all.people;
        for (const seat_stretch& each : held)
            all.ms += held_ms(each, wish.period);
        page.add(who, *name, held);
        last = who.made.text();
        return true;
    };
    const position after = wish.after.value_or(position{position::embedded, 0});
    const auto walked = history->each(after, visit, go_on);
    if (!walked) return tl::unexpected(problem_of(walked.error()));
    if (!named) return tl::unexpected(problem_of(named.error()));
    if (const auto& cut = *walked) {
        // A page that went no further than the one before would be asked for again for ever.
        const bool stands = cut->passed <= after;
        if (unwanted || (stands && !cut->person)) return cut_off("the tenant", "");
        if (stands) {
            return cut_off("user " + cut->person->text(),
                           ": after=" + cut->made.text() + " goes on behind him");
        }
        out.next = cut->passed.text();
    }
    out.text =
        wish.format == seat_format::csv ? page.text() : document(slug, wish, all, page, out.next);
    return out;
}

std::optional<base::moment> read_when(std::string_view text) {
    if (text.size() == day_size) return base::moment::parse(std::string(text) + "T00:00:00Z");
    return base::moment::parse(text);
}

std::string days_text(std::int64_t ms) {
    assert(ms >= 0);
    const std::int64_t whole = ms / ms_per_day;
    // Of the rest there are less than a day's milliseconds: nothing overflows.
    const std::int64_t parts = (ms % ms_per_day * micro + ms_per_day / 2) / ms_per_day;
    std::string fraction = std::to_string(parts % micro);
    fraction.insert(0, 6 - fraction.size(), '0');
    return std::to_string(whole + parts / micro) + "." + fraction;
}

} // namespace rollcall::admin
