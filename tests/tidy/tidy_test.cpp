// The tree keeps its manners (rules.hpp), and each rule is shown to bite: for every rule there is
// at least one bad file that it reports and one good file that it leaves alone.
#include "tests/tidy/rules.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace rollcall::tidy {

namespace {

struct sample {
    std::string_view name;
    std::string_view rule;
    std::vector<file> files;
    std::string_view at; ///< the file that must be reported; empty: nothing may be
};

file text(std::string path, std::string body) {
    const std::uint64_t size = body.size();
    return {std::move(path), std::move(body), size};
}

const std::string once = "// What it is.\n#pragma once\n";

std::vector<sample> samples() {
    return {
        {"log looks up",
         "room-order",
         {text("eventlog/a.cpp", "#include \"projections/b.hpp\"\n")},
         "eventlog/a.cpp"},
        {"projection knows the gateway",
         "room-order",
         {text("projections/a.hpp", "#include \"gateway/scim/b.hpp\"\n")},
         "projections/a.hpp"},
        {"gateway and consumers meet",
         "room-order",
         {text("gateway/a.cpp", "#include \"consumers/b.hpp\"\n")},
         "gateway/a.cpp"},
        {"consumers and gateway meet",
         "room-order",
         {text("consumers/a.cpp", "#include \"gateway/b.hpp\"\n")},
         "consumers/a.cpp"},
        {"protocol knows storage",
         "room-order",
         {text("gateway/scim/a.cpp", "#include \"eventlog/store.hpp\"\n")},
         "gateway/scim/a.cpp"},
        {"sockets know the protocol",
         "room-order",
         {text("gateway/http/a.cpp", "#include \"gateway/scim/b.hpp\"\n")},
         "gateway/http/a.cpp"},
        {"plain tools know the log",
         "room-order",
         {text("eventlog/base/a.cpp", "#include \"eventlog/ids.hpp\"\n")},
         "eventlog/base/a.cpp"},
        {"test of the protocol knows storage",
         "room-order",
         {text("tests/gateway/scim/a_test.cpp", "#include \"eventlog/store.hpp\"\n")},
         "tests/gateway/scim/a_test.cpp"},
        {"everything in order",
         "room-order",
         {text("cli/a.cpp", "#include \"gateway/b.hpp\"\n#include \"consumers/c.hpp\"\n"),
          text("gateway/scim/b.cpp", "#include \"eventlog/base/c.hpp\"\n"),
          text("tests/eventlog/a_test.cpp",
               "#include \"eventlog/a.hpp\"\n#include \"tests/support/b.hpp\"\n")},
         ""},

        {"database in a header of the log",
         "library-doors",
         {text("eventlog/store.hpp", "#include <rocksdb/db.h>\n")},
         "eventlog/store.hpp"},
        {"database in a projection",
         "library-doors",
         {text("projections/a.cpp", "#include <rocksdb/db.h>\n")},
         "projections/a.cpp"},
        {"sockets in the protocol",
         "library-doors",
         {text("gateway/scim/a.cpp", "#include <boost/asio/post.hpp>\n")},
         "gateway/scim/a.cpp"},
        {"sockets in the log",
         "library-doors",
         {text("eventlog/writer.cpp", "#include <boost/asio.hpp>\n")},
         "eventlog/writer.cpp"},
        {"JSON parser in the log",
         "library-doors",
         {text("eventlog/a.cpp", "#include <simdjson.h>\n")},
         "eventlog/a.cpp"},
        {"option parser in a room",
         "library-doors",
         {text("gateway/a.cpp", "#include <CLI/CLI.hpp>\n")},
         "gateway/a.cpp"},
        {"each through its door",
         "library-doors",
         {text("eventlog/store.cpp", "#include <rocksdb/db.h>\n"),
          text("eventlog/store_impl.hpp", "#include <rocksdb/db.h>\n"),
          text("gateway/http/a.cpp", "#include <boost/asio/post.hpp>\n"),
          text("gateway/scim/a.cpp", "#include <simdjson.h>\n")},
         ""},

        {"include from the file's own folder",
         "includes-resolve",
         {text("eventlog/a.cpp", "#include \"b.hpp\"\n"), text("eventlog/b.hpp", once)},
         "eventlog/a.cpp"},
        {"include from the root",
         "includes-resolve",
         {text("eventlog/a.cpp", "#include \"eventlog/b.hpp\"\n"), text("eventlog/b.hpp", once)},
         ""},

        {"forgotten header", "headers-used", {text("eventlog/b.hpp", once)}, "eventlog/b.hpp"},
        {"used header",
         "headers-used",
         {text("eventlog/a.cpp", "#include \"eventlog/b.hpp\"\n"), text("eventlog/b.hpp", once)},
         ""},

        {"source outside of the build",
         "sources-built",
         {text("eventlog/CMakeLists.txt", "room(eventlog SOURCES a.cpp)\n"),
          text("eventlog/a.cpp", "\n"), text("eventlog/b.cpp", "\n")},
         "eventlog/b.cpp"},
        {"source named only in a comment",
         "sources-built",
         {text("eventlog/CMakeLists.txt", "# a.cpp\n"), text("eventlog/a.cpp", "\n")},
         "eventlog/a.cpp"},
        {"sources in all spellings",
         "sources-built",
         {text("tests/a/CMakeLists.txt", "room_test(t SOURCES a.cpp sub/b.cpp ../c.cpp\n"
                                         "  ${PROJECT_SOURCE_DIR}/tests/d.cpp)\n"
                                         "room_fuzz(f ../fuzz/fuzz_${name}.cpp)\n"),
          text("tests/a/a.cpp", "\n"), text("tests/a/sub/b.cpp", "\n"), text("tests/c.cpp", "\n"),
          text("tests/d.cpp", "\n"), text("tests/fuzz/fuzz_path.cpp", "\n")},
         ""},

        {"header without a word",
         "header-shape",
         {text("eventlog/a.hpp", "#pragma once\nint a();\n")},
         "eventlog/a.hpp"},
        {"header without pragma",
         "header-shape",
         {text("eventlog/a.hpp", "// What it is.\nint a();\n")},
         "eventlog/a.hpp"},
        {"header in shape", "header-shape", {text("eventlog/a.hpp", once)}, ""},

        {"101 columns",
         "line-length",
         {text("eventlog/a.cpp", "// " + std::string(98, 'a') + "\n")},
         "eventlog/a.cpp"},
        {"101 columns after a long text",
         "line-length",
         {text("eventlog/a.cpp", "const char* a = R\"x(" + std::string(98, 'a') + ")x\";\n// " +
                                     std::string(98, 'a') + "\n")},
         "eventlog/a.cpp"},
        {"a text of two long lines",
         "line-length",
         {text("eventlog/a.cpp", "const char* a = R\"x(" + std::string(98, 'a') + "\n" +
                                     std::string(101, 'a') + "\n)x\";\n")},
         ""},
        {"100 columns of two bytes each",
         "line-length",
         {text("eventlog/a.cpp", "// " + std::string("éééééééééééééééééééééééééééééééé") +
                                     std::string(65, 'a') + "\n")},
         ""},

        {"tab", "blanks", {text("a.md", "a\tb\n")}, "a.md"},
        {"trailing blank", "blanks", {text("a.cpp", "int a; \n")}, "a.cpp"},
        {"carriage return", "blanks", {text("a.cpp", "int a;\r\n")}, "a.cpp"},
        {"no newline at the end", "blanks", {text("a.cpp", "int a;")}, "a.cpp"},
        {"empty line at the end", "blanks", {text("a.cpp", "int a;\n\n")}, "a.cpp"},
        {"recorded input keeps its bytes",
         "blanks",
         {text("tests/fuzz/seeds/fuzz_http_head/a", "GET / HTTP/1.1\r\n\r\n"),
          text("a.cpp", "int a;\n")},
         ""},

        {"451 lines",
         "file-length",
         {text("eventlog/a.cpp", std::string(451, '\n'))},
         "eventlog/a.cpp"},
        {"450 lines",
         "file-length",
         {text("eventlog/a.cpp", std::string(450, '\n')),
          text("tests/eventlog/a_test.cpp", std::string(800, '\n'))},
         ""},

        {"a mebibyte and a byte", "file-size", {{"a.bin", "", (1u << 20) + 1}}, "a.bin"},
        {"a mebibyte", "file-size", {{"a.bin", "", 1u << 20}}, ""},

        {"left to do", "leftovers", {text("a.cpp", "// TODO: think\n")}, "a.cpp"},
        {"left to fix", "leftovers", {text("a.sh", "# FIXME\n")}, "a.sh"},
        {"until later", "leftovers", {text("a.md", "This will do for now.\n")}, "a.md"},
        {"words that only look like it",
         "leftovers",
         {text("a.cpp", "// wait for nowhere; a hack saw; XXXL; TODOS\n")},
         ""},

        {"statement in a comment",
         "dead-code",
         {text("a.cpp", "    // count = count + 1;\n")},
         "a.cpp"},
        {"call in a comment", "dead-code", {text("a.cpp", "// store.commit(batch);\n")}, "a.cpp"},
        {"branch in a comment", "dead-code", {text("a.cpp", "// if (ok) {\n")}, "a.cpp"},
        {"include in a comment", "dead-code", {text("a.cpp", "// #include <map>\n")}, "a.cpp"},
        {"switched off", "dead-code", {text("a.cpp", "#if 0\n#endif\n")}, "a.cpp"},
        {"sentences",
         "dead-code",
         {text("a.cpp", "// Reads one; the rest stays.\n"
                        "// A pause here is an answer (see limits.hpp);\n"
                        "// sealed_hash = SHA-256(0x00 sealed), 32 zero bytes without one\n"),
          text("a.hpp", once + "//     auto duty = call.put_off();\n")},
         ""},

        {"debugging",
         "stray-output",
         {text("eventlog/a.cpp", "std::cerr << 1;\n")},
         "eventlog/a.cpp"},
        {"printing", "stray-output", {text("gateway/a.cpp", "printf(\"x\");\n")}, "gateway/a.cpp"},
        {"the front door prints",
         "stray-output",
         {text("cli/a.cpp", "std::cout << 1;\n"), text("eventlog/a.cpp", "snprintf(b, 1, x);\n")},
         ""},

        {"somebody's home", "machine-paths", {text("a.md", "see /home/jane/x\n")}, "a.md"},
        {"somebody's root", "machine-paths", {text("a.sh", "cd /root/x\n")}, "a.sh"},
        {"addresses and variables",
         "machine-paths",
         {text("a.md", "https://example.com/work/x ${dir}/work/x ../work/x /var/lib/rollcall\n")},
         ""},

        {"registry", "workplace", {text("a.sh", "curl https://pypi.org/x\n")}, "a.sh"},
        {"number of a ticket", "workplace", {text("a.md", "as issue #3 says\n")}, "a.md"},
        {"words that only look like it",
         "workplace",
         {text("a.md", "an issue of trust; a TLS session; a helper function; brief\n")},
         ""},

        {"no title", "one-title", {text("a.md", "text\n")}, "a.md"},
        {"two titles", "one-title", {text("a.md", "# a\n\n# b\n")}, "a.md"},
        {"a comment in code is no title",
         "one-title",
         {text("a.md", "# a\n\n```sh\n# b\n```\n")},
         ""},

        {"link to nothing", "links", {text("a.md", "[x](docs/none.md)\n")}, "a.md"},
        {"link out of the tree", "links", {text("a.md", "[x](../none.md)\n")}, "a.md"},
        {"link to no heading",
         "links",
         {text("a.md", "[x](b.md#none)\n"), text("b.md", "# Some\n")},
         "a.md"},
        {"links that lead somewhere",
         "links",
         {text("docs/a.md", "[x](../b.md#what-it-is-and-is-not) [y](https://example.com/)\n"
                            "[z](#here) [f](../eventlog/)\n## Here\n"),
          text("b.md", "# What it is, and is not\n"), text("eventlog/a.cpp", "\n")},
         ""},

        {"suite of another name",
         "suite-name",
         {text("tests/eventlog/a_test.cpp", "BOOST_AUTO_TEST_SUITE(b_test)\n")},
         "tests/eventlog/a_test.cpp"},
        {"suite of the file's name",
         "suite-name",
         {text("tests/eventlog/a_test.cpp", "BOOST_AUTO_TEST_SUITE(a_test)\n"),
          text("tests/eventlog/b_test.cpp", "BOOST_FIXTURE_TEST_SUITE(b_test, f)\n")},
         ""},
    };
}

const rule* rule_named(std::string_view name) {
    for (const rule& r : rules())
        if (r.name == name) return &r;
    return nullptr;
}

} // namespace

BOOST_AUTO_TEST_SUITE(tidy_test)

BOOST_AUTO_TEST_CASE(each_rule_bites_and_spares) {
    for (const sample& s : samples()) {
        BOOST_TEST_CONTEXT(s.rule << ": " << s.name) {
            const rule* r = rule_named(s.rule);
            BOOST_REQUIRE(r != nullptr);
            const findings found = r->check(make_tree(s.files));
            if (s.at.empty()) {
                for (const finding& f : found)
                    BOOST_ERROR(f.path << ':' << f.line << ": " << f.what);
            } else {
                BOOST_REQUIRE_EQUAL(found.size(), 1u);
                BOOST_TEST(found.front().path == s.at);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_rule_has_a_bad_and_a_good_sample) {
    std::set<std::string_view> bitten;
    std::set<std::string_view> spared;
    for (const sample& s : samples())
        (s.at.empty() ? spared : bitten).insert(s.rule);
    for (const rule& r : rules()) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(bitten.contains(r.name));
            BOOST_TEST(spared.contains(r.name));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_exception_names_a_rule_and_a_reason) {
    for (const exception_to_rule& e : exceptions()) {
        BOOST_TEST_CONTEXT(e.rule << " for " << e.path) {
            BOOST_TEST(rule_named(e.rule) != nullptr);
            BOOST_TEST(!e.why.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(the_tree_is_tidy) {
    for (const finding& f : check_all(read_tracked(ROLLCALL_TREE)))
        BOOST_ERROR(f.path << ':' << f.line << ": " << f.what);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::tidy
