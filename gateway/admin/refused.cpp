#include "gateway/admin/refused.hpp"

#include "gateway/admin/who.hpp"
#include "gateway/scim/user_name.hpp"

#include <algorithm>
#include <iterator>

namespace rollcall::admin {

using projections::attempt_record;

std::vector<std::string> refused_names(const projections::user_state& user) {
    return {user.content.user_name_key, user.id.text()};
}

std::vector<std::string> refused_names(std::string_view word) {
    if (const auto id = id_in(word)) return {id->text()};
    return {scim::user_name_key(word).value_or(std::string(word))};
}

result<std::vector<attempt_record>>
refused_under(const eventlog::row_reader& rows, eventlog::keyring& keys, eventlog::tenant_no tenant,
              const std::vector<std::string>& names, std::size_t most) {
    std::vector<attempt_record> all;
    for (const std::string& name : names) {
        auto some = projections::list_attempts(rows, keys, tenant, name, 1);
        if (!some) return tl::unexpected(problem_of(some.error()));
        std::move(some->begin(), some->end(), std::back_inserter(all));
    }
    std::stable_sort(all.begin(), all.end(), [](const attempt_record& a, const attempt_record& b) {
        return a.last > b.last;
    });
    if (all.size() > most) all.resize(most);
    return all;
}

void write_refused(base::json_writer& json, const std::vector<attempt_record>& refused) {
    json.key("refused").begin_array();
    for (const attempt_record& r : refused) {
        json.begin_object();
        json.member("who", r.what.who).member("action", r.what.action);
        json.key("status");
        if (r.what.status != 0) {
            json.value(static_cast<unsigned>(r.what.status));
        } else {
            json.null();
        }
        json.key("code");
        if (r.what.code != 0) {
            json.value(
                projections::refusal_name(static_cast<projections::refusal_code>(r.what.code)));
        } else {
            json.null();
        }
        json.member("reason", r.what.reason).member("count", r.count);
        json.member("first", r.first.text()).member("last", r.last.text());
        json.member("request_id", r.what.request_id);
        json.end_object();
    }
    json.end_array();
}

} // namespace rollcall::admin
