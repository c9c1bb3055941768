#include "bench/people.hpp"

#include "gateway/user_wishes.hpp"

#include <cassert>

namespace rollcall::bench {
namespace {

constexpr std::string_view body =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",)"
    R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],)"
    R"("userName":"anna.90000009@example.com","externalId":"00u90000009",)"
    R"("name":{"givenName":"Anna","familyName":"Lindqvist 90000009"},)"
    R"("displayName":"Anna Lindqvist 90000009",)"
    R"("emails":[{"value":"anna.90000009@example.com","type":"work","primary":true}],)"
    R"("phoneNumbers":[{"value":"+46 8 555 90000009","type":"work"}],)"
    R"("title":"Engineer of grade 86420","preferredLanguage":"en-US","active":true,)"
    R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":)"
    R"({"employeeNumber":"90000009","costCenter":"4130","organization":"Example",)"
    R"("division":"Research and Development","department":"Storage"}})";

projections::user_wish parsed(bool active) {
    constexpr std::string_view active_text = "\"active\":true";
    std::string text(body);
    if (!active) text.replace(text.find(active_text), active_text.size(), "\"active\":false");
    auto wish = gateway::read_creation(text);
    assert(wish);
    return std::move(*wish);
}

stencil numbered(std::string text) {
    return {std::move(text), {number_mark, revision_mark}};
}

} // namespace

std::string person_body() {
    return std::string(body);
}

std::string person_user_name() {
    return parsed(true).content.user_name;
}

person_maker::person_maker() : person_maker(parsed(true), parsed(false)) {}

person_maker::person_maker(const projections::user_wish& active,
                           const projections::user_wish& inactive)
    : user_name_(numbered(active.content.user_name)),
      user_name_key_(numbered(active.content.user_name_key)),
      external_id_(numbered(active.content.external_id.value())),
      email_key_(numbered(active.content.email_keys.at(0))),
      display_(numbered(active.content.display)),
      document_active_(numbered(active.content.document)),
      document_inactive_(numbered(inactive.content.document)),
      changed_(active.changed) {}

projections::user_wish person_maker::make(std::uint64_t number, std::uint64_t revision,
                                          bool active) {
    assert(number < people_max);
    stencil& document = active ? document_active_ : document_inactive_;
    for (stencil* s :
         {&user_name_, &user_name_key_, &external_id_, &email_key_, &display_, &document}) {
        s->fill(0, number);
    }
    document.fill(1, revision);
    projections::user_wish wish;
    wish.content.user_name = user_name_.text();
    wish.content.user_name_key = user_name_key_.text();
    wish.content.external_id = external_id_.text();
    wish.content.email_keys = {email_key_.text()};
    wish.content.display = display_.text();
    wish.content.document = document.text();
    wish.active = active;
    wish.changed = changed_;
    return wish;
}

} // namespace rollcall::bench
