// What operators look at is there: a scrape of the running program is well formed, and the page,
// the dashboard and the alerts that come with it speak of nothing else.
#include "gateway/http/fault.hpp"
#include "tests/integration/installation.hpp"
#include "tests/integration/provider.hpp"
#include "tests/support/made_certificate.hpp"
#include "tests/support/promql.hpp"
#include "tests/support/scrape.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

namespace rollcall::integration {

namespace {

using support::faults_of;
using support::scrape;

const std::string tree = ROLLCALL_TREE;
const std::string dashboard = tree + "/docs/monitoring/dashboard.json";
const std::string alerts = tree + "/docs/monitoring/alerts.yml";

/// Through the operator's door, which never speaks TLS.
scrape take(const installation& home) {
    http::client door(http::endpoint::unix_path((home.data() / "admin.sock").string()));
    const auto answer = door.send("GET", "/metrics", {});
    BOOST_REQUIRE(answer.has_value());
    BOOST_REQUIRE(answer->status == 200u);
    return scrape(answer->body);
}

void write_pair(const std::filesystem::path& where) {
    const support::made_certificate made;
    support::write_bytes(where / "cert.pem", made.certificate_pem());
    support::write_bytes(where / "key.pem", made.key_pem());
    std::filesystem::permissions(where / "key.pem", std::filesystem::perms::owner_read);
}

/// A program that has seen some of everything: with traffic, with a certificate, and with a
/// publisher.
const scrape& figures() {
    static const scrape all = [] {
        installation home;
        home.start();
        provider good(home.address(), home.make_tenant("acme", {"--seats", "1"}));
        const reply jane = good.create(user_body("jane@example.com", "a"));
        BOOST_REQUIRE(jane.code() == 201u);
        BOOST_REQUIRE(good.create(user_body("jane@example.com", "b")).code() == 409u);
        BOOST_REQUIRE(good.create(user_body("joe@example.com", "c")).code() == 403u);
        BOOST_REQUIRE(good.create("{").code() == 400u);
        BOOST_REQUIRE(good.get("nobody").code() == 404u);
        BOOST_REQUIRE(good.find("jane@example.com").code() == 200u);
        BOOST_REQUIRE(good.send("GET", "/scim/v2/Users").code() == 200u);
        BOOST_REQUIRE(good.send("GET", "/scim/v2/Me").code() == 501u);
        provider bad(home.address(), "rc_none");
        BOOST_REQUIRE(bad.find("jane@example.com").code() == 401u);
        scrape seen = take(home);
        BOOST_REQUIRE(home.stop().code == 0);

        const support::temp_directory pair;
        write_pair(pair.path());
        home.start({"--tls-cert", (pair / "cert.pem").string(), "--tls-key",
                    (pair / "key.pem").string(),
                    // Nothing listens there: a broker that is away.
                    "--kafka", "127.0.0.1:1"});
        seen.add(take(home));
        return seen;
    }();
    return all;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

/// The row that docs/METRICS.md has to have for a family.
std::string row_of(const std::string& name, const scrape::family& f) {
    std::string labels;
    for (const auto& [label, values] : scrape::labels_of(f))
        labels += (labels.empty() ? "`" : " `") + label + "`";
    return "| `" + name + "` | " + f.type + " | " + labels + (labels.empty() ? "| " : " | ") +
           f.help + " |";
}

} // namespace

BOOST_AUTO_TEST_SUITE(watch_test)

BOOST_AUTO_TEST_CASE(a_scrape_is_as_prometheus_wants_it) {
    for (const std::string& fault : figures().faults)
        BOOST_ERROR(fault);
    BOOST_TEST(figures().families.size() > 60u);
}

BOOST_AUTO_TEST_CASE(figures_say_what_happened) {
    const scrape& f = figures();

    struct {
        const char* name;
        std::map<std::string, std::string> labels;
        double least;
    } const rows[]{
        {"rollcall_http_requests_total", {{"route", "create_user"}, {"status", "201"}}, 1},
        {"rollcall_http_requests_total", {{"route", "create_user"}, {"status", "409"}}, 1},
        {"rollcall_http_request_duration_seconds_count", {{"route", "create_user"}}, 4},
        {"rollcall_refusals_total", {{"reason", "name_taken"}}, 1},
        {"rollcall_refusals_total", {{"reason", "seat_limit"}}, 1},
        {"rollcall_refusals_total", {{"reason", "invalid"}}, 1},
        {"rollcall_auth_failures_total", {{"credential", "key"}, {"reason", "malformed"}}, 1},
        {"rollcall_writer_queue_duration_seconds_count", {}, 5},
        {"rollcall_writer_batch_submissions_sum", {}, 3},
        {"rollcall_log_commit_duration_seconds_count", {}, 3},
        {"rollcall_log_head_position", {}, 3},
        {"rollcall_follower_position", {{"consumer", "witness"}}, 0},
        {"rollcall_store_wal_written_bytes_total", {}, 1000},
        {"rollcall_store_wal_syncs_total", {}, 3},
        {"rollcall_store_wal_bytes", {}, 1000},
        {"rollcall_store_block_cache_limit_bytes", {}, 1 << 20},
        {"rollcall_disk_free_bytes", {}, 1},
        {"rollcall_disk_reserve_bytes", {}, 1 << 30},
        {"rollcall_ready", {{"check", "log"}}, 1},
        {"rollcall_lists_threads", {}, 1},
        {"process_threads", {}, 5},
        {"rollcall_publisher_lag_seconds", {}, 0.001},
        {"rollcall_follower_lag_events", {{"consumer", "publisher"}}, 3},
        {"rollcall_tls_certificate_not_after_timestamp_seconds", {}, 1e9},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(f.value(row.name, row.labels) >= row.least);
        }
    }
    BOOST_TEST(f.value("rollcall_follower_failing", {{"consumer", "erasure"}}) == 0);
}

BOOST_AUTO_TEST_CASE(no_figure_names_a_tenant_or_a_person) {
    for (const auto& [name, f] : figures().families) {
        for (const auto& [label, values] : scrape::labels_of(f)) {
            for (const std::string& value : values) {
                BOOST_TEST(value.find("acme") == value.npos, name);
                BOOST_TEST(value.find("jane") == value.npos, name);
            }
        }
    }
}

// Whatever becomes of a request, its id is in the answer and in the log.
BOOST_AUTO_TEST_CASE(a_request_is_found_by_its_id) {
    installation home;
    home.start({"--log-level", "debug"});
    const std::string key = "Bearer " + home.make_tenant("acme");
    const std::string jane = user_body("jane@example.com", "a");
    const std::string trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";

    struct {
        const char* id;
        std::string method, path, fields, body;
        unsigned status;
        bool on_socket = false;
    } const rows[]{
        {"w-created", "POST", "/scim/v2/Users", "", jane, 201},
        {"w-conflict", "POST", "/scim/v2/Users", "", jane, 409},
        {"w-invalid", "POST", "/scim/v2/Users", "", "{", 400},
        {"w-read", "GET", "/scim/v2/Users", "", "", 200},
        {"w-nobody", "GET", "/scim/v2/Users/nobody", "", "", 404},
        {"w-nowhere", "GET", "/scim/v2/Nothing", "", "", 404},
        {"w-method", "DELETE", "/scim/v2/Users", "", "", 405},
        {"w-health", "GET", "/healthz", "", "", 200},
        {"w-coding", "POST", "/scim/v2/Users", "Content-Encoding: br\r\n", "x", 415},
        {"w-large", "POST", "/scim/v2/Users", "Content-Length: 9999999\r\n", "", 413},
        {"w-bomb", "POST", "/scim/v2/Users", "Content-Encoding: gzip\r\n", "no gzip", 400},
        {"w-admin", "GET", "/admin/v1/tenants", "", "", 200, true},
        {"w-admin-404", "GET", "/admin/v1/tenants/nobody", "", "", 404, true},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.id) {
            http::client client(
                row.on_socket ? http::endpoint::unix_path((home.data() / "admin.sock").string())
                              : home.address());
            std::string head(row.method);
            head.append(" ").append(row.path).append(" HTTP/1.1\r\nHost: a\r\n");
            head.append("Authorization: ").append(key).append("\r\nX-Request-Id: ").append(row.id);
            head.append("\r\ntraceparent: 00-").append(trace_id).append("-00f067aa0ba902b7-01");
            head.append("\r\nContent-Type: application/scim+json\r\n").append(row.fields);
            if (row.fields.find("Content-Length") == std::string::npos && row.method == "POST")
                head += "Content-Length: " + std::to_string(row.body.size()) + "\r\n";
            BOOST_REQUIRE(client.send_raw(head + "\r\n" + row.body).has_value());
            const auto answer = client.receive();
            BOOST_REQUIRE(answer.has_value());
            BOOST_TEST(answer->status == row.status, answer->body);
            BOOST_TEST(answer->header("X-Request-Id") == row.id);
            if (row.on_socket && row.status >= 400)
                BOOST_TEST(json(answer->body).text("/request_id") == row.id);
        }
    }
    // What never had an id gets one.
    http::client broken(home.address());
    BOOST_REQUIRE(broken.send_raw("NONSENSE\r\n\r\n").has_value());
    const auto refused = broken.receive();
    BOOST_REQUIRE(refused.has_value());
    const std::string given(refused->header("X-Request-Id"));
    BOOST_TEST(given.size() == 36u);

    // The event, and what is kept of the refusal, have it as well.
    const json why = home.ask({"user", "show", "acme", "jane@example.com"});
    BOOST_TEST(why.text("/refused/0/request_id") == "w-conflict");
    const auto events = json_lines(home.tell({"log", "export", "acme"}));
    BOOST_TEST(events.back().text("/request_id") == "w-created");
    BOOST_TEST(events.back().text("/trace") == "00-" + trace_id + "-00f067aa0ba902b7-01");
    BOOST_TEST(!events.front().has("/trace")); // the tenant was made without one

    BOOST_REQUIRE(home.stop().code == 0);
    std::map<std::string, std::string> logged;
    std::smatch found;
    for (const std::string& line : lines_of(home.complaints())) {
        if (std::regex_search(line, found, std::regex("\"request\":\"([^\"]+)\"")))
            logged[found[1]] += line;
    }
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.id) {
            const std::string& line = logged[row.id];
            BOOST_TEST((line.find("\"status\":" + std::to_string(row.status)) != line.npos), line);
            const bool by_route = line.find("\"route\"") != line.npos;
            if (by_route) BOOST_TEST((line.find(trace_id) != line.npos), line);
        }
    }
    BOOST_TEST(logged.contains(given));
}

// What OPERATING.md says of level info: support finds a write that never came to its route.
BOOST_AUTO_TEST_CASE(a_write_with_a_good_key_is_told_whatever_refused_it) {
    installation home;
    home.start({"--log-level", "info"});
    const std::string key = "Authorization: Bearer " + home.make_tenant("acme") + "\r\n";
    const std::string chunks = "Transfer-Encoding: chunked\r\n";

    struct {
        const char* id;
        const char* method;
        std::string fields, body;
        unsigned status;
        const char* fault; ///< null: nothing is told
    } const rows[]{
        {"t-large", "PATCH", key + "Content-Length: 9999999\r\n", "", 413, "body_too_large"},
        {"t-large-chunk", "PATCH", key + chunks, "fffffff\r\n", 413, "body_too_large"},
        {"t-coding", "PUT", key + "Content-Length: 1\r\nContent-Encoding: br\r\n", "x", 415,
         "unsupported_coding"},
        {"t-coding-chunk", "PUT", key + chunks + "Content-Encoding: br\r\n", "1\r\nx\r\n0\r\n\r\n",
         415, "unsupported_coding"},
        {"t-gzip", "PUT", key + "Content-Length: 1\r\nContent-Encoding: gzip\r\n", "x", 400,
         "bad_coding"},
        {"t-chunk", "PUT", key + chunks, "x\r\n0\r\n\r\n", 400, "malformed"},
        {"t-read", "GET", key + "Content-Length: 9999999\r\n", "", 413, nullptr},
        {"t-head", "PATCH", key + "Host: b\r\n", "", 400, nullptr},
        {"t-expect", "PATCH", key + "Expect: foo\r\n", "", 417, nullptr},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.id) {
            http::client client(home.address());
            BOOST_REQUIRE(client
                              .send_raw(std::string(row.method) +
                                        " /scim/v2/Users/x HTTP/1.1\r\nHost: a\r\nX-Request-Id: " +
                                        row.id + "\r\n" + row.fields + "\r\n" + row.body)
                              .has_value());
            const auto answer = client.receive();
            BOOST_REQUIRE(answer.has_value());
            BOOST_TEST(answer->status == row.status, answer->body);
            BOOST_TEST(answer->header("X-Request-Id") == row.id);
        }
    }
    BOOST_REQUIRE(home.stop().code == 0);
    const std::string log = home.complaints();
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.id) {
            const std::size_t at = log.find(R"("request":")" + std::string(row.id) + '"');
            BOOST_TEST((at != log.npos) == (row.fault != nullptr));
            if (at == log.npos || row.fault == nullptr) continue;
            const std::size_t begin = log.rfind('\n', at) + 1;
            const std::string line = log.substr(begin, log.find('\n', at) - begin);
            for (const std::string& part :
                 {std::string(R"("level":"info")"), std::string(R"("tenant":"acme")"),
                  R"("fault":")" + std::string(row.fault) + '"',
                  R"("status":)" + std::to_string(row.status)})
                BOOST_TEST_CONTEXT(part) BOOST_TEST((line.find(part) != line.npos), line);
            BOOST_TEST((line.find(R"("key":"")") == line.npos), line);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_page_has_a_row_for_each_figure) {
    std::set<std::string> rows;
    for (const std::string& line : lines_of(support::read_bytes(tree + "/docs/METRICS.md"))) {
        if (line.starts_with("| `rollcall_") || line.starts_with("| `process_")) rows.insert(line);
    }
    for (const auto& [name, f] : figures().families) {
        const std::string row = row_of(name, f);
        BOOST_TEST((rows.erase(row) == 1), "docs/METRICS.md needs the row\n" << row);
    }
    for (const std::string& row : rows)
        BOOST_ERROR("docs/METRICS.md has a row that is not so: " << row);
}

BOOST_AUTO_TEST_CASE(the_page_lists_the_faults_that_there_are) {
    std::vector<std::string> listed;
    const std::regex row(R"(\| `(\w+)` \| (\d+) \| .+ \|)");
    std::smatch found;
    for (const std::string& line : lines_of(support::read_bytes(tree + "/docs/METRICS.md"))) {
        if (std::regex_match(line, found, row))
            listed.push_back(found[1].str() + " " + found[2].str());
    }
    std::vector<std::string> known;
    for (std::size_t i = 0; i < http::faults_count; ++i) {
        const http::fault_row& fault = http::describe(static_cast<http::fault>(i));
        known.push_back(std::string(fault.name) + " " + std::to_string(fault.status));
        BOOST_TEST(figures().value("rollcall_http_faults_total",
                                   {{"fault", std::string(fault.name)}}) >= 0);
    }
    BOOST_TEST(listed == known, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_dashboard_asks_for_what_is_there) {
    const json board(support::read_bytes(dashboard));
    std::size_t asked = 0;
    std::set<std::uint64_t> ids;
    for (std::size_t p = 0; p < board.size("/panels"); ++p) {
        const std::string panel = "/panels/" + std::to_string(p);
        BOOST_TEST(ids.insert(board.number(panel + "/id")).second);
        BOOST_TEST_CONTEXT(board.text(panel + "/title")) {
            BOOST_TEST(board.number(panel + "/gridPos/x") + board.number(panel + "/gridPos/w") <=
                       24u);
            if (board.text(panel + "/type") == "row") continue;
            BOOST_TEST(board.size(panel + "/targets") > 0u);
            for (std::size_t t = 0; t < board.size(panel + "/targets"); ++t) {
                const std::string target = panel + "/targets/" + std::to_string(t);
                const std::string expr = board.text(target + "/expr");
                ++asked;
                for (const std::string& fault : faults_of(expr, figures()))
                    BOOST_ERROR(expr << ": " << fault);
            }
        }
    }
    BOOST_TEST(asked > 30u);
}

BOOST_AUTO_TEST_CASE(each_alert_asks_for_what_is_there_and_says_what_to_do) {
    // One rule is `- alert: NAME` and the keys below it, each on a line of its own.
    std::map<std::string, std::map<std::string, std::string>> rules;
    std::string rule;
    const std::regex key(R"(\s+(\w+): (.+))");
    std::smatch found;
    for (const std::string& line : lines_of(support::read_bytes(alerts))) {
        if (const std::size_t at = line.find("- alert: "); at != line.npos) {
            rule = line.substr(at + 9);
            BOOST_TEST(!rules.contains(rule), rule);
            rules[rule];
        } else if (!rule.empty() && std::regex_match(line, found, key)) {
            rules[rule][found[1]] = found[2];
        }
    }
    BOOST_TEST((rules.size() >= 8 && rules.size() <= 20), rules.size());
    for (auto& [name, keys] : rules) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(name.starts_with("Rollcall"));
            for (const std::string& fault : faults_of(keys["expr"], figures()))
                BOOST_ERROR(keys["expr"] << ": " << fault);
            BOOST_TEST(std::regex_match(keys["for"], std::regex(R"(\d+[mh])")));
            BOOST_TEST((keys["severity"] == "critical" || keys["severity"] == "warning"));
            BOOST_TEST(keys["summary"].size() > 10u);
            BOOST_TEST(keys["description"].size() > 30u);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_reader_of_scrapes_notices) {
    const std::string good = "# HELP rollcall_a_total Something.\n# TYPE rollcall_a_total counter\n"
                             "rollcall_a_total{b=\"c\\\"d\\\\e\\n\"} 1\n";
    BOOST_TEST(scrape(good).faults.empty());
    const std::string head = "# HELP rollcall_h_seconds Something.\n"
                             "# TYPE rollcall_h_seconds histogram\n";
    const std::string rest = "rollcall_h_seconds_sum 1\nrollcall_h_seconds_count 2\n";
    BOOST_TEST(scrape(head +
                      "rollcall_h_seconds_bucket{le=\"1\"} 1\n"
                      "rollcall_h_seconds_bucket{le=\"+Inf\"} 2\n" +
                      rest)
                   .faults.empty());
    const auto counter = [](const std::string& name, const std::string& samples) {
        return "# HELP " + name + " Something.\n# TYPE " + name + " counter\n" + samples;
    };
    const std::pair<const char*, std::string> rows[]{
        {"empty", ""},
        {"no line end", good.substr(0, good.size() - 1)},
        {"blank line", good + "\n"},
        {"no HELP", "# TYPE rollcall_a_total counter\nrollcall_a_total 1\n"},
        {"no TYPE", "# HELP rollcall_a_total Something.\nrollcall_a_total 1\n"},
        {"no sentence", "# HELP rollcall_a_total a\n# TYPE rollcall_a_total counter\n"},
        {"twice", good + good},
        {"unknown type", "# HELP rollcall_a Something.\n# TYPE rollcall_a untyped\nrollcall_a 1\n"},
        {"same series twice", good + "rollcall_a_total{b=\"x\"} 1\nrollcall_a_total{b=\"x\"} 2\n"},
        {"of another family", good + "rollcall_b_total 1\n"},
        {"no value", counter("rollcall_a_total", "rollcall_a_total \n")},
        {"words for a value", counter("rollcall_a_total", "rollcall_a_total many\n")},
        {"two blanks", counter("rollcall_a_total", "rollcall_a_total  1\n")},
        {"negative counter", counter("rollcall_a_total", "rollcall_a_total -1\n")},
        {"counter without _total", counter("rollcall_a", "rollcall_a 1\n")},
        {"no prefix", counter("other_a_total", "other_a_total 1\n")},
        {"capitals", counter("rollcall_A_total", "rollcall_A_total 1\n")},
        {"milliseconds", counter("rollcall_a_ms_total", "rollcall_a_ms_total 1\n")},
        {"label without quotes", counter("rollcall_a_total", "rollcall_a_total{b=c} 1\n")},
        {"label without end", counter("rollcall_a_total", "rollcall_a_total{b=\"c} 1\n")},
        {"label twice", counter("rollcall_a_total", "rollcall_a_total{b=\"c\",b=\"d\"} 1\n")},
        {"bad escape", counter("rollcall_a_total", "rollcall_a_total{b=\"\\t\"} 1\n")},
        {"le on a counter", counter("rollcall_a_total", "rollcall_a_total{le=\"1\"} 1\n")},
        {"no +Inf", head + "rollcall_h_seconds_bucket{le=\"1\"} 2\n" + rest},
        {"not cumulative", head +
                               "rollcall_h_seconds_bucket{le=\"1\"} 3\n"
                               "rollcall_h_seconds_bucket{le=\"+Inf\"} 2\n" +
                               rest},
        {"bounds fall", head +
                            "rollcall_h_seconds_bucket{le=\"2\"} 1\n"
                            "rollcall_h_seconds_bucket{le=\"1\"} 1\n"
                            "rollcall_h_seconds_bucket{le=\"+Inf\"} 2\n" +
                            rest},
        {"other count", head + "rollcall_h_seconds_bucket{le=\"+Inf\"} 3\n" + rest},
        {"no sum", head + "rollcall_h_seconds_bucket{le=\"+Inf\"} 2\nrollcall_h_seconds_count 2\n"},
    };
    for (const auto& [name, text] : rows) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(!scrape(text).faults.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(the_reader_of_expressions_notices) {
    struct {
        const char* expression;
        bool right;
    } const rows[]{
        {"rollcall_log_head_position", true},
        {"up{job=\"rollcall\"} == 0", true},
        {"sum by (route) (rate(rollcall_http_requests_total{status=~\"5..\"}[5m])) > 0.5", true},
        {"histogram_quantile(0.99, sum by (le) "
         "(rate(rollcall_log_commit_duration_seconds_bucket[5m])))",
         true},
        {"rollcall_ready{check=\"log\"} == 0 and on (instance) up == 1", true},
        {"", false},
        {"1 + 1", false},
        {"rollcall_log_head", false},
        {"rate(rollcall_log_commit_duration_seconds[5m])", false},
        {"rollcall_log_head_position_bucket", false},
        {"rollcall_log_head_position{route=\"x\"}", false},
        {"rollcall_ready{check=\"moon\"}", false},
        {"rollcall_ready{check=log}", false},
        {"sum by (tenant) (rollcall_log_head_position)", false},
        {"guess(rollcall_log_head_position)", false},
        {"sum(rollcall_log_head_position", false},
        {"rate(rollcall_writer_events_total[5m)", false},
        {"rollcall_log_head_position; up", false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.expression) {
            BOOST_TEST(faults_of(row.expression, figures()).empty() == row.right);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
