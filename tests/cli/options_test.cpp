// The command line: what is taken, what is wrong usage, and that every verb explains itself.
#include "cli/options.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>

namespace rollcall::cli {
namespace {

std::vector<std::string> words(const std::string& line) {
    std::istringstream in(line);
    std::vector<std::string> out;
    for (std::string word; in >> word;)
        out.push_back(word);
    return out;
}

/// As a shell reads them, as far as the examples need it: single quotes hold a word together.
std::vector<std::string> quoted_words(const std::string& line) {
    std::vector<std::string> out;
    bool quoted = false;
    bool within = false;
    for (const char c : line) {
        if (c == ' ' && !quoted) {
            within = false;
            continue;
        }
        if (!within) out.emplace_back();
        within = true;
        if (c == '\'') {
            quoted = !quoted;
        } else {
            out.back() += c;
        }
    }
    return out;
}

std::optional<std::string> no_environment(const std::string&) {
    return std::nullopt;
}

tl::expected<invocation, usage> parse(const std::string& line) {
    return parse_command_line(words(line), no_environment);
}

struct wrong_row {
    const char* name;
    const char* line;
};

const wrong_row wrong_rows[] = {
    {"no verb", "rollcall"},
    {"unknown verb", "rollcall fly"},
    {"group without verb", "rollcall tenant"},
    {"unknown verb of a group", "rollcall tenant fly"},
    {"verb without its argument", "rollcall tenant create"},
    {"one argument too many", "rollcall tenant show acme beta"},
    {"unknown option", "rollcall tenant list --fast"},
    {"option of another verb", "rollcall tenant show acme --seats 3"},
    {"option without its value", "rollcall tenant create acme --seats"},
    {"seats negative", "rollcall tenant create acme --seats -1"},
    {"seats a word", "rollcall tenant create acme --seats many"},
    {"seats empty", "rollcall tenant create acme --seats="},
    {"seats fraction", "rollcall tenant create acme --seats 1.5"},
    {"seats beyond counting", "rollcall tenant create acme --seats 1000000000000000000"},
    {"scim neither on nor off", "rollcall tenant set acme --scim maybe"},
    {"empty name at creation", "rollcall tenant create acme --name="},
    {"empty name later", "rollcall tenant set acme --name="},
    {"lifetime with an unknown unit", "rollcall key create acme --expires-in 5x"},
    {"lifetime of nothing", "rollcall key create acme --expires-in 0d"},
    {"lifetime without unit", "rollcall key rotate acme okta --expires-in 90"},
    {"overlap of no hours", "rollcall key rotate acme okta --overlap 0h"},
    {"overlap a word", "rollcall key rotate acme okta --overlap long"},
    {"overlap negative", "rollcall key rotate acme okta --overlap=-1h"},
    {"key file for a verb that needs a server", "rollcall key list acme --key-file k"},
    {"key file without its value", "rollcall log tail --key-file"},
    {"key revoke without key", "rollcall key revoke acme"},
    {"key rotate without key", "rollcall key rotate acme"},
    {"admin without a role", "rollcall admin create acme ada"},
    {"admin with an operator's role", "rollcall admin create acme ada --role operator"},
    {"operator with an admin's role", "rollcall operator create olga --role viewer"},
    {"admin without a name", "rollcall admin create acme --role viewer"},
    {"admin who ends never, at creation",
     "rollcall admin create acme a --role viewer --expires-in never"},
    {"token on the command line", "rollcall whoami --server https://h --token rca_x"},
    {"token file without a server", "rollcall whoami --token-file t"},
    {"authorities without a server", "rollcall whoami --ca-file c"},
    {"a server and a directory", "rollcall whoami --server https://h --data d"},
    {"a server to back up", "rollcall backup create /b --server https://h"},
    {"a server to serve", "rollcall serve --server https://h"},
    {"unknown status", "rollcall user list acme --status asleep"},
    {"user show without who", "rollcall user show acme"},
    {"user show of nobody", "rollcall user show acme ''"},
    {"user delete of nobody nowhere", "rollcall user delete '' ''"},
    {"tenant delete of none", "rollcall tenant delete ''"},
    {"key revoke of none", "rollcall key revoke acme ''"},
    {"admin disable of nobody", "rollcall admin disable '' ''"},
    {"erase nobody", "rollcall erase acme ''"},
    {"seats of none", "rollcall seats ''"},
    {"seats from no day", "rollcall seats acme --from yesterday"},
    {"seats from nothing", "rollcall seats acme --from="},
    {"seats to no moment", "rollcall seats acme --to 2026-11-31"},
    {"seats as two things", "rollcall seats acme --csv --json"},
    {"position without at", "rollcall log show 42"},
    {"position not a number", "rollcall log show @forty"},
    {"position missing", "rollcall log show"},
    {"from not a position", "rollcall log tail --from yesterday"},
    {"from empty", "rollcall log tail --from="},
    {"accept-loss without position", "rollcall doctor --accept-loss"},
    {"accept-loss not a position", "rollcall doctor --accept-loss all"},
    {"backup without verb", "rollcall backup"},
    {"backup without a place", "rollcall backup create"},
    {"backup to two places", "rollcall backup create a b"},
    {"keys to nowhere", "rollcall backup create a --keys-to"},
    {"keys to an empty name", "rollcall backup create a --keys-to="},
    {"backup to an empty name", "rollcall backup create ''"},
    {"verify of an empty name", "rollcall backup verify ''"},
    {"keys of an empty name, to look at", "rollcall backup verify a --keys-from="},
    {"restore of an empty name", "rollcall backup restore ''"},
    {"keys of an empty name, to restore", "rollcall backup restore a --keys-from="},
    {"verify without a backup", "rollcall backup verify"},
    {"restore without a backup", "rollcall backup restore --data new"},
    {"restore up to a time", "rollcall backup restore a --until yesterday"},
    {"keys of a restore by the name of a backup", "rollcall backup restore a --keys-to b"},
    {"publish without verb", "rollcall publish"},
    {"publish resume of somebody", "rollcall publish resume seat-keeper"},
    {"a new lineage by name", "rollcall publish resume --new-lineage 0198"},
    {"consumers with an argument", "rollcall consumers publisher"},
    {"verify with a setting of another kind", "rollcall log verify --listen 127.0.0.1:0"},
    {"verify with a password on the line", "rollcall log verify --topic --kafka-password p"},
    {"erase without who", "rollcall erase acme"},
    {"rebuild with an argument", "rollcall rebuild users"},
    {"serve with an unknown setting", "rollcall serve --listn 127.0.0.1:0"},
    {"serve with an argument", "rollcall serve here"},
    {"setting without its value", "rollcall serve --listen"},
    {"json is not for serve", "rollcall serve --json"},
};

struct right_row {
    const char* name;
    const char* line;
    std::function<bool(const invocation&)> holds;
};

template <class T>
auto is(std::function<bool(const T&)> check) {
    return [check](const invocation& i) {
        const T* wish = std::get_if<T>(&i.what);
        return wish != nullptr && check(*wish);
    };
}

const right_row right_rows[] = {
    {"tenant create", "rollcall tenant create acme --seats 250",
     is<tenant_create>([](const auto& w) { return w.id == "acme" && w.seats == "250"; })},
    {"unlimited seats", "rollcall tenant set acme --seats unlimited",
     is<tenant_set>([](const auto& w) { return w.seats == "unlimited" && !w.scim; })},
    {"nothing is set that was not given", "rollcall tenant create acme",
     is<tenant_create>([](const auto& w) { return !w.name && !w.plan && !w.seats; })},
    {"seats of a period", "rollcall seats acme --from 2026-11-01 --to 2026-12-01T09:00:00Z --csv",
     is<seats>([](const auto& w) {
         return w.from == "2026-11-01" && w.to == "2026-12-01T09:00:00Z" && w.csv;
     })},
    {"options before the argument", "rollcall tenant set --scim off acme",
     is<tenant_set>([](const auto& w) { return w.id == "acme" && w.scim == "off"; })},
    {"key rotate", "rollcall key rotate acme okta --overlap 48h",
     is<key_rotate>([](const auto& w) { return w.key == "okta" && w.overlap == "48h"; })},
    {"no overlap", "rollcall key rotate acme okta --overlap 0 --expires-in 90d",
     is<key_rotate>([](const auto& w) { return w.overlap == "0" && w.expires_in == "90d"; })},
    {"a backup", "rollcall backup create /b --keys-to /k --key-file k",
     is<backup_create>([](const auto& w) { return w.to == "/b" && w.keys_to == "/k"; })},
    {"a look at a backup", "rollcall backup verify /b --keys-from /k --key-file k",
     is<backup_verify>([](const auto& w) { return w.from == "/b" && w.keys_from == "/k"; })},
    {"a backup without keys", "rollcall backup create /b",
     is<backup_create>([](const auto& w) { return !w.keys_to; })},
    {"a restore", "rollcall backup restore /b --keys-from /k --until @9 --data new",
     is<backup_restore>([](const auto& w) {
         return w.from == "/b" && w.keys_from == "/k" && w.until->text() == "@9" &&
                !w.accept_missing_keys;
     })},
    {"a restore without keys", "rollcall backup restore /b --accept-missing-keys",
     is<backup_restore>([](const auto& w) { return !w.keys_from && w.accept_missing_keys; })},
    {"a key file", "rollcall doctor --key-file k",
     [](const invocation& i) { return i.key_file == "k"; }},
    {"no key file", "rollcall doctor", [](const invocation& i) { return !i.key_file; }},
    {"tail of one tenant", "rollcall log tail acme -f --from @7", is<log_tail>([](const auto& w) {
         return w.tenant == "acme" && w.follow && w.from && w.from->text() == "@7";
     })},
    {"tail of all", "rollcall log tail",
     is<log_tail>([](const auto& w) { return !w.tenant && !w.follow && !w.from; })},
    {"position of a cluster", "rollcall log show @3:42",
     is<log_show>([](const auto& w) { return w.at.text() == "@3:42"; })},
    {"rebuild", "rollcall rebuild --verify", is<rebuild>([](const auto& w) { return w.verify; })},
    {"doctor", "rollcall doctor --accept-loss @9",
     is<doctor>([](const auto& w) { return w.accept_loss && w.accept_loss->offset == 9; })},
    {"settings are kept as written", "rollcall serve --listen 127.0.0.1:0 --behind-proxy",
     is<serve>([](const auto& w) {
         return w.given.at("listen") == "127.0.0.1:0" && w.given.at("behind-proxy") == "true";
     })},
    {"data and json", "rollcall tenant list --data elsewhere --json",
     [](const invocation& i) { return i.json && i.data == "elsewhere"; }},
    {"default directory", "rollcall tenant list",
     [](const invocation& i) { return !i.json && i.data == "var"; }},
};

} // namespace

BOOST_AUTO_TEST_SUITE(options_test)

BOOST_AUTO_TEST_CASE(wrong_usage_exits_2_with_a_reason) {
    for (const wrong_row& row : wrong_rows) {
        BOOST_TEST_CONTEXT(row.name << ": " << row.line) {
            const auto parsed = parse_command_line(quoted_words(row.line), no_environment);
            BOOST_REQUIRE(!parsed);
            BOOST_TEST(parsed.error().exit_code == 2);
            BOOST_TEST(!parsed.error().text.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_value_that_does_not_fit_is_told_with_its_option) {
    for (const char* option : {"--expires-in", "--overlap"}) {
        const auto parsed = parse("rollcall key rotate acme okta " + std::string(option) + " 5x");
        BOOST_REQUIRE(!parsed);
        BOOST_TEST_INFO(parsed.error().text);
        BOOST_TEST(parsed.error().text.starts_with(option));
    }
}

BOOST_AUTO_TEST_CASE(a_lifetime_has_bounds_and_they_are_told) {
    for (const char* verb : {"key create acme --label x", "key rotate acme okta",
                             "admin create acme ada --role viewer", "operator token olga"}) {
        for (const char* span : {"1s", "36500d"}) {
            BOOST_TEST(
                parse("rollcall " + std::string(verb) + " --expires-in " + span).has_value());
        }
        for (const char* span : {"0d", "36501d", "99999999d", "90", "-1d", "1w"}) {
            BOOST_TEST_CONTEXT(verb << ' ' << span) {
                const auto parsed =
                    parse("rollcall " + std::string(verb) + " --expires-in=" + span);
                BOOST_REQUIRE(!parsed);
                BOOST_TEST(parsed.error().text.find("from 1s to 36500d") != std::string::npos);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(right_usage_gives_typed_values) {
    for (const right_row& row : right_rows) {
        BOOST_TEST_CONTEXT(row.name << ": " << row.line) {
            const auto parsed = parse(row.line);
            BOOST_REQUIRE(parsed);
            BOOST_TEST(row.holds(*parsed));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_verb_explains_itself_with_an_example_that_is_right_usage) {
    std::set<std::size_t> reached; // operators are admins of another place
    for (const verb_line& verb : all_verbs()) {
        BOOST_TEST_CONTEXT(verb.name) {
            const auto helped = parse("rollcall " + std::string(verb.name) + " --help");
            BOOST_REQUIRE(!helped);
            BOOST_TEST(helped.error().exit_code == 0);
            BOOST_TEST(helped.error().text.find(verb.example) != std::string::npos);
            std::string example(verb.example);
            if (const auto redirect = example.find_first_of("<>"); redirect != std::string::npos) {
                example.resize(redirect);
            }
            const auto parsed = parse_command_line(quoted_words(example), no_environment);
            BOOST_REQUIRE(parsed.has_value());
            reached.insert(parsed->what.index());
        }
    }
    BOOST_TEST(reached.size() == std::variant_size_v<command>);
}

BOOST_AUTO_TEST_CASE(the_directory_may_come_from_the_environment) {
    const auto env = [](const std::string& name) -> std::optional<std::string> {
        if (name == "ROLLCALL_DATA") return "from-environment";
        return std::nullopt;
    };
    const auto plain = parse_command_line(words("rollcall tenant list"), env);
    BOOST_REQUIRE(plain);
    BOOST_TEST(plain->data == "from-environment");
    const auto named = parse_command_line(words("rollcall tenant list --data named"), env);
    BOOST_REQUIRE(named);
    BOOST_TEST(named->data == "named");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
