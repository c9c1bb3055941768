// The pure parts together against a model of a broker: whatever is sent, stored, acknowledged,
// lost and forgotten in whatever order, the topics come to be what they should be.
#include "consumers/publishing/already_there.hpp"
#include "consumers/publishing/progress.hpp"
#include "consumers/publishing/tail_check.hpp"
#include "tests/support/events.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>

using namespace rollcall;
using namespace rollcall::publishing;

namespace {

const base::uuid lineage = support::id_of(0xaa);

struct fact {
    std::uint32_t tenant = 0;
    std::uint64_t seq = 0;
    int entity = 0;
};

/// A message in a topic: of the lifecycle topic, or what an entity is since its last change.
struct stored {
    std::uint64_t position = 0;
    std::uint32_t tenant = 0;
    std::uint64_t seq = 0;
    int entity = 0;
};

enum stream : std::uint32_t { lifecycle, state };

struct in_flight {
    std::uint64_t number = 0;
    stored what;
};

class model {
  public:
    explicit model(std::uint32_t partitions)
        : partitions_(partitions), topics_(2, std::vector<topic>(partitions)) {
        row_.lineage = lineage;
        row_.marks.resize(partitions);
        begin(row_);
    }

    void happen(std::uint32_t tenant, int entity) {
        log_.push_back({tenant, ++seqs_[tenant], entity});
        newest_[{tenant, entity}] = seqs_[tenant];
    }

    /// Reads a page and sends it.
    void send(std::size_t page) {
        for (; page > 0 && progress_->has_room() && progress_->next() <= log_.size(); --page) {
            const std::uint64_t at = progress_->next();
            const fact& f = log_[at - 1];
            const std::uint32_t p = f.tenant % partitions_;
            std::vector<stream> where;
            if (!there_->has(p, at)) where.push_back(lifecycle);
            const bool tells = newest_[{f.tenant, f.entity}] == f.seq;
            if (tells && at > begun_.marks[p].through) where.push_back(state);
            progress_->begin(p, where.size());
            for (const stream s : where) {
                const auto number = progress_->sent(at, s, 100);
                topics_[s][p].sent.push_back({number, {at, f.tenant, f.seq, f.entity}});
            }
        }
    }

    void store(stream s, std::uint32_t p) {
        topic& t = topics_[s][p];
        if (t.sent.empty()) return;
        t.acknowledged.emplace_back(t.sent.front().number, t.log.size());
        t.log.push_back(t.sent.front().what);
        t.sent.pop_front();
    }

    void acknowledge(stream s, std::uint32_t p) {
        topic& t = topics_[s][p];
        if (t.acknowledged.empty()) return;
        const auto [number, offset] = t.acknowledged.front();
        t.acknowledged.pop_front();
        const auto said = progress_->acknowledge(number);
        RC_ASSERT(said.has_value());
        mark& m = begun_.marks[p];
        (s == lifecycle ? m.lifecycle_offset : m.state_offset) = static_cast<std::int64_t>(offset);
        if (s == lifecycle) m.last = std::max(m.last, said->at);
    }

    /// What is acknowledged by now becomes the row.
    void keep() { row_ = now(); }

    /// The producer dies: what it had not stored is gone, and so are the answers.
    void fail() { again(now()); }

    /// The process dies: only the row is left.
    void crash() { again(row_); }

    void lose_tail(stream s, std::uint32_t p, std::size_t lost) {
        auto& all = topics_[s][p].log;
        all.resize(all.size() - std::min(all.size(), lost));
    }

    void finish() {
        while (progress_->next() <= log_.size() || !progress_->idle()) {
            send(100);
            for (std::uint32_t p = 0; p < partitions_; ++p) {
                for (const stream s : {lifecycle, state}) {
                    store(s, p);
                    acknowledge(s, p);
                }
            }
        }
        RC_ASSERT(progress_->checkpoint() == log_.size());
    }

    void check() const {
        std::map<std::uint32_t, std::uint64_t> next;
        std::map<std::pair<std::uint32_t, int>, std::uint64_t> last;
        for (std::uint32_t p = 0; p < partitions_; ++p) {
            for (const stored& one : topics_[lifecycle][p].log) {
                RC_ASSERT(one.tenant % partitions_ == p);
                RC_ASSERT(one.seq <= next[one.tenant] + 1);
                next[one.tenant] = std::max(next[one.tenant], one.seq);
            }
            for (const stored& one : topics_[state][p].log) {
                std::uint64_t& kept = last[{one.tenant, one.entity}];
                kept = std::max(kept, one.seq);
            }
        }
        for (const auto& [tenant, seq] : seqs_)
            RC_ASSERT(next[tenant] == seq);
        RC_ASSERT(last == newest_);
    }

  private:
    struct topic {
        std::vector<stored> log;
        std::deque<in_flight> sent;
        std::deque<std::pair<std::uint64_t, std::size_t>> acknowledged; ///< number, offset
    };

    [[nodiscard]] memory now() const {
        memory all = begun_;
        for (std::uint32_t p = 0; p < partitions_; ++p) {
            mark& m = all.marks[p];
            m.through = progress_->through(p);
            m.last = std::max({m.last, m.through, there_->up_to(p)});
            m.lifecycle_offset = std::max(m.lifecycle_offset, there_->offset(p));
        }
        return all;
    }

    void again(const memory& known) {
        for (auto& of : topics_) {
            for (topic& t : of) {
                t.sent.clear();
                t.acknowledged.clear();
            }
        }
        begin(known);
    }

    /// As the publisher does at the start of each life.
    void begin(const memory& known) {
        our_log log;
        log.lineage = lineage;
        log.head = log_.size();
        log.find = [this](std::string_view slug, eventlog::tenant_seq seq) {
            std::optional<our_log::known_event> found;
            for (std::size_t i = 0; i < log_.size() && !found; ++i) {
                if (std::to_string(log_[i].tenant) == slug && log_[i].seq == seq.value) {
                    found = our_log::known_event{{log_[i].tenant}, i + 1, {}};
                }
            }
            return found;
        };
        std::vector<partition_end> ends(partitions_);
        for (std::uint32_t p = 0; p < partitions_; ++p) {
            const auto& all = topics_[lifecycle][p].log;
            ends[p].high = static_cast<std::int64_t>(all.size());
            ends[p].state_high = static_cast<std::int64_t>(topics_[state][p].log.size());
            ends[p].offset = ends[p].high - 1;
            if (all.empty()) continue;
            told::read_back last;
            last.lineage = lineage;
            last.tenant = std::to_string(all.back().tenant);
            last.seq = {all.back().seq};
            last.type = "user_changed";
            last.link =
                told::chain_link{{eventlog::position::embedded, all.back().position}, {}, {}};
            ends[p].last = last;
        }
        const verdict said = check_tails(log, known, ends);
        RC_ASSERT(std::holds_alternative<go_on>(said));
        const go_on& going = std::get<go_on>(said);
        begun_ = going.from;
        std::vector<std::uint64_t> through;
        std::vector<std::uint64_t> there;
        for (const mark& m : begun_.marks) {
            RC_ASSERT(m.last >= m.through);
            through.push_back(m.through);
            there.push_back(m.last);
        }
        there_.emplace(there);
        for (std::uint32_t p = 0; p < partitions_; ++p) {
            if (!going.read_from[p]) continue;
            const auto& all = topics_[lifecycle][p].log;
            for (auto at = static_cast<std::size_t>(*going.read_from[p]); at < all.size(); ++at)
                there_->found(p, all[at].position, static_cast<std::int64_t>(at));
        }
        progress_.emplace(through, progress_limits{8, 10'000, 20});
    }

    std::uint32_t partitions_;
    std::vector<fact> log_;
    std::map<std::uint32_t, std::uint64_t> seqs_;
    std::map<std::pair<std::uint32_t, int>, std::uint64_t> newest_;
    std::vector<std::vector<topic>> topics_;
    memory row_;
    memory begun_;
    std::optional<already_there> there_;
    std::optional<progress> progress_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(model_topic_test)

namespace {

void live_and_finish(std::mt19937& random) {
    const auto below = [&](std::uint32_t end) {
        return static_cast<std::uint32_t>(random() % end);
    };
    const std::uint32_t partitions = 1 + below(3);
    model m(partitions);
    for (std::uint32_t left = 100 + below(400); left > 0; --left) {
        const std::uint32_t kind = below(100);
        const std::uint32_t p = below(partitions);
        const auto s = below(2) == 0 ? lifecycle : state;
        const std::uint32_t some = 1 + below(5);
        if (kind < 30) {
            m.happen(below(4), static_cast<int>(below(3)));
        } else if (kind < 50) {
            m.send(some);
        } else if (kind < 68) {
            for (std::uint32_t n = 0; n < some; ++n)
                m.store(s, p);
        } else if (kind < 82) {
            for (std::uint32_t n = 0; n < some; ++n)
                m.acknowledge(s, p);
        } else if (kind < 88) {
            m.keep();
        } else if (kind < 92) {
            m.fail();
        } else if (kind < 96) {
            m.crash();
        } else {
            // A broker's disk: whoever had asked it does not get an answer any more.
            m.lose_tail(s, p, below(4) == 0 ? 1'000 : below(8));
            if (below(2) == 0) {
                m.fail();
            } else {
                m.crash();
            }
        }
    }
    m.finish();
    m.check();
}

} // namespace

RC_BOOST_PROP(comes_to_be_what_it_should, ()) {
    // Numbers that do not grow with the size of the case: all kinds of steps from the first one on.
    std::mt19937 random(
        *rc::gen::noShrink(rc::gen::resize(100, rc::gen::arbitrary<std::uint32_t>())));
    for (int lives = 0; lives < 20; ++lives)
        live_and_finish(random);
}

BOOST_AUTO_TEST_SUITE_END()
