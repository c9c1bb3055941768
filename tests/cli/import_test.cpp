// CSV files imported: what goes in, what is refused and where, that the same file again changes
// nothing, and that what is cut short is simply run again.
#include "cli/json_view.hpp"
#include "gateway/admin/people_import.hpp"
#include "tests/cli/process.hpp"
#include "tests/cli/served.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/asio.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace rollcall::cli {
namespace {

struct town {
    town() { key = house.make_tenant("acme"); }

    http::answer post(const std::string& file, const std::string& query = "",
                      const std::string& media_type = "text/csv") {
        return house.send("POST", "/tenants/acme/imports" + query, {{"Content-Type", media_type}},
                          file);
    }

    /// Imports to the end; the job's last word.
    json_view job_of(const std::string& file, const std::string& query = "",
                     const std::string& media_type = "text/csv") {
        const auto started = post(file, query, media_type);
        BOOST_REQUIRE_MESSAGE(started.status == 202, started.body);
        const std::string id = json_view(started.body)->text("job");
        for (;;) {
            json_view job(house.must("GET", "/tenants/acme/imports/" + id + "?wait=5"));
            if (job->text("state") != "running") return job;
        }
    }

    /// `rows created unchanged differing refused`, and the refused rows.
    std::string outcome_of(const std::string& file, const std::string& query = "",
                           const std::string& media_type = "text/csv") {
        const json_view job = job_of(file, query, media_type);
        BOOST_REQUIRE_MESSAGE(job->text("state") == "done", job->as_text());
        const json_item result = job->object("result");
        std::string out = result.text("rows") + " " + result.text("created") + " " +
                          result.text("unchanged") + " " + result.text("differing") + " " +
                          result.text("refused");
        for (const json_item& row : result.items("refused_rows")) {
            BOOST_TEST(!row.text("reason").empty());
            out += " " + row.text("line") + ":" + row.text("column") + ":" + row.text("error");
        }
        return out;
    }

    std::uint64_t users() { return json_view(house.must("GET", "/tenants/acme"))->number("users"); }

    std::string head() {
        return std::string(house.ask("GET", "/log?last=1").header("X-Next-Position"));
    }

    served house;
    std::string key;
};

std::string file_of(int people, int from = 0) {
    std::string out = "userName,emails,givenName\r\n";
    for (int i = from; i < from + people; ++i) {
        const std::string name = "user" + std::to_string(i) + "@acme.example";
        out += name;
        out += "," + name + ",Number ";
        out += std::to_string(i) + "\r\n";
    }
    return out;
}

std::vector<std::string> to_binary(const served& house, std::vector<std::string> words) {
    words.insert(words.end(), {"--data", house.data().string()});
    return words;
}

std::string text_of(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(import_test, town)

BOOST_AUTO_TEST_CASE(people_go_in_and_the_same_file_changes_nothing) {
    const std::string file = file_of(1'000);
    BOOST_TEST(outcome_of(file) == "1000 1000 0 0 0");
    BOOST_TEST(users() == 1'000u);
    const std::string before = head();
    BOOST_TEST(outcome_of(file) == "1000 0 1000 0 0");
    BOOST_TEST(head() == before);
    BOOST_TEST(outcome_of(file_of(1'001)) == "1001 1 1000 0 0");
    const json_view one(house.must("GET", "/tenants/acme/users/user7@acme.example"));
    BOOST_TEST(one->text("origin") == "native");
    BOOST_TEST(one->object("attributes").object("name").text("givenName") == "Number 7");
    const auto over_scim =
        house.scim("GET", "/Users?filter=emails.value%20eq%20%22user7@acme.example%22", key);
    BOOST_TEST(json_view(over_scim.body)->text("totalResults") == "1");
}

BOOST_AUTO_TEST_CASE(broken_rows_are_told_and_the_others_go_in) {
    const std::string file = "userName,emails,active\n"        // 1
                             "jane,jane@x.example,yes\n"       // 2
                             "joe\"y,joe@x.example,yes\n"      // 3: a quote
                             "JANE,other@x.example,yes\n"      // 4: the same name
                             ",nobody@x.example,yes\n"         // 5: no name
                             "jim,jim@x.example,maybe\n"       // 6: no flag
                             "jack,jack@x.example\n"           // 7: too few
                             "a\xFF,b,yes\n"                   // 8: no UTF-8
                             "\"two\nlines\",b@x.example,no\n" // 9, 10: no user name
                             "\n"                              // 11
                             "june,,no\n"                      // 12
                             "\"open,x,y\n"                    // 13: never closed
                             "lost,x,yes\n";                   // 14
    const char* outcome = "10 2 0 0 8 3:1:bad_csv 4:1:duplicate 5:1:bad_value 6:3:bad_value "
                          "7:3:bad_row 8:1:bad_csv 9:1:bad_value 13:1:bad_csv";
    BOOST_TEST(outcome_of(file, "?dry_run=true") == outcome);
    BOOST_TEST(users() == 0u);
    BOOST_TEST(outcome_of(file) == outcome);
    BOOST_TEST(users() == 2u);
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme/users/june"))->text("status") ==
               "deactivated");
}

BOOST_AUTO_TEST_CASE(who_is_there_stays_as_he_is) {
    outcome_of("userName,department,active\nann,Sales,yes\nbob,Sales,yes\ncid,,no\n");
    const std::string before = head();
    const json_view job =
        job_of("userName,department,active\nANN,Sales,yes\nbob,IT,no\ncid,,yes\ndan,,\n");
    const json_item result = job->object("result");
    BOOST_TEST(result.text("created") == "1");
    BOOST_TEST(result.text("unchanged") == "0");
    const auto differing = result.items("differing_rows");
    BOOST_REQUIRE(differing.size() == 3u);
    BOOST_TEST(differing[0].json("attributes") == R"(["userName"])");
    BOOST_TEST(differing[1].text("line") == "3");
    BOOST_TEST(
        differing[1].json("attributes") ==
        R"(["active","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"])");
    // Who has left does not come back by a list.
    BOOST_TEST(differing[2].json("attributes") == R"(["active"])");
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme/users/cid"))->text("status") ==
               "deactivated");
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme/users/bob"))->text("status") == "active");
}

BOOST_AUTO_TEST_CASE(seats_are_counted_before_and_kept) {
    house.must("PATCH", "/tenants/acme", R"({"seats":3})");
    house.must("POST", "/tenants/acme/users", R"({"userName":"first"})");
    const std::string file = "userName,active\nfirst,\na,\nb,no\nc,\nd,\ne,no\nf,\n";
    const json_view dry = job_of(file, "?dry_run=true");
    BOOST_TEST(dry->object("result").object("seats").text("needed") == "4");
    BOOST_TEST(dry->object("result").object("seats").text("free") == "2");
    const char* outcome = "7 4 1 0 2 6:0:seat_limit 8:0:seat_limit";
    BOOST_TEST(outcome_of(file, "?dry_run=true") == outcome);
    BOOST_TEST(outcome_of(file) == outcome);
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme/seats"))->text("used") == "3");
    BOOST_TEST(outcome_of(file) == "7 0 5 0 2 6:0:seat_limit 8:0:seat_limit");
}

BOOST_AUTO_TEST_CASE(what_is_refused_before_anything_is_done) {
    house.must("POST", "/tenants", R"({"id":"gone"})");
    house.must("DELETE", "/tenants/gone");

    struct row {
        const char* name;
        const char* target;
        const char* media_type;
        std::string file;
        unsigned status;
        const char* error;
        const char* said;
    };

    const std::string good = "userName\njane\n";
    std::string many = "userName\n";
    for (int i = 0; i < 500'001; ++i)
        many += "a\n";
    const char* here = "/tenants/acme/imports";
    const row rows[] = {
        {"empty", here, "text/csv", "", 400, "bad_file", "empty"},
        {"unknown column", here, "text/csv", "userName,shoe\n", 400, "bad_file", "'shoe'"},
        {"UTF-16", here, "text/csv", "\xFF\xFEu", 400, "bad_file", "UTF-16"},
        {"JSON", here, "application/json", good, 415, "unsupported_media_type", "text/csv"},
        {"another charset", here, "text/csv; charset=latin1", good, 415, "unsupported_media_type",
         "text/csv"},
        {"a spreadsheet", here, "text/csvx", good, 415, "unsupported_media_type", "text/csv"},
        {"no such tenant", "/tenants/beta/imports", "text/csv", good, 404, "not_found", "beta"},
        {"deleted tenant", "/tenants/gone/imports", "text/csv", good, 410, "tenant_deleted", ""},
        {"dry run a word", "/tenants/acme/imports?dry_run=yes", "text/csv", good, 400, "bad_value",
         "dry_run"},
        {"unknown parameter", "/tenants/acme/imports?dryrun=true", "text/csv", good, 400,
         "bad_parameter", "'dryrun'"},
        {"columns a word", "/tenants/acme/imports?unknown_columns=drop", "text/csv", good, 400,
         "bad_value", "unknown_columns"},
        {"too many rows", here, "text/csv", many, 413, "too_many_rows", "500001 rows"},
    };
    const std::string before = head();
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer =
                house.send("POST", r.target, {{"Content-Type", r.media_type}}, r.file);
            BOOST_TEST_INFO(answer.body);
            BOOST_TEST(answer.status == r.status);
            BOOST_TEST(json_view(answer.body)->text("error") == r.error);
            BOOST_TEST(json_view(answer.body)->text("detail").find(r.said) != std::string::npos);
        }
    }
    BOOST_TEST(head() == before);
    for (const char* type :
         {"text/csv; charset=UTF-8", "Text/CSV;header=present; charset=\"utf-8\""})
        BOOST_TEST(outcome_of(good, "?dry_run=true", type) == "1 1 0 0 0", type);
    BOOST_TEST(house.ask("GET", "/tenants/acme/imports/nothing").status == 404u);
    BOOST_TEST(house.ask("GET", "/tenants/beta/imports/nothing").status == 404u);
}

BOOST_AUTO_TEST_CASE(an_import_is_shown_to_its_tenant_only) {
    house.must("POST", "/tenants", R"({"id":"beta"})");
    const std::string id = json_view(post("userName\njane\n").body)->text("job");
    BOOST_TEST(house.ask("GET", "/tenants/acme/imports/" + id).status == 200u);
    BOOST_TEST(house.ask("GET", "/tenants/beta/imports/" + id).status == 404u);
    const std::string other = json_view(house.must("POST", "/verify"))->text("job");
    BOOST_TEST(house.ask("GET", "/tenants/acme/imports/" + other).status == 404u);
}

BOOST_AUTO_TEST_CASE(a_large_file_is_taken_here_and_nowhere_else) {
    // Larger than any other body may be; nearly all of it is passed over.
    std::string large = "userName,note\n";
    const std::string note(40'000, 'x');
    for (int i = 0; i < 100; ++i)
        large += "user" + std::to_string(i) + "," + note + "\n";
    BOOST_TEST(large.size() > 3'000'000u);
    BOOST_TEST(outcome_of(large, "?unknown_columns=ignore") == "100 100 0 0 0");
    BOOST_TEST(house.send("POST", "/tenants/acme/users", {}, large).status == 413u);
}

BOOST_AUTO_TEST_CASE(a_file_may_be_as_large_as_the_limit_and_not_a_byte_more) {
    const auto announced = [&](std::size_t bytes) {
        http::client at_socket(house.running().admin_address());
        BOOST_REQUIRE(at_socket.connect());
        BOOST_REQUIRE(at_socket.send_raw(
            "POST /admin/v1/tenants/acme/imports HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
            "Expect: 100-continue\r\nContent-Length: " +
            std::to_string(bytes) + "\r\n\r\n"));
        const auto answer = at_socket.receive();
        BOOST_REQUIRE(answer);
        return answer->status;
    };
    const std::size_t most = admin::import_limits{}.bytes_max;
    BOOST_TEST(announced(most) == 100u);
    BOOST_TEST(announced(most + 1) == 413u);
}

BOOST_AUTO_TEST_CASE(the_verb_tells_reports_and_fails_if_a_row_was_refused) {
    support::temp_directory place;
    const auto file = place / "people.csv";
    const auto report = place / "refused.csv";
    std::filesystem::create_directory(place / "scratch");
    std::ofstream(file) << "userName,emails,active\njane,jane@x.example,yes\n"
                           "joe,\"joe@x.example\",\"per\"\"haps\"\njim\"y,x,y\njack,,no\n";
    const auto call = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"user", "import", "acme", file.string()});
        return call_rollcall(to_binary(house, words), place / "scratch");
    };
    const auto dry = call({"--dry-run"});
    BOOST_TEST(dry.code == 1);
    BOOST_TEST_INFO(dry.out << dry.err);
    BOOST_TEST(dry.out.find("Nothing was written. 2 people would be made") != std::string::npos);
    BOOST_TEST(dry.out.find("Seats: 1 needed, without limit.") != std::string::npos);
    BOOST_TEST(dry.err.find("line 3, column 3 (active): active must be") != std::string::npos);
    BOOST_TEST(dry.err.find('\r') == std::string::npos);
    BOOST_TEST(users() == 0u);

    const auto real = call({"--report", report.string()});
    BOOST_TEST(real.code == 1);
    BOOST_TEST(real.err.find("2 of 4 rows were refused; the others are imported") !=
               std::string::npos);
    BOOST_TEST(users() == 2u);
    const std::string wanted =
        "userName,emails,active,refused_because,refused_row\r\n"
        "joe,joe@x.example,\"per\"\"haps\",\"line 3, column 3 (active): active must be true or "
        "false\",\r\n"
        ",,,\"line 4, column 1 (userName): a quote inside a field: put the whole "
        "field in quotes, and each quote in it twice\",\"jim\"\"y,x,y\"\r\n";
    BOOST_TEST(text_of(report) == wanted);

    struct stat about {};

    BOOST_REQUIRE(::stat(report.c_str(), &about) == 0);
    BOOST_TEST((about.st_mode & 0777) == 0600u);

    // As it is, it makes nobody: least of all somebody out of a row that could not be read.
    std::ofstream(file, std::ios::trunc) << wanted;
    const auto unmended = call({"--json"});
    BOOST_TEST(unmended.code == 1);
    BOOST_TEST(json_view(unmended.out)->text("refused") == "2");
    BOOST_TEST(users() == 2u);

    // The report is mended and imported as it is.
    std::string mended = text_of(report);
    mended.replace(mended.find("\"per\"\"haps\""), 11, "no");
    mended.replace(mended.find("\r\n,,,") + 2, 3, "jim,x@x.example,yes,");
    std::ofstream(file, std::ios::trunc) << mended;
    std::filesystem::permissions(report, std::filesystem::perms(0644));
    const auto again = call({"--json", "--report", report.string()});
    BOOST_TEST_INFO(again.out << again.err);
    BOOST_TEST(again.code == 0);
    BOOST_TEST(json_view(again.out)->text("created") == "2");
    BOOST_TEST(text_of(report) == "userName,emails,active,refused_because,refused_row\r\n");
    BOOST_REQUIRE(::stat(report.c_str(), &about) == 0);
    BOOST_TEST((about.st_mode & 0777) == 0600u);
    BOOST_TEST(users() == 4u);

    const auto itself = call({"--report", file.string()});
    BOOST_TEST(itself.code == 1);
    BOOST_TEST(text_of(file) == mended);
    BOOST_TEST(call({"--report", (place / "no" / "dir").string()}).code == 1);
    std::filesystem::remove(file);
    BOOST_TEST(call({}).code == 1);
    std::filesystem::create_directory(file);
    BOOST_TEST(call({}).err.find("cannot be read") != std::string::npos);
    std::filesystem::remove(file);
    std::ofstream(file).close();
    BOOST_TEST(call({}).err.find("the file is empty") != std::string::npos);
    std::ofstream(file) << "a,b\n";
    const auto unknown = call({});
    BOOST_TEST(unknown.code == 1);
    BOOST_TEST(unknown.err.find("unknown column 'a', 'b'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_import_that_is_cut_short_is_run_again) {
    const std::string file = file_of(20'000);
    const auto started = post(file);
    BOOST_REQUIRE(started.status == 202);
    const std::string id = json_view(started.body)->text("job");
    BOOST_REQUIRE(http::testing::eventually([&] { return users() > 0; }));
    house.restart(); // ends the job in its midst
    BOOST_TEST(house.ask("GET", "/tenants/acme/imports/" + id).status == 404u);
    const std::uint64_t made = users();
    BOOST_TEST(made > 0u);
    BOOST_TEST(made < 20'000u);
    BOOST_TEST(outcome_of(file) ==
               "20000 " + std::to_string(20'000 - made) + " " + std::to_string(made) + " 0 0");
    BOOST_TEST(users() == 20'000u);
    BOOST_TEST(json_view(house.must("POST", "/rebuild", R"({"verify":true})"))->has("job"));
}

BOOST_AUTO_TEST_CASE(one_import_of_a_tenant_and_a_few_in_all) {
    for (const char* slug : {"b", "c"})
        house.must("POST", "/tenants", R"({"id":")" + std::string(slug) + "\"}");
    const std::string file = file_of(20'000);
    const auto into = [&](const std::string& tenant) {
        return house.send("POST", "/tenants/" + tenant + "/imports", {{"Content-Type", "text/csv"}},
                          file);
    };
    BOOST_TEST(into("acme").status == 202u);
    const auto twice = into("acme");
    BOOST_TEST(twice.status == 409u);
    BOOST_TEST(json_view(twice.body)->text("error") == "already_running");
    BOOST_TEST(into("b").status == 202u);
    const auto third = into("c");
    BOOST_TEST(third.status == 429u);
    BOOST_TEST(json_view(third.body)->text("error") == "too_many_imports");
    BOOST_TEST(third.header("Retry-After") == "5");
    // Who only asks what would be need not wait for them.
    const auto dry = house.send("POST", "/tenants/c/imports?dry_run=true",
                                {{"Content-Type", "text/csv"}}, "userName\nann\n");
    BOOST_REQUIRE_MESSAGE(dry.status == 202u, dry.body);
    const std::string job = json_view(dry.body)->text("job");
    BOOST_TEST(
        json_view(house.must("GET", "/tenants/c/imports/" + job + "?wait=20"))->text("state") ==
        "done");
}

BOOST_AUTO_TEST_CASE(a_new_token_ends_what_the_old_one_began) {
    served open(true);
    open.make_tenant("acme");
    const std::string token =
        json_view(open.must("POST", "/tenants/acme/admins", R"({"name":"bob","role":"admin"})"))
            ->text("token");
    const auto begun = open.knock(
        "POST", "/admin/v1/tenants/acme/imports",
        {{"Authorization", "Bearer " + token}, {"Content-Type", "text/csv"}}, file_of(20'000));
    BOOST_REQUIRE_MESSAGE(begun.status == 202u, begun.body);
    open.must("POST", "/tenants/acme/admins/bob/token");
    const std::string id = json_view(begun.body)->text("job");
    const auto ended = open.must("GET", "/tenants/acme/imports/" + id + "?wait=25");
    BOOST_TEST(json_view(ended)->text("state") == "failed");
    BOOST_TEST((ended.find("not_permitted") != std::string::npos), ended);
    BOOST_TEST((ended.find("or was replaced: the import ended") != std::string::npos), ended);
}

BOOST_AUTO_TEST_CASE(of_a_tenant_one_large_file_comes_in_at_a_time) {
    served open(true);
    open.make_tenant("acme");
    const std::string token =
        json_view(open.must("POST", "/tenants/acme/admins", R"({"name":"bob","role":"admin"})"))
            ->text("token");
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket first(io);
    first.connect({boost::asio::ip::make_address("127.0.0.1"), open.running().address().port});
    boost::asio::write(first,
                       boost::asio::buffer("POST /admin/v1/tenants/acme/imports HTTP/1.1\r\nHost: x"
                                           "\r\nAuthorization: Bearer " +
                                           token +
                                           "\r\nContent-Type: text/csv\r\nExpect: 100-continue"
                                           "\r\nContent-Length: 2000000\r\n\r\n"));
    std::string head(25, ' ');
    boost::asio::read(first, boost::asio::buffer(head));
    BOOST_TEST(head.starts_with("HTTP/1.1 100"));
    const auto send = [&](std::size_t bytes) {
        return open.knock("POST", "/admin/v1/tenants/acme/imports?dry_run=true",
                          {{"Authorization", "Bearer " + token}, {"Content-Type", "text/csv"}},
                          "userName\n" + std::string(bytes, '\n'));
    };
    const auto second = send(2'000'000);
    BOOST_TEST(second.status == 429u);
    BOOST_TEST(json_view(second.body)->text("error") == "too_many_uploads");
    BOOST_TEST(send(10).status == 202u);
    first.close();
    unsigned status = 429;
    for (int i = 0; i < 100 && status == 429; ++i)
        status = send(2'000'000).status;
    BOOST_TEST((status == 202u || status == 409u));
}

BOOST_AUTO_TEST_CASE(providers_have_their_turns_meanwhile) {
    const auto started = post(file_of(20'000));
    BOOST_REQUIRE(started.status == 202);
    const std::string id = json_view(started.body)->text("job");
    house.must("POST", "/tenants", R"({"id":"beta"})");
    const std::string others =
        json_view(house.must("POST", "/tenants/beta/keys", "{}"))->text("key");
    int done = 0;
    for (; done < 20; ++done) {
        house.make_user(key, "pushed" + std::to_string(done));
        house.make_user(others, "pushed" + std::to_string(done));
    }
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme/imports/" + id))->text("state") ==
               "running");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
