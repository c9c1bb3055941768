#include "gateway/scim/limits.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/team_members.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace rollcall::scim {
namespace {

/// What the members of a body come to: `(a b)`, `absent`, or the error.
std::string listed(std::string_view members) {
    const auto read = read_listed_members(sample::group_body(members));
    if (!read) return sample::line(read.error());
    if (!*read) return "absent";
    std::string out = "(";
    for (const std::string& id : **read)
        out += (out.size() > 1 ? " " : "") + id;
    return out + ")";
}

/// What the operations of a PATCH come to, as sample::line() writes it, or the error.
std::string wished(std::string_view operations) {
    const auto change = patch::read(group_type(), sample::patch_body(operations));
    return change ? sample::line(change->members()) : sample::line(change.error());
}

struct member_row {
    const char* name;
    const char* said;
    const char* outcome;
};

template <std::size_t N, class F>
void check(const member_row (&rows)[N], F outcome_of) {
    for (const member_row& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string got = outcome_of(row.said);
            BOOST_TEST(sample::agrees(got, row.outcome), got);
        }
    }
}

/// `["0","1",…]`, with `count` elements.
std::string list_of(std::size_t count) {
    std::string out = "[";
    for (std::size_t i = 0; i < count; ++i)
        out += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\"";
    return out + "]";
}

BOOST_AUTO_TEST_SUITE(team_members_test)

BOOST_AUTO_TEST_CASE(the_list_of_a_body) {
    const member_row rows[]{
        {"absent", R"("displayName":"G")", "absent"},
        {"as Okta lists them",
         R"("displayName":"G","members":[{"value":"b","display":"B"},{"value":"a","display":"A"}])",
         "(a b)"},
        {"with all parts",
         R"("members":[{"value":"a","$ref":"https://h/Users/a","type":"User","display":"A"}])",
         "(a)"},
        {"parts without a value", R"("members":[{"value":"a","$ref":null,"type":null}])", "(a)"},
        {"a kind in another case, or none",
         R"("members":[{"value":"a","type":"user"},)"
         R"({"value":"b","type":""}])",
         "(a b)"},
        {"what is said beside is not looked at",
         R"("members":[{"value":"a","display":7,"$ref":{},"x":[]}])", "(a)"},
        {"the same twice", R"("members":[{"value":"a"},{"Value":"a","display":"Z"},"a"])", "(a)"},
        {"ids differ by case", R"("members":["a","A"])", "(A a)"},
        {"texts", R"("members":["a","b"])", "(a b)"},
        {"one object", R"("members":{"value":"a"})", "(a)"},
        {"one text", R"("members":"a")", "(a)"},
        {"nobody", R"("members":[])", "()"},
        {"null", R"("members":null)", "()"},
        {"in any case", R"("MEMBERS":["a"])", "(a)"},
        {"by the URN", R"("urn:ietf:params:scim:schemas:core:2.0:Group:members":["a"])", "(a)"},
        {"below the URN",
         R"("urn:ietf:params:scim:schemas:core:2.0:Group":{"members":["a"],"displayName":"G"})",
         "(a)"},
        {"something else below the URN",
         R"("urn:ietf:params:scim:schemas:core:2.0:Group":{"displayName":"G"})", "absent"},
        {"a dotted name says nothing about whom", R"("members.value":"a")", "absent"},
        {"a foreign attribute of that name", R"("urn:x:y:members":["a"])", "absent"},
        // refused
        {"no value", R"("members":["a",{"display":"B"}])",
         "invalidValue: members[1]: has no value; send the id of a user"},
        {"null for a value", R"("members":[{"value":null}])",
         "invalidValue: members[0]: has no..."},
        {"an empty value", R"("members":["a","b",{"value":""}])",
         "invalidValue: members[2].value: is empty; send the id of a user"},
        {"an empty text", R"("members":["a",""])", "invalidValue: members[1]: is empty..."},
        {"one empty text", R"("members":"")", "invalidValue: members: is empty..."},
        {"one empty object", R"("members":{})", "invalidValue: members: has no value..."},
        {"null for somebody", R"("members":[null])",
         "invalidValue: members[0]: must be an object with the id of a user as value"},
        {"a number", R"("members":[7])", "invalidValue: members[0]: must be an object..."},
        {"a list in the list", R"("members":[["a"]])", "invalidValue: members[0]: must be an..."},
        {"true", R"("members":true)", "invalidValue: members: must be an object..."},
        {"a number for a value", R"("members":[{"value":7}])",
         "invalidValue: members[0].value: must be a string, the id of a user"},
        {"a list for a value", R"("members":[{"value":["a"]}])",
         "invalidValue: members[0].value: must be a string..."},
        {"a group", R"("members":[{"value":"a"},{"value":"g","type":"Group"}])",
         "invalidValue: members[1].type: a team holds users only; send the users of that group "
         "instead"},
        {"a group in another case", R"("members":[{"value":"g","TYPE":"group"}])",
         "invalidValue: members[0].type: a team holds users only..."},
        {"a group without an id", R"("members":[{"type":"Group"}])",
         "invalidValue: members[0].type: a team holds..."},
        {"another kind", R"("members":[{"value":"d","type":"Device"}])",
         "invalidValue: members[0].type: must be User, since a team holds users only"},
        {"no word for a kind", R"("members":[{"value":"d","type":1}])",
         "invalidValue: members[0].type: must be a string"},
        {"two lists",
         R"("members":["a"],"urn:ietf:params:scim:schemas:core:2.0:Group:members":["b"])",
         "invalidSyntax: members: is given more than once under different names"},
    };
    check(rows, listed);
    BOOST_TEST(!read_listed_members("").has_value());
    BOOST_TEST(!read_listed_members("[]").has_value());
}

BOOST_AUTO_TEST_CASE(one_operation) {
    const member_row rows[]{
        {"nothing about members", R"({"op":"replace","path":"displayName","value":"H"})", "none"},
        {"add", R"({"op":"add","path":"members","value":[{"value":"b"},{"value":"a"}]})", "+a +b"},
        {"add one object", R"({"op":"add","path":"members","value":{"value":"a"}})", "+a"},
        {"add one text", R"({"op":"add","path":"members","value":"a"})", "+a"},
        {"add texts", R"({"op":"add","path":"members","value":["b","a","b"]})", "+a +b"},
        {"add nobody", R"({"op":"add","path":"members","value":[]})", "none"},
        {"add null", R"({"op":"add","path":"members","value":null})", "none"},
        {"add without a path", R"({"op":"add","value":{"members":[{"value":"a"}]}})", "+a"},
        {"add by the URN",
         R"({"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:Group:members",)"
         R"("value":["a"]})",
         "+a"},
        {"add below the URN",
         R"({"op":"add","value":{"urn:ietf:params:scim:schemas:core:2.0:Group":)"
         R"({"members":["a"]}}})",
         "+a"},
        {"verbs and names in any case", R"({"OP":"ADD","Path":"Members","VALUE":[{"Value":"a"}]})",
         "+a"},
        {"remove a list", R"({"op":"remove","path":"members","value":[{"value":"a"},"b"]})",
         "-a -b"},
        {"remove one object", R"({"op":"remove","path":"members","value":{"value":"a"}})", "-a"},
        {"remove one text", R"({"op":"remove","path":"members","value":"a"})", "-a"},
        {"remove a list of nobody", R"({"op":"remove","path":"members","value":[]})", "none"},
        {"remove all", R"({"op":"remove","path":"members"})", "all"},
        {"remove all, with null", R"({"op":"Remove","path":"members","value":null})", "all"},
        {"remove a chosen one", R"({"op":"remove","path":"members[value eq \"a\"]"})", "-a"},
        {"remove several chosen ones",
         R"({"op":"remove","path":"members[value eq \"b\" or (Value Eq \"a\")]"})", "-a -b"},
        {"chosen ones, with a value beside",
         R"({"op":"remove","path":"members[value eq \"a\"]","value":[{"value":"z"}]})", "-a"},
        {"chosen by the URN",
         R"({"op":"remove","path":"urn:ietf:params:scim:schemas:core:2.0:Group:members[value eq )"
         R"(\"a\"]"})",
         "-a"},
        {"replace", R"({"op":"replace","path":"members","value":[{"value":"b"},{"value":"a"}]})",
         "all +a +b"},
        {"replace with nobody", R"({"op":"replace","path":"members","value":[]})", "all"},
        {"replace with null", R"({"op":"replace","path":"members","value":null})", "all"},
        {"replace with one", R"({"op":"replace","path":"members","value":"a"})", "all +a"},
        {"replace without a path",
         R"({"op":"replace","value":{"members":[{"value":"a"}],"id":"g","displayName":"G"}})",
         "all +a"},
        // refused
        {"add without a value", R"({"op":"add","path":"members"})",
         "invalidValue: members: the operation has no value"},
        {"replace without a value", R"({"op":"replace","path":"members"})",
         "invalidValue: members: the operation has no value"},
        {"no value in an element", R"({"op":"add","path":"members","value":[{"value":"a"},{}]})",
         "invalidValue: members[1]: has no value..."},
        {"an empty id", R"({"op":"remove","path":"members","value":[{"value":""}]})",
         "invalidValue: members[0].value: is empty..."},
        {"an empty object", R"({"op":"remove","path":"members","value":{}})",
         "invalidValue: members: has no value..."},
        {"a group", R"({"op":"add","path":"members","value":[{"value":"g","type":"Group"}]})",
         "invalidValue: members[0].type: a team holds users only..."},
        {"true", R"({"op":"add","path":"members","value":true})",
         "invalidValue: members: must be an object..."},
        {"add to a chosen one",
         R"({"op":"add","path":"members[value eq \"a\"]","value":{"display":"A"}})",
         "mutability: members[value eq \"a\"]: a member cannot become another..."},
        {"replace a chosen one",
         R"({"op":"replace","path":"members[value eq \"a\"]","value":{"value":"b"}})",
         "mutability: members[value eq \"a\"]: a member cannot become another..."},
        {"replace without a path, a chosen one",
         R"({"op":"replace","value":{"members[value eq \"a\"]":{"value":"b"}}})",
         "mutability: members[value eq \"a\"]: ..."},
        {"the values", R"({"op":"remove","path":"members.value"})",
         "invalidPath: members.value: a member has no parts..."},
        {"a part", R"({"op":"replace","path":"members.type","value":"A"})",
         "invalidPath: members.type: a member has no parts..."},
        {"a part of a chosen one",
         R"({"op":"replace","path":"members[value eq \"a\"].$ref","value":"A"})",
         "invalidPath: members[value eq \"a\"].$ref: a member has no parts..."},
        {"a part of a chosen one goes", R"({"op":"remove","path":"members[value eq \"a\"].value"})",
         "invalidPath: members[value eq \"a\"].value: a member has no parts..."},
        {"a part without a path", R"({"op":"add","value":{"members.value":"a"}})",
         "invalidPath: members.value: ..."},
        {"a part that does not exist", R"({"op":"remove","path":"members[value eq \"a\"].name"})",
         "invalidPath: path 'members[value eq \"a\"].name' names no sub-attribute of members"},
        {"chosen by kind", R"({"op":"remove","path":"members[type eq \"User\"]"})",
         "invalidFilter: The filter cannot be read at character 1: expected value eq \"id\", or "
         "several of these joined with or..."},
        {"chosen by name", R"({"op":"remove","path":"members[display eq \"Ann\"]"})",
         "invalidFilter: ..."},
        {"all but one", R"({"op":"remove","path":"members[value ne \"a\"]"})",
         "invalidFilter: ..."},
        {"all but one, with not", R"({"op":"remove","path":"members[not (value eq \"a\")]"})",
         "invalidFilter: ..."},
        {"two at once", R"({"op":"remove","path":"members[value eq \"a\" and value eq \"b\"]"})",
         "invalidFilter: ..."},
        {"beginning with", R"({"op":"remove","path":"members[value sw \"a\"]"})",
         "invalidFilter: ..."},
        {"any", R"({"op":"remove","path":"members[value pr]"})", "invalidFilter: ..."},
        {"nobody", R"({"op":"remove","path":"members[]"})", "invalidFilter: ..."},
        {"null", R"({"op":"remove","path":"members[value eq null]"})", "invalidFilter: ..."},
        {"the empty id", R"({"op":"remove","path":"members[value eq \"\"]"})",
         "invalidValue: members[value eq \"\"]: names nobody; send the id of a user"},
        {"no path", R"({"op":"remove","value":{"members":["a"]}})", "noTarget: path: ..."},
    };
    check(rows, wished);
}

BOOST_AUTO_TEST_CASE(operations_in_their_order) {
    const member_row rows[]{
        {"remove, remove, add",
         R"({"op":"remove","path":"members[value eq \"a\"]"},{"op":"remove",)"
         R"("path":"members[value eq \"b\"]"},{"op":"add","path":"members",)"
         R"("value":[{"value":"c"},{"value":"d"}]})",
         "+c +d -a -b"},
        {"add then remove",
         R"({"op":"add","path":"members","value":["a"]},)"
         R"({"op":"remove","path":"members[value eq \"a\"]"})",
         "-a"},
        {"remove then add",
         R"({"op":"remove","path":"members","value":["a"]},)"
         R"({"op":"add","path":"members","value":["a"]})",
         "+a"},
        {"all go, two come",
         R"({"op":"remove","path":"members"},)"
         R"({"op":"add","path":"members","value":["b","a"]})",
         "all +a +b"},
        {"come and all go",
         R"({"op":"add","path":"members","value":["a"]},)"
         R"({"op":"remove","path":"members"})",
         "all"},
        {"come, all go, one comes again",
         R"({"op":"add","path":"members","value":["a","b"]},)"
         R"({"op":"remove","path":"members"},)"
         R"({"op":"add","path":"members","value":["a"]})",
         "all +a"},
        {"a new list and one less",
         R"({"op":"replace","path":"members","value":["a","b"]},)"
         R"({"op":"remove","path":"members","value":["a"]})",
         "all +b"},
        {"a new list and somebody else less",
         R"({"op":"replace","path":"members","value":["a"]},)"
         R"({"op":"remove","path":"members","value":["b"]})",
         "all +a"},
        {"one new list and another",
         R"({"op":"replace","path":"members","value":["a","b"]},)"
         R"({"op":"replace","path":"members","value":["b","c"]})",
         "all +b +c"},
        {"removed, and then not of the new list",
         R"({"op":"remove","path":"members","value":["a"]},)"
         R"({"op":"replace","path":"members","value":["b"]})",
         "all +b"},
        {"with a rename between",
         R"({"op":"add","path":"members","value":["a"]},)"
         R"({"op":"replace","value":{"displayName":"H"}},)"
         R"({"op":"add","path":"members","value":["b"]})",
         "+a +b"},
        // one that is wrong, and none of it is done
        {"wrong at the end",
         R"({"op":"add","path":"members","value":["a"]},)"
         R"({"op":"add","path":"members","value":[{}]})",
         "invalidValue: ..."},
        {"wrong at the start",
         R"({"op":"add","path":"members.value","value":"a"},)"
         R"({"op":"add","path":"members","value":["a"]})",
         "invalidPath: ..."},
        {"wrong elsewhere",
         R"({"op":"add","path":"members","value":["a"]},)"
         R"({"op":"add","path":"displayName","value":7})",
         "invalidValue: displayName: ..."},
    };
    check(rows, wished);
}

BOOST_AUTO_TEST_CASE(members_alone_change_no_attribute) {
    struct {
        const char* name;
        const char* operations;
        bool attributes;
    } const rows[]{
        {"members", R"({"op":"add","path":"members","value":["a"]})", false},
        {"nobody", R"({"op":"add","path":"members","value":[]})", false},
        {"an echoed id", R"({"op":"replace","value":{"id":"g","members":[]}})", false},
        {"a name", R"({"op":"replace","path":"displayName","value":"H"})", true},
        {"both", R"({"op":"replace","value":{"displayName":"H","members":[]}})", true},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto change = patch::read(group_type(), sample::patch_body(row.operations));
            BOOST_REQUIRE(change.has_value());
            BOOST_TEST(change->changes_attributes() == row.attributes);
        }
    }
    // Users have nobody to be in them.
    const auto change = patch::read(
        user_type(), sample::patch_body(R"({"op":"add","path":"emails","value":["a@x"]})"));
    BOOST_REQUIRE(change.has_value());
    BOOST_TEST(change->members().empty());
    BOOST_TEST(change->changes_attributes());
}

BOOST_AUTO_TEST_CASE(one_patch_names_so_many_and_not_more) {
    constexpr std::size_t most = limits::members_per_patch_max;
    const auto add = [](const std::string& list) {
        return R"({"op":"add","path":"members","value":)" + list + "}";
    };
    const std::string too_many = "413: The PATCH names more than 10000 members; send it in parts";
    const auto full = patch::read(group_type(), sample::patch_body(add(list_of(most))));
    BOOST_REQUIRE(full.has_value());
    BOOST_TEST(full->members().add.size() == most);
    BOOST_TEST(wished(add(list_of(most + 1))) == too_many);
    // Whoever is named again is not another one, and whoever is forgotten was one.
    const auto again = patch::read(
        group_type(), sample::patch_body(add(list_of(most)) + "," + add(list_of(most)) +
                                         R"(,{"op":"remove","path":"members","value":["7"]})"));
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST(again->members().add.size() == most - 1);
    BOOST_TEST(wished(add(list_of(most)) + R"(,{"op":"remove","path":"members"},)" +
                      add(R"(["one more"])")) == too_many);
    BOOST_TEST(wished(add(list_of(most)) +
                      R"(,{"op":"remove","path":"members[value eq \"one more\"]"})") == too_many);
}

BOOST_AUTO_TEST_CASE(one_body_lists_so_many_and_not_more) {
    constexpr std::size_t most = limits::group_elements_max;
    const auto full = read_listed_members("{\"members\":" + list_of(most) + "}");
    BOOST_REQUIRE(full.has_value());
    BOOST_TEST((*full)->size() == most);
    const auto more = read_listed_members("{\"members\":" + list_of(most + 1) + "}");
    BOOST_REQUIRE(!more.has_value());
    BOOST_TEST(sample::line(more.error()) ==
               "invalidValue: members: must not have more than 200000 values");
}

using people = std::set<std::string>;

people some_people() {
    people out;
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i)
        out.insert(std::string(1, *rc::gen::inRange('a', 'i')));
    return out;
}

std::string json_of(const people& who) {
    std::string out;
    for (const std::string& one : who) {
        const bool plain = *rc::gen::arbitrary<bool>();
        out += out.empty() ? "" : ",";
        out += plain ? "\"" + one + "\"" : R"({"value":")" + one + R"(","display":"d"})";
    }
    return "[" + out + "]";
}

/// A random operation, which is done to `now` as well.
std::string random_operation(people& now) {
    const people who = some_people();
    const auto operation = [](const char* op, const std::string& value) {
        return R"({"op":")" + std::string(op) + R"(","path":"members","value":)" + value + "}";
    };
    const auto take = [&] {
        for (const std::string& one : who)
            now.erase(one);
    };
    switch (*rc::gen::inRange(0, 7)) {
    case 0: now.clear(); return R"({"op":"remove","path":"members"})";
    case 1: now = who; return operation("Replace", json_of(who));
    case 2:
        now = who;
        return R"({"op":"replace","value":{"id":"g","members":)" + json_of(who) + "}}";
    case 3: take(); return operation("Remove", json_of(who));
    case 4: {
        if (who.empty()) return operation("remove", "[]");
        take();
        std::string which;
        for (const std::string& one : who)
            which += (which.empty() ? "" : " or ") + (R"(value eq \")" + one + R"(\")");
        return R"({"op":"remove","path":"members[)" + which + R"(]"})";
    }
    default: break;
    }
    now.insert(who.begin(), who.end());
    return operation("add", json_of(who));
}

people after(const people& before, const member_wish& wish) {
    people out(wish.add.begin(), wish.add.end());
    if (wish.only_added) return out;
    for (const std::string& one : before) {
        if (!std::binary_search(wish.remove.begin(), wish.remove.end(), one)) out.insert(one);
    }
    return out;
}

bool each_once_in_order(const std::vector<std::string>& ids) {
    return std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) == ids.end();
}

RC_BOOST_PROP(one_change_is_what_the_operations_do_one_by_one, ()) {
    const people before = some_people();
    people now = before;
    std::string operations;
    for (int i = *rc::gen::inRange(1, 8); i > 0; --i)
        operations += (operations.empty() ? "" : ",") + random_operation(now);
    const auto change = patch::read(group_type(), sample::patch_body(operations));
    RC_ASSERT(change.has_value());
    const member_wish& wish = change->members();
    RC_ASSERT(after(before, wish) == now);
    RC_ASSERT(each_once_in_order(wish.add));
    RC_ASSERT(each_once_in_order(wish.remove));
    std::vector<std::string> both;
    std::set_intersection(wish.add.begin(), wish.add.end(), wish.remove.begin(), wish.remove.end(),
                          std::back_inserter(both));
    RC_ASSERT(both.empty());
    RC_ASSERT(!wish.only_added || wish.remove.empty());
    RC_ASSERT(!change->changes_attributes());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
