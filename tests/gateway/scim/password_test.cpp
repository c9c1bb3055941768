#include "gateway/scim/password.hpp"
#include "gateway/scim/schema.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

constexpr std::size_t bytes_max = 12;

/// `set X`, `removed`, `nothing`, or the refusal.
std::string said(const result<password_order>& read) {
    if (!read) return read.error().detail;
    if (read->what == password_order::kind::remove) return "removed";
    if (read->what == password_order::kind::none) return "nothing";
    return "set " + std::string(read->text.view());
}

constexpr std::string_view unfit = "password: must have 1 to 12 bytes and no control characters";
constexpr std::string_view no_text = "password: must be a string";

} // namespace

BOOST_AUTO_TEST_SUITE(password_test)

BOOST_AUTO_TEST_CASE(the_password_of_a_user) {
    struct row {
        const char* name;
        std::string body;
        std::string_view expected;
    };

    const row rows[] = {
        {"plain", R"({"userName":"u","password":"secret"})", "set secret"},
        {"its name in any case", R"({"PassWord":"secret"})", "set secret"},
        {"its name escaped", R"({"pass\u0077ord":"secret"})", "set secret"},
        {"under the URN", R"({"urn:ietf:params:scim:schemas:core:2.0:User":{"password":"s"}})",
         "set s"},
        {"its name with the URN", R"({"urn:ietf:params:scim:schemas:core:2.0:User:password":"s"})",
         "set s"},
        {"escaped", R"({"password":"\u0073\t"})", unfit},
        {"as long as may be", R"({"password":"123456789012"})", "set 123456789012"},
        {"one byte more", R"({"password":"1234567890123"})", unfit},
        {"bytes count, not characters", R"({"password":"ääääää7"})", unfit},
        {"empty", R"({"password":""})", unfit},
        {"with NUL", R"({"password":"a\u0000b"})", unfit},
        {"with a control character beyond ASCII", R"({"password":"a\u0085"})", unfit},
        {"other spaces are spaces", R"({"password":"a\u00a0b\u3000c"})", "set a b c"},
        {"composed", R"({"password":"a\u0308"})", "set ä"},
        {"case is kept", R"({"password":"ÄaA"})", "set ÄaA"},
        {"none", R"({"userName":"u"})", "nothing"},
        {"null says nothing", R"({"password":null})", "nothing"},
        {"an empty list says nothing", R"({"password":[]})", "nothing"},
        {"a number", R"({"password":1})", no_text},
        {"an object", R"({"password":{"value":"s"}})", no_text},
        {"two of them", R"({"password":["a","b"]})", no_text},
        {"of another schema", R"({"urn:other":{"password":"s"}})", "nothing"},
        {"of somebody within", R"({"manager":{"password":"s"}})", "nothing"},
        {"no JSON", R"({"password":"s")", "nothing"},
        {"no object", R"(["password"])", "nothing"}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(said(read_password(password_body::user, r.body, bytes_max)) == r.expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_password_of_a_patch) {
    struct row {
        const char* name;
        std::string operations;
        std::string_view expected;
    };

    const row rows[] = {
        {"replaced", R"({"op":"replace","path":"password","value":"s"})", "set s"},
        {"as Okta does it", R"({"op":"replace","value":{"password":"s"}})", "set s"},
        {"as Entra spells it", R"({"op":"Add","path":"PASSWORD","value":"s"})", "set s"},
        {"with the URN",
         R"({"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:password","value":"s"})",
         "set s"},
        {"at the core schema",
         R"({"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User","value":{"password":"s"}})",
         "set s"},
        {"its name escaped", R"({"op":"add","path":"\u0050assword","value":"s"})", "set s"},
        {"a list of one", R"({"op":"replace","path":"password","value":["s"]})", "set s"},
        {"removed", R"({"op":"remove","path":"password"})", "removed"},
        {"replaced by nothing", R"({"op":"replace","path":"password","value":null})", "removed"},
        {"replaced by nothing, without a path", R"({"op":"replace","value":{"password":null}})",
         "removed"},
        {"nothing added", R"({"op":"add","path":"password","value":null})", "nothing"},
        {"removed, then set",
         R"({"op":"remove","path":"password"},{"op":"add","path":"password","value":"s"})",
         "set s"},
        {"set, then removed",
         R"({"op":"add","path":"password","value":"s"},{"op":"remove","path":"password"})",
         "removed"},
        {"unfit, then removed",
         R"({"op":"add","path":"password","value":""},{"op":"remove","path":"password"})",
         "removed"},
        {"empty", R"({"op":"replace","path":"password","value":""})", unfit},
        {"too long", R"({"op":"replace","value":{"password":"1234567890123"}})", unfit},
        {"a flag", R"({"op":"replace","path":"password","value":true})", no_text},
        {"something else", R"({"op":"replace","path":"title","value":"s"})", "nothing"},
        {"an unknown operation", R"({"op":"move","path":"password","value":"s"})", "nothing"},
        {"a path that is no text", R"({"op":"add","path":1,"value":{"password":"s"}})", "nothing"},
        {"without a value", R"({"op":"add","path":"password"})", "nothing"},
        {"removed without a path", R"({"op":"remove","value":{"password":"s"}})", "nothing"},
        {"no operation", "7", "nothing"}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const std::string body = R"({"Operations":[)" + r.operations + "]}";
            BOOST_TEST(said(read_password(password_body::patch, body, bytes_max)) == r.expected);
        }
    }
    BOOST_TEST(said(read_password(password_body::patch, R"({"Operations":{}})", bytes_max)) ==
               "nothing");
}

BOOST_AUTO_TEST_CASE(a_body_with_nothing_but_the_password) {
    struct row {
        const char* name;
        std::string body;
        std::string expected;
    };

    const std::string form = R"(the body must be {"password": "..."} and nothing else)";
    const row rows[] = {{"as it should be", R"({"password":"secret"})", "secret"},
                        {"too long", R"({"password":"1234567890123"})", std::string(unfit)},
                        {"empty", R"({"password":""})", std::string(unfit)},
                        {"something beside it", R"({"password":"s","who":"x"})", form},
                        {"twice", R"({"password":"s","password":"s"})", form},
                        {"another name", R"({"secret":"s"})", form},
                        {"no text", R"({"password":7})", form},
                        {"no body", "", form},
                        {"no object", R"("s")", form}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto read = read_only_password(r.body, bytes_max);
            BOOST_TEST((read ? std::string(read->view()) : read.error().detail) == r.expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_body_that_may_name_a_password) {
    struct row {
        const char* name;
        std::string_view body;
        bool may;
    };

    const row rows[] = {{"it does", R"({"password":"s"})", true},
                        {"in capitals", R"({"PASSWORD":"s"})", true},
                        {"behind a URN", R"("core:2.0:User:passWord")", true},
                        {"not the first w", R"({"whose":"w","password":"s"})", true},
                        {"an escape may be a letter of it", R"({"pass\u0077ord":"s"})", true},
                        {"broken behind it", R"({"password":")", true},
                        {"nothing but it", "password", true},
                        {"another word", R"({"passport":"w","userName":"u"})", false},
                        {"cut short", R"({"passwor)", false},
                        {"its end alone", "word", false},
                        {"other escapes", R"({"title":"a\tb\"w"})", false},
                        {"nothing", "", false}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(may_name_password(r.body) == r.may);
        }
    }
    for (const attribute& one : user_type().core().attributes) {
        BOOST_TEST_CONTEXT(one.name) {
            const bool secret = one.mutability == mutability::write_only;
            BOOST_TEST(may_name_password(one.name) == secret);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reader_that_forgot_reads_on) {
    const std::string body = R"({"password":"secret"})";
    BOOST_TEST(said(read_password(password_body::user, body, bytes_max)) == "set secret");
    forget_json();
    BOOST_TEST(said(read_password(password_body::user, body, bytes_max)) == "set secret");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::scim
