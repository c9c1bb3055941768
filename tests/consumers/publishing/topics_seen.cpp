#include "tests/consumers/publishing/topics_seen.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/kafka/error.hpp"
#include "projections/told/checkpoint_message.hpp"
#include "projections/told/lineage_message.hpp"
#include "projections/told/read_message.hpp"
#include "projections/told/state_key.hpp"
#include "projections/told/state_message.hpp"
#include "tests/eventlog/kafka/support.hpp"

#include <set>

namespace rollcall::publishing::test {
namespace {

using namespace eventlog;
using kafka::testing::must;
using kafka::testing::soon;
using told::topic_kind;

boost::asio::awaitable<std::vector<kafka::record>> read_topic(kafka::reader& door,
                                                              std::string topic) {
    std::vector<kafka::record> all;
    const auto reach = co_await door.extents(topic, soon());
    if (!reach && reach.error().code == kafka::kafka_errc::unknown_topic) co_return all;
    for (const kafka::extent& part : must(reach)) {
        if (part.low == part.high) continue;
        must(door.start(topic, part.partition, part.low));
        for (std::int64_t at = part.low - 1; at < part.high - 1;) {
            const auto some =
                must(co_await door.next(1'000, kafka::testing::in(std::chrono::seconds(5))));
            if (some.empty()) break; // compaction has taken the last ones
            at = some.back().offset;
            all.insert(all.end(), some.begin(), some.end());
        }
    }
    co_return all;
}

base::result<told::read_back> place_of(const kafka::record& record) {
    std::vector<told::header> headers;
    for (const kafka::kept_header& one : record.headers)
        headers.push_back({one.name, one.value});
    return told::read_message(record.value, headers);
}

std::string at(const kafka::record& record) {
    return std::to_string(record.partition) + "/" + std::to_string(record.offset) + ": ";
}

/// What has been seen of one tenant's events.
struct chain_seen {
    std::uint64_t next = 1;
    digest last{};
    std::map<std::uint64_t, std::string> values;
};

std::vector<projections::tenant_state> tenants_of(projections::test::server& truth) {
    std::vector<projections::tenant_state> all = truth.views().tenants();
    projections::tenant_state system;
    system.slug = projections::system_slug;
    all.push_back(system);
    return all;
}

std::string lifecycle_fault(const std::vector<kafka::record>& records,
                            projections::test::server& truth, const expectation& expected) {
    std::map<std::string, chain_seen> chains;
    for (const kafka::record& record : records) {
        const auto said = place_of(record);
        if (!said) return at(record) + said.error().message;
        if (said->lineage != expected.lineage) continue;
        if (record.key != said->tenant) return at(record) + "another tenant than the key";
        chain_seen& chain = chains[said->tenant];
        if (said->type == told::lineage_changed_word) {
            chain.next = said->seq.value;
            chain.last = {};
            continue;
        }
        if (!said->link) return at(record) + "no link of a chain";
        if (expected.made_anew && chain.next == 1 && said->seq.value > 1) continue;
        if (said->seq.value > chain.next) {
            return at(record) + said->tenant + " has a gap: " + std::to_string(said->seq.value) +
                   " after " + std::to_string(chain.next - 1);
        }
        const auto before = chain.values.try_emplace(said->seq.value, *record.value);
        if (said->seq.value < chain.next) {
            if (before.first->second != *record.value) return at(record) + "a copy differs";
            continue;
        }
        if (chain.last != digest{} && chain.last != said->link->prev_hash) {
            return at(record) + "the chain is broken";
        }
        chain.last = said->link->hash;
        ++chain.next;
    }
    for (const projections::tenant_state& tenant : tenants_of(truth)) {
        const auto head = truth.log().chain(tenant.number);
        const chain_seen& seen = chains[tenant.slug];
        const std::uint64_t last = head ? head->seq.value : 0;
        if (seen.next != last + 1) {
            return tenant.slug + " ends with " + std::to_string(seen.next - 1) + " of " +
                   std::to_string(last);
        }
        if (head && seen.last != digest{} && seen.last != head->hash) {
            return tenant.slug + " ends with another hash";
        }
    }
    return {};
}

/// The whole directory as the state topic should have it.
std::map<std::string, std::string> directory_as_told(projections::test::server& truth,
                                                     const told::telling& how) {
    std::map<std::string, std::string> all;
    const auto add = [&](const told::message& m) { all[m.key] = *m.value; };
    const auto& views = truth.views();
    for (const projections::tenant_state& tenant : views.tenants()) {
        const auto head = truth.log().chain(tenant.number);
        const told::state_place place{tenant.number, tenant.slug, head->at};
        std::vector<subject_id> users;
        std::vector<subject_id> teams;
        views.list(tenant.number, 0, [&](const projections::user_view& user) {
            users.push_back(user.id);
            return true;
        });
        views.list_teams(tenant.number, 0, [&](const projections::team_view& team) {
            teams.push_back(team.id);
            return true;
        });
        for (const subject_id& id : users)
            add(told::user_message(how, place, *views.user(tenant.number, id)));
        const auto rows = views.snapshot();
        for (const subject_id& id : teams) {
            add(told::team_message(how, place, *views.team(tenant.number, id)));
            for (const subject_id& user : users) {
                const auto since = projections::read_member(*rows, tenant.number, id, user);
                if (since) add(told::member_message(how, place, {id, user, *since}));
            }
        }
        add(told::seats_message(how, head->at, tenant, views.counters(tenant.number), head->seq));
    }
    return all;
}

std::string state_fault(const std::vector<kafka::record>& records, projections::test::server& truth,
                        const told::telling& how) {
    std::map<std::string, std::string> last;
    for (const kafka::record& record : records) {
        if (record.value) {
            last[*record.key] = *record.value;
        } else {
            last.erase(*record.key);
        }
    }
    const auto expected = directory_as_told(truth, how);
    for (const auto& [key, value] : expected) {
        const auto found = last.find(key);
        if (found == last.end()) return key + " is not told";
        if (found->second != value) {
            return std::string(key).append(" is told as ").append(found->second) + ", not " + value;
        }
    }
    for (const auto& [key, value] : last) {
        if (!expected.contains(key)) {
            return std::string(key).append(" is nobody's, and told as ").append(value);
        }
    }
    return {};
}

std::string checkpoint_fault(const std::vector<kafka::record>& records,
                             projections::test::server& truth) {
    std::map<std::string, told::read_back> last;
    for (const kafka::record& record : records) {
        if (!record.value) {
            last.erase(*record.key);
            continue;
        }
        const auto said = place_of(record);
        if (!said) return at(record) + said.error().message;
        last[*record.key] = *said;
    }
    for (const projections::tenant_state& tenant : tenants_of(truth)) {
        const auto head = truth.log().chain(tenant.number);
        if (!head) continue;
        const auto found = last.find(tenant.slug);
        if (found == last.end()) return "no checkpoint of " + tenant.slug;
        if (found->second.seq != head->seq) {
            return "the checkpoint of " + tenant.slug + " is " +
                   std::to_string(found->second.seq.value) + " of " +
                   std::to_string(head->seq.value);
        }
        last.erase(found);
    }
    return last.empty() ? "" : "a checkpoint of nobody: " + last.begin()->first;
}

} // namespace

topics_seen read_topics(const std::string& addresses, const std::string& prefix) {
    topics_seen seen;
    kafka::testing::loop loop;
    loop.run([&]() -> boost::asio::awaitable<void> {
        auto door = must(kafka::reader::open(loop.get(), kafka::testing::plain(addresses)));
        for (const topic_kind kind : told::topic_kinds_all)
            seen[kind] = co_await read_topic(door, told::topic_name(prefix, kind));
        co_await door.close();
    });
    return seen;
}

std::string contradiction_in(const topics_seen& seen, projections::test::server& truth,
                             const expectation& expected) {
    std::string fault = lifecycle_fault(seen.at(topic_kind::lifecycle), truth, expected);
    if (fault.empty()) fault = state_fault(seen.at(topic_kind::state), truth, expected.state);
    if (fault.empty()) fault = checkpoint_fault(seen.at(topic_kind::checkpoints), truth);
    return fault;
}

} // namespace rollcall::publishing::test
