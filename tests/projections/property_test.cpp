// A plain map is the judge: random commands against the real thing on disk and against a model of
// twenty lines, closed and opened again in the middle; then everything that can be asked is
// compared, and a rebuild must find the same rows, byte for byte.
#include "projections/rebuild.hpp"
#include "tests/projections/server.hpp"

#include <rapidcheck/boost_test.h>

#include <algorithm>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(property_test)

namespace {

enum class step_kind : std::uint8_t {
    create,
    rename,
    deactivate,
    reactivate,
    remove,
    erase,
    reopen
};

struct step {
    step_kind kind{};
    std::uint8_t who = 0;         ///< picks one of the users ever made
    std::uint8_t name = 0;        ///< picks a name
    std::uint8_t external_id = 0; ///< 0: none
};

void showValue(const step& s, std::ostream& out) {
    constexpr const char* names[] = {"create", "rename", "deactivate", "reactivate",
                                     "remove", "erase",  "reopen"};
    out << names[static_cast<int>(s.kind)] << " who=" << int{s.who} << " name=" << int{s.name}
        << " ext=" << int{s.external_id};
}

rc::Gen<step> any_step() {
    return rc::gen::build<step>(
        rc::gen::set(&step::kind, rc::gen::weightedElement<step_kind>({{32, step_kind::create},
                                                                       {16, step_kind::rename},
                                                                       {16, step_kind::deactivate},
                                                                       {16, step_kind::reactivate},
                                                                       {8, step_kind::remove},
                                                                       {4, step_kind::erase},
                                                                       {1, step_kind::reopen}})),
        rc::gen::set(&step::who, rc::gen::inRange<std::uint8_t>(0, 12)),
        rc::gen::set(&step::name, rc::gen::inRange<std::uint8_t>(0, 6)),
        rc::gen::set(&step::external_id, rc::gen::inRange<std::uint8_t>(0, 3)));
}

/// What the rules say, without rows, hashes or a log.
class model {
  public:
    struct person {
        subject_id id;
        std::string name;
        std::optional<std::string> external_id;
        bool active = true;
        bool living = true;
        bool erased = false;
    };

    explicit model(std::size_t seats) : seats_(seats) {}

    std::vector<person> people; ///< in order of creation

    std::string create(const subject_id& id, const std::string& name,
                       const std::optional<std::string>& external_id) {
        if (person* holder = named(name)) {
            if (holder->active) return "name_taken";
            if (holder->external_id && external_id && holder->external_id != external_id) {
                return "other_person";
            }
            if (used() >= seats_) return "seat_limit";
            holder->active = true;
            holder->external_id = external_id;
            return "accepted";
        }
        if (used() >= seats_) return "seat_limit";
        people.push_back({id, name, external_id});
        return "accepted";
    }

    std::string rename(person& p, const std::string& name) {
        if (!p.living) return "not_found";
        const person* holder = named(name);
        if (holder != nullptr && holder != &p) return "name_taken";
        p.name = name;
        return "accepted";
    }

    std::string set_active(person& p, bool active) {
        if (!p.living) return "not_found";
        if (active && !p.active && used() >= seats_) return "seat_limit";
        p.active = active;
        return "accepted";
    }

    static std::string remove(person& p) {
        if (!p.living) return "not_found";
        p.living = false;
        return "accepted";
    }

    static std::string erase(person& p) {
        if (p.erased) return "not_found";
        p.living = false;
        p.erased = true;
        return "accepted";
    }

    [[nodiscard]] std::size_t used() const {
        return static_cast<std::size_t>(std::count_if(
            people.begin(), people.end(), [](const person& p) { return p.living && p.active; }));
    }

    person* named(const std::string& name) {
        const auto found = std::find_if(people.begin(), people.end(), [&](const person& p) {
            return p.living && p.name == name;
        });
        return found == people.end() ? nullptr : &*found;
    }

  private:
    std::size_t seats_;
};

std::string code_of(const answer& a) {
    return a ? "accepted" : std::string(refusal_name(a.error().code));
}

/// Renames, and nothing else.
evaluate_user rename_to(const std::string& name) {
    return [name](const user_state& current) {
        user_wish wish;
        wish.content = current.content;
        if (wish.content.user_name_key != name) wish.changed = {"userName"};
        wish.content.user_name = name;
        wish.content.user_name_key = name;
        wish.active = current.core.active;
        return wish;
    };
}

void take_step(server& s, model& judge, tenant_no tenant, const step& next) {
    if (next.kind == step_kind::reopen) {
        s.reopen();
        return;
    }
    const std::string name = "name" + std::to_string(next.name);
    if (next.kind == step_kind::create) {
        std::optional<std::string> external_id;
        if (next.external_id != 0) external_id = "e" + std::to_string(next.external_id);
        const subject_id id = base::uuid::make_v7(base::now().unix_ms);
        const auto told =
            s.ask(by_provider(tenant, create_user{id, wish_for(name, true, external_id)}));
        RC_ASSERT(code_of(told) == judge.create(id, name, external_id));
        return;
    }
    if (judge.people.empty()) return;
    model::person& who = judge.people[next.who % judge.people.size()];
    switch (next.kind) {
    case step_kind::rename:
        RC_ASSERT(code_of(s.ask(
                      by_provider(tenant, change_user{who.id, {}, rename_to(name), {}, false}))) ==
                  judge.rename(who, name));
        break;
    case step_kind::deactivate:
        RC_ASSERT(code_of(s.ask(
                      by_provider(tenant, change_user{who.id, {}, set_active(false), {}, true}))) ==
                  judge.set_active(who, false));
        break;
    case step_kind::reactivate:
        RC_ASSERT(code_of(s.ask(
                      by_provider(tenant, change_user{who.id, {}, set_active(true), {}, false}))) ==
                  judge.set_active(who, true));
        break;
    case step_kind::remove:
        RC_ASSERT(code_of(s.ask(by_provider(tenant, delete_user{who.id, {}}))) ==
                  model::remove(who));
        break;
    case step_kind::erase:
        RC_ASSERT(code_of(s.ask(by_operator(tenant, erase_user{who.id}))) == model::erase(who));
        break;
    case step_kind::create:
    case step_kind::reopen: break;
    }
}

void compare(const directory& views, model& judge, tenant_no tenant) {
    std::vector<model::person> living;
    std::copy_if(judge.people.begin(), judge.people.end(), std::back_inserter(living),
                 [](const model::person& p) { return p.living; });
    RC_ASSERT(views.counters(tenant).users == living.size());
    RC_ASSERT(views.counters(tenant).seats_used == judge.used());
    std::size_t place = 0;
    views.list(tenant, 0, [&](const user_view& user) {
        RC_ASSERT(place < living.size());
        RC_ASSERT(user.id == living[place].id);
        RC_ASSERT(user.user_name == living[place].name);
        RC_ASSERT(user.core.active == living[place].active);
        ++place;
        return true;
    });
    RC_ASSERT(place == living.size());
    for (int i = 0; i < 6; ++i) {
        const std::string name = "name" + std::to_string(i);
        const auto found = views.find(tenant, directory::lookup::user_name, name, 2);
        const model::person* holder = judge.named(name);
        RC_ASSERT(found.size() == (holder != nullptr ? 1u : 0u));
        if (holder != nullptr) RC_ASSERT(found[0] == holder->id);
    }
    for (int i = 1; i < 3; ++i) {
        const std::string external_id = "e" + std::to_string(i);
        std::vector<subject_id> expected;
        for (const model::person& p : living) {
            if (p.external_id == external_id) expected.push_back(p.id);
        }
        RC_ASSERT(views.find(tenant, directory::lookup::external_id, external_id, 99) == expected);
    }
}

} // namespace

RC_BOOST_PROP(state_is_the_fold_of_events, ()) {
    // One server for all runs, a tenant for each: the log that is rebuilt grows.
    static server s;
    static int run = 0;
    const tenant_no tenant = s.make_tenant("t" + std::to_string(run++), 4);
    model judge(4);
    for (const step& next : *rc::gen::container<std::vector<step>>(any_step())) {
        take_step(s, judge, tenant, next);
    }
    compare(s.views(), judge, tenant);
    if (run % 10 != 0) return;

    s.reopen();
    compare(s.views(), judge, tenant);
    const auto hashes = check_state_hashes(s.log(), &s.queue(), {});
    RC_ASSERT(hashes.has_value());
    RC_ASSERT(hashes->differ.empty());
    rebuild_options options;
    options.entries_max = *rc::gen::inRange<std::size_t>(2, 200);
    options.verify_only = *rc::gen::arbitrary<bool>();
    const auto rebuilt = rebuild(s.log(), s.keys(), &s.queue(), &s.views(), options);
    RC_ASSERT(rebuilt.has_value());
    RC_ASSERT(rebuilt->differences == 0u);
    RC_ASSERT(rebuilt->rows > 0u);
    RC_ASSERT(rebuilt->flipped == !options.verify_only);
    compare(s.views(), judge, tenant);
}

BOOST_AUTO_TEST_SUITE_END()
