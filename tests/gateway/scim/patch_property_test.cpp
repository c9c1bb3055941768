#include "gateway/scim/patch.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <string>
#include <vector>

namespace rollcall::scim {
namespace {

const char* const documents[] = {
    R"({"userName":"a","active":true})",
    R"({"externalId":"e","userName":"a","name":{"givenName":"G"},"title":"t",)"
    R"("active":true,"emails":[{"value":"w","type":"work","primary":true}]})",
    R"({"userName":"a","active":false,"emails":[{"value":"w","type":"work"},{)"
    R"("value":"h","type":"home"}],"roles":[{"value":"r"}],"@ENT":{"department":"D",)"
    R"("manager":{"value":"9"}}})",
};

const char* const sound[] = {
    R"({"op":"add","path":"title","value":"x"})",
    R"({"op":"remove","path":"title"})",
    R"({"op":"replace","path":"name","value":{"familyName":"F","givenName":null}})",
    R"({"op":"add","path":"emails","value":[{"value":"n","primary":true}]})",
    R"({"op":"replace","path":"emails[type eq \"work\"].value","value":"y"})",
    R"({"op":"remove","path":"emails[type eq \"home\"]"})",
    R"({"op":"replace","path":"emails","value":[]})",
    R"({"op":"add","path":"manager","value":"7"})",
    R"({"op":"replace","path":"manager","value":""})",
    R"({"op":"remove","path":"@ENT"})",
    R"({"op":"replace","value":{"title":"z","name.givenName":"K","shoeSize":1}})",
    R"({"op":"replace","path":"roles[primary eq \"True\"].display","value":"d"})",
    R"({"op":"replace","path":"userName","value":"b"})",
    R"({"op":"remove","path":"roles","value":[{"value":"r"}]})",
};

const char* const faulty[] = {
    R"({"op":"remove","path":"userName"})",
    R"({"op":"replace","path":"ims[type sw \"x\"].value","value":"x"})",
    R"({"op":"replace","path":"ims.display","value":"x"})",
    R"({"op":"add","path":"title","value":7})",
    R"({"op":"add","path":"nosuch","value":7})",
    R"({"op":"replace","path":"id","value":"7"})",
    R"({"op":"remove"})",
};

template <std::size_t N>
const char* pick(const char* const (&list)[N]) {
    return list[*rc::gen::inRange<std::size_t>(0, N)];
}

std::vector<std::string> pick_sound() {
    std::vector<std::string> out;
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i)
        out.emplace_back(pick(sound));
    return out;
}

std::string joined(const std::vector<std::string>& operations) {
    std::string out;
    for (const std::string& one : operations)
        out += (out.empty() ? "" : ",") + one;
    return sample::patch_body(out);
}

resource some_user() {
    return *resource::from_document(user_type(), sample::expand(pick(documents)));
}

resource with_active(const resource& who, bool active) {
    resource out = who;
    put(out.attributes(), *lifecycle_switch(user_type()), value{active});
    return out;
}

BOOST_AUTO_TEST_SUITE(patch_property_test)

RC_BOOST_PROP(one_fault_anywhere_and_nothing_is_done, ()) {
    auto operations = pick_sound();
    const auto at = *rc::gen::inRange<std::size_t>(0, operations.size() + 1);
    operations.insert(operations.begin() + static_cast<std::ptrdiff_t>(at), pick(faulty));
    const auto change = patch::read(user_type(), joined(operations));
    const bool refused = !change.has_value() || !change->apply_to(some_user()).has_value();
    RC_ASSERT(refused);
}

RC_BOOST_PROP(one_fault_anywhere_and_a_deprovisioning_still_works, ()) {
    auto operations = pick_sound();
    for (const char* more : {pick(faulty), R"({"op":"Replace","path":"active","value":"False"})"}) {
        const auto at = *rc::gen::inRange<std::size_t>(0, operations.size() + 1);
        operations.insert(operations.begin() + static_cast<std::ptrdiff_t>(at), more);
    }
    const resource current = some_user();
    const auto change = patch::read(user_type(), joined(operations));
    RC_ASSERT(change.has_value());
    const auto done = change->apply_to(current);
    RC_ASSERT(done.has_value());
    RC_ASSERT(!done->faults.empty());
    RC_ASSERT(done->outcome == with_active(current, false));
}

RC_BOOST_PROP(sound_operations_work_and_leave_a_canonical_document, ()) {
    auto operations = pick_sound();
    operations.emplace_back(R"({"op":"replace","value":{}})");
    const resource current = some_user();
    const auto change = patch::read(user_type(), joined(operations));
    RC_ASSERT(change.has_value());
    const auto done = change->apply_to(current);
    RC_ASSERT(done.has_value());
    RC_ASSERT(done->faults.empty());
    const auto again = resource::from_document(user_type(), done->outcome.document());
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == done->outcome);
    RC_ASSERT(*change->apply_to(current).map([](evaluation one) { return one.outcome; }) ==
              done->outcome);
    // At most one primary, whatever happened.
    const value* emails = done->outcome.find(*resolve(user_type(), "emails"));
    const attribute& primary = *resolve(user_type(), "emails.primary")->sub;
    int primaries = 0;
    for (const value& one : emails == nullptr ? array{} : *emails->elements()) {
        const value* flag = find(*one.members(), primary);
        if (flag != nullptr && *flag->flag()) ++primaries;
    }
    RC_ASSERT(primaries <= 1);
}

RC_BOOST_PROP(what_is_added_and_removed_again_leaves_no_trace, ()) {
    static const char* const lists[] = {"emails", "ims", "phoneNumbers", "entitlements"};
    const std::string list = pick(lists);
    const std::string element = "new-" + std::to_string(*rc::gen::inRange(0, 1000));
    const resource current = some_user();
    const bool filtered = *rc::gen::arbitrary<bool>();
    const std::string removal =
        filtered ? R"({"op":"remove","path":")" + list + R"([value eq \")" + element + R"(\"]"})"
                 : R"({"op":"Remove","path":")" + list + R"(","value":[{"value":")" + element +
                       R"("}]})";
    const auto change = patch::read(
        user_type(), joined({R"({"op":"add","path":")" + list + R"(","value":[{"value":")" +
                                 element + R"(","type":"x"}]})",
                             removal}));
    RC_ASSERT(change.has_value());
    RC_ASSERT(change->apply_to(current)->outcome == current);
}

RC_BOOST_PROP(a_second_time_changes_nothing, ()) {
    static const char* const idempotent[] = {
        R"({"op":"add","path":"title","value":"x"})",
        R"({"op":"add","path":"emails","value":[{"value":"n","type":"x"},"m"]})",
        R"({"op":"replace","path":"emails[type eq \"work\"].value","value":"y"})",
        R"({"op":"replace","path":"emails","value":[{"value":"q","primary":true}]})",
        R"({"op":"remove","path":"emails[type eq \"home\"]"})",
        R"({"op":"add","path":"manager","value":"7"})",
        R"({"op":"remove","path":"@ENT"})",
        R"({"op":"replace","value":{"active":false,"name.givenName":"K"}})",
    };
    const auto change = patch::read(user_type(), joined({pick(idempotent)}));
    const auto once = change->apply_to(some_user());
    RC_ASSERT(once.has_value());
    RC_ASSERT(change->apply_to(once->outcome)->outcome == once->outcome);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
