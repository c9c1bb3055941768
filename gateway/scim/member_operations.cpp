#include "gateway/scim/member_operations.hpp"

#include "gateway/scim/limits.hpp"

#include <algorithm>

namespace rollcall::scim {
namespace {

/// Where an element stands; nothing for one without a list around it.
using element_index = std::optional<std::size_t>;

tl::unexpected<error> wrong(element_index at, std::string_view part, std::string_view why) {
    std::string place = "members";
    if (at) place += "[" + std::to_string(*at) + "]";
    return refuse(scim_type::invalid_value, place + std::string(part) + ": " + std::string(why));
}

result<void> check_kind(json_object element, element_index at) {
    const auto kind = find_member(element, "type");
    if (!kind || kind->is_null()) return {};
    std::string_view text;
    if (kind->get(text) != simdjson::SUCCESS) return wrong(at, ".type", "must be a string");
    if (text.empty() || equal_ignoring_case(text, "User")) return {};
    if (equal_ignoring_case(text, "Group")) {
        return wrong(at, ".type", "a team holds users only; send the users of that group instead");
    }
    return wrong(at, ".type", "must be User, since a team holds users only");
}

result<std::string_view> read_id(json_value from, element_index at) {
    std::string_view part;
    if (from.is_object()) {
        const json_object element(from);
        if (auto fits = check_kind(element, at); !fits) {
            return tl::unexpected<error>(std::move(fits.error()));
        }
        const auto id = find_member(element, "value");
        if (!id || id->is_null()) return wrong(at, "", "has no value; send the id of a user");
        from = *id;
        part = ".value";
    }
    std::string_view id;
    if (from.get(id) != simdjson::SUCCESS) {
        return wrong(at, part,
                     part.empty() ? "must be an object with the id of a user as value"
                                  : "must be a string, the id of a user");
    }
    if (id.empty()) return wrong(at, part, "is empty; send the id of a user");
    return id;
}

} // namespace

result<std::vector<std::string_view>> read_member_ids(json_value from) {
    std::vector<std::string_view> out;
    if (from.is_null()) return out;
    if (!from.is_array()) {
        const auto only = read_id(from, {});
        if (!only) return tl::unexpected<error>(only.error());
        out.push_back(*only);
        return out;
    }
    const json_array all(from);
    if (all.size() > limits::group_elements_max) {
        return wrong({}, "",
                     "must not have more than " + std::to_string(limits::group_elements_max) +
                         " values");
    }
    out.reserve(all.size());
    for (const json_value one : all) {
        const auto id = read_id(one, out.size());
        if (!id) return tl::unexpected<error>(id.error());
        out.push_back(*id);
    }
    return out;
}

result<void> member_operations::read(patch_verb verb, const path& where,
                                     std::optional<json_value> what) {
    const bool removes = verb == patch_verb::remove;
    if (where.target.sub != nullptr) {
        return refuse(scim_type::invalid_path,
                      print(where) + ": a member has no parts that can be changed; add or remove "
                                     "members with the path members and a list of objects with "
                                     "value");
    }
    result<std::vector<std::string_view>> ids;
    if (where.which) {
        if (!removes) {
            return refuse(scim_type::mutability,
                          print(where) + ": a member cannot become another; remove this one, and "
                                         "add with the path members");
        }
        ids = *listed_values(*where.which);
        if (std::find(ids->begin(), ids->end(), "") != ids->end()) {
            return refuse(scim_type::invalid_value,
                          print(where) + ": names nobody; send the id of a user");
        }
    } else if (!what || (removes && what->is_null())) {
        if (!removes) {
            return refuse(scim_type::invalid_value, "members: the operation has no value");
        }
        ++round_;
        return {};
    } else {
        ids = read_member_ids(*what);
    }
    if (!ids) return tl::unexpected<error>(std::move(ids.error()));
    if (verb == patch_verb::replace) ++round_;
    for (const std::string_view id : *ids) {
        if (auto done = say(id, !removes); !done) return done;
    }
    return {};
}

result<void> member_operations::say(std::string_view id, bool in) {
    std::string key(id);
    auto at = said_.find(key);
    if (at == said_.end()) {
        if (said_.size() == limits::members_per_patch_max) {
            return tl::unexpected<error>(error{413, scim_type::none,
                                               "The PATCH names more than " +
                                                   std::to_string(limits::members_per_patch_max) +
                                                   " members; send it in parts"});
        }
        at = said_.emplace(std::move(key), word{}).first;
    }
    at->second = {in, round_};
    return {};
}

member_wish member_operations::wish() const {
    member_wish out;
    out.only_added = round_ > 0;
    for (const auto& [id, last] : said_) {
        if (last.in && last.round == round_) {
            out.add.push_back(id);
        } else if (!last.in && !out.only_added) {
            out.remove.push_back(id);
        }
    }
    std::sort(out.add.begin(), out.add.end());
    std::sort(out.remove.begin(), out.remove.end());
    return out;
}

} // namespace rollcall::scim
