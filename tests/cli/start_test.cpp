// Starts that are refused: each says what to do, and leaves every byte of the directory as it was.
#include "cli/options.hpp"
#include "cli/verbs.hpp"
#include "eventlog/error.hpp"
#include "tests/cli/served.hpp"
#include "tests/support/raw_database.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <sstream>
#include <sys/stat.h>

namespace rollcall::cli {
namespace {

namespace fs = std::filesystem;
using eventlog::log_errc;

/// A directory with some events in it, stopped; and a copy of it as it was one event earlier. Made
/// once: every test works on a copy.
struct history {
    history() {
        const std::string key = house.make_tenant("acme");
        house.make_user(key, "jane@acme.example");
        house.stop();
        fs::copy(house.data(), earlier / "data", fs::copy_options::recursive);
        house.restart();
        house.make_user(key, "joe@acme.example");
        house.stop();
    }

    static const history& made() {
        static const history once;
        return once;
    }

    served house;
    support::temp_directory earlier;
};

struct prepared {
    served house{history::made().house.data()};
};

struct row {
    const char* name;
    std::function<void(prepared&, server_options&)> spoil;
    std::error_code code; ///< none: any
    const char* said;
};

void rewrite(const fs::path& file, std::string_view from, std::string_view to) {
    std::string text = support::read_bytes(file);
    const auto at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    support::write_bytes(file, text.replace(at, from.size(), to));
}

void put_back_earlier_log(prepared& p) {
    fs::remove_all(p.house.data() / "db");
    fs::copy(history::made().earlier / "data/db", p.house.data() / "db",
             fs::copy_options::recursive);
}

const row rows[] = {
    {"a directory of somebody else",
     [](prepared& p, server_options&) { fs::remove(p.house.data() / "rollcall.id"); },
     log_errc::foreign_directory, "not a data directory"},
    {"a file and no directory",
     [](prepared& p, server_options& o) { o.data = p.house.data() / "rollcall.id"; },
     log_errc::foreign_directory, "is not a directory"},
    {"a newer format",
     [](prepared& p, server_options&) {
         rewrite(p.house.data() / "rollcall.id", "format 5", "format 6");
     },
     log_errc::newer_format, "newer version"},
    {"a damaged identity",
     [](prepared& p, server_options&) {
         rewrite(p.house.data() / "rollcall.id", "lineage 0", "lineage x");
     },
     log_errc::foreign_directory, "damaged"},
    {"another master key",
     [](prepared&, server_options& o) { o.master_key.hex = std::string(64, 'a'); },
     log_errc::wrong_master_key, "does not open"},
    {"a master key that is too short",
     [](prepared&, server_options& o) { o.master_key.hex = std::string(62, 'a'); },
     log_errc::bad_master_key, "64 hex digits"},
    {"a master key that is not there",
     [](prepared& p, server_options& o) { o.master_key.file = p.house.data() / "other.key"; },
     log_errc::bad_master_key,
     "put it back from where you keep it, or give --key-file or ROLLCALL_MASTER_KEY"},
    {"a master key that others can read",
     [](prepared& p, server_options&) {
         fs::permissions(p.house.data() / "master.key", fs::perms::others_read,
                         fs::perm_options::add);
     },
     log_errc::bad_master_key, "chmod 600"},
    {"a log that ends before what was acknowledged",
     [](prepared& p, server_options&) { put_back_earlier_log(p); }, log_errc::lost_suffix,
     "--accept-loss @3"},
    {"a log without its witness",
     [](prepared& p, server_options&) { fs::remove(p.house.data() / "HEAD"); },
     log_errc::lost_suffix, "--accept-loss @4"},
    {"a damaged witness",
     [](prepared& p, server_options&) {
         support::write_bytes(p.house.data() / "HEAD", std::string(1024, 'x'));
     },
     log_errc::damaged_record, "doctor"},
    {"a database without its list of files",
     [](prepared& p, server_options&) { fs::remove(p.house.data() / "db/CURRENT"); },
     {},
     "db"},
    {"an address that everybody can reach",
     [](prepared&, server_options& o) { o.listen = http::endpoint::tcp("0.0.0.0", 0); },
     {},
     "--behind-proxy"},
    {"figures that everybody can reach",
     [](prepared&, server_options& o) { o.metrics_listen = http::endpoint::tcp("0.0.0.0", 0); },
     std::make_error_code(std::errc::invalid_argument),
     "0.0.0.0:0 can be reached from elsewhere, and plain HTTP would show the server's figures"},
    {"an address that is not ours",
     [](prepared&, server_options& o) {
         o.listen = http::endpoint::tcp("192.0.2.1", 0);
         o.behind_proxy = true;
     },
     {},
     "cannot listen on 192.0.2.1:0"},
    {"a metrics address that is not ours",
     [](prepared&, server_options& o) {
         o.metrics_listen = http::endpoint::tcp("192.0.2.1", 0);
         o.behind_proxy = true;
     },
     {},
     "cannot listen on 192.0.2.1:0"},
};

std::pair<int, std::string> call(std::vector<std::string> words) {
    std::ostringstream out;
    std::ostringstream err;
    const terminal to{out, err};
    words.insert(words.begin(), "rollcall");
    const int code = run_command_line(
        words, to, [](const std::string&) { return std::optional<std::string>(); });
    return {code, out.str() + err.str()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(start_test)

BOOST_AUTO_TEST_CASE(a_refused_start_says_what_to_do_and_changes_nothing) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            prepared p;
            server_options options = p.house.options();
            r.spoil(p, options);
            const auto before = support::all_files(p.house.data());
            const auto started = server::start(options);
            BOOST_REQUIRE(!started);
            BOOST_TEST_INFO(started.error().message);
            BOOST_TEST(started.error().message.find(r.said) != std::string::npos);
            if (r.code) BOOST_TEST(started.error().code == r.code);
            BOOST_TEST((support::all_files(p.house.data()) == before));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_address_in_use_is_refused_before_the_directory_is_opened) {
    prepared p;
    served other;
    server_options options = p.house.options();
    options.listen = other.running().address();
    const auto before = support::all_files(p.house.data());
    const auto started = server::start(options);
    BOOST_REQUIRE(!started);
    BOOST_TEST(started.error().message.find("cannot listen on") != std::string::npos);
    BOOST_TEST((support::all_files(p.house.data()) == before));
}

BOOST_AUTO_TEST_CASE(a_first_start_makes_a_private_directory) {
    const served house;

    struct stat info {};

    BOOST_REQUIRE(stat(house.data().c_str(), &info) == 0);
    BOOST_TEST((info.st_mode & 0777) == 0700);
    for (const char* file : {"master.key", "rollcall.id", "admin.sock"}) {
        BOOST_TEST_CONTEXT(file) {
            BOOST_REQUIRE(stat((house.data() / file).c_str(), &info) == 0);
            BOOST_TEST((info.st_mode & 0777) == 0600);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_loss_is_accepted_only_by_its_exact_position) {
    prepared p;
    put_back_earlier_log(p);
    const std::string data = p.house.data().string();

    const auto doctor = call({"doctor", "--data", data});
    BOOST_TEST(doctor.first == 1);
    BOOST_TEST(doctor.second.find("--accept-loss @3") != std::string::npos);

    for (const char* wrong : {"@0", "@2", "@4", "@1:3"}) {
        BOOST_TEST_CONTEXT(wrong) {
            const auto before = support::all_files(p.house.data());
            BOOST_TEST(call({"doctor", "--data", data, "--accept-loss", wrong}).first == 1);
            BOOST_TEST((support::all_files(p.house.data()) == before));
        }
    }
    const auto accepted = call({"doctor", "--data", data, "--accept-loss", "@3"});
    BOOST_TEST(accepted.first == 0);
    BOOST_TEST(call({"doctor", "--data", data, "--accept-loss", "@3"}).first == 1);
    p.house.restart();
    BOOST_TEST(p.house.ask("GET", "/tenants/acme/users/jane@acme.example").status == 200u);
    BOOST_TEST(p.house.ask("GET", "/tenants/acme/users/joe@acme.example").status == 404u);
}

BOOST_AUTO_TEST_CASE(a_proof_misses_what_was_acknowledged_and_is_not_there) {
    struct {
        const char* name;
        void (*spoil)(prepared&);
        const char* at;
        const char* said;
    } const lost[]{
        {"the log of before", put_back_earlier_log, "\"@4", "@4 was acknowledged"},
        {"no witness", [](prepared& p) { fs::remove(p.house.data() / "HEAD"); }, "\"@5", "HEAD"},
        {"a database that does not open",
         [](prepared& p) {
             for (const auto& entry : fs::directory_iterator(p.house.data() / "db")) {
                 if (entry.path().filename().string().starts_with("MANIFEST")) {
                     support::write_bytes(entry.path(), "x");
                 }
             }
         },
         "null", "db"},
    };

    for (const auto& l : lost) {
        BOOST_TEST_CONTEXT(l.name) {
            prepared p;
            l.spoil(p);
            const auto said = call({"log", "verify", "--json", "--data", p.house.data().string()});
            BOOST_TEST_INFO(said.second);
            BOOST_TEST(said.first == 1);
            BOOST_TEST(said.second.find(R"("ok":false)") != std::string::npos);
            BOOST_TEST(said.second.find(std::string(R"("position":)") + l.at) != std::string::npos);
            BOOST_TEST(said.second.find(l.said) != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_first_start_that_was_cut_short_is_finished_by_the_next) {
    served house;
    house.stop();
    const std::vector<std::string> all = support::raw_database::families(house.data() / "db");
    BOOST_REQUIRE(all.size() > 3);
    for (std::size_t made = 1; made < all.size(); ++made) {
        BOOST_TEST_CONTEXT(made << " tables are there") {
            served cut(house.data());
            fs::remove(cut.data() / "HEAD");
            fs::remove_all(cut.data() / "db");
            support::raw_database::make(cut.data() / "db",
                                        {all.begin(), all.begin() + static_cast<long>(made)});
            const auto said = call({"doctor", "--data", cut.data().string()});
            BOOST_TEST(said.second.find("start the server once") != std::string::npos);
            cut.restart();
            BOOST_TEST(!cut.make_tenant("acme").empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(without_a_witness_the_log_goes_on_only_when_told_so) {
    prepared p;
    const std::string data = p.house.data().string();
    fs::remove(p.house.data() / "HEAD");
    BOOST_TEST(call({"doctor", "--data", data}).first == 1);
    BOOST_TEST(call({"doctor", "--data", data, "--accept-loss", "@3"}).first == 1);
    BOOST_TEST(call({"doctor", "--data", data, "--accept-loss", "@4"}).first == 0);
    p.house.restart();
    BOOST_TEST(p.house.ask("GET", "/tenants/acme/users/joe@acme.example").status == 200u);
}

BOOST_AUTO_TEST_CASE(reading_verbs_leave_a_directory_without_server_as_it_is) {
    prepared p;
    const std::string data = p.house.data().string();
    const auto before = support::all_files(p.house.data());
    for (const std::vector<std::string>& verb :
         std::vector<std::vector<std::string>>{{"log", "tail"},
                                               {"log", "tail", "acme", "--from", "@2"},
                                               {"log", "show", "@3"},
                                               {"log", "verify"},
                                               {"log", "export"},
                                               {"doctor"}}) {
        BOOST_TEST_CONTEXT(verb.front() << ' ' << verb.back()) {
            auto line = verb;
            line.insert(line.end(), {"--data", data});
            const auto said = call(line);
            BOOST_TEST_INFO(said.second);
            BOOST_TEST(said.first == 0);
            line.emplace_back("--json");
            BOOST_TEST(call(line).first == 0);
        }
    }
    BOOST_TEST((support::all_files(p.house.data()) == before));
    BOOST_TEST(call({"rebuild", "--verify", "--data", data}).first == 0);
    const auto shown = call({"log", "tail", "acme", "--data", data}).second;
    BOOST_TEST(shown.find("user_created joe@acme.example by key okta") != std::string::npos);
    for (const std::vector<std::string>& verb :
         std::vector<std::vector<std::string>>{{"tenant", "list"},
                                               {"log", "show", "@99"},
                                               {"log", "tail", "beta"},
                                               {"log", "tail", "--follow"}}) {
        BOOST_TEST_CONTEXT("refused: " << verb.front() << ' ' << verb.back()) {
            auto line = verb;
            line.insert(line.end(), {"--data", data});
            BOOST_TEST(call(line).first == 1);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
