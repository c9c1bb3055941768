#include "tests/integration/ledger.hpp"

#include <algorithm>
#include <iterator>

namespace rollcall::integration {

seen_user read_user(const json& resource, std::string_view at) {
    const std::string root(at);
    seen_user user;
    user.user_name = resource.text(root + "/userName");
    user.token = resource.text(root + "/title");
    if (resource.text(root + "/nickName") != user.token)
        user.token += " and " + resource.text(root + "/nickName");
    user.active = resource.flag(root + "/active");
    user.version = resource.text(root + "/meta/version");
    return user;
}

namespace {

std::string describe(const seen_user& user) {
    return user.user_name + " token " + user.token + (user.active ? " active " : " inactive ") +
           user.version;
}

/// Equal but for the version, which only the answer told.
bool same_content(seen_user a, const seen_user& b) {
    a.version = b.version;
    return a == b;
}

} // namespace

ledger::ledger(std::string name, std::uint64_t seed) : name_(std::move(name)), random_(seed) {}

std::string ledger::new_token() {
    return name_ + "-" + std::to_string(++count_);
}

std::string ledger::any_id() {
    auto it = living_.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(random_() % living_.size()));
    return it->first;
}

ledger::turn ledger::change_something(provider& server) {
    const auto dice = random_() % 100;
    if (living_.size() < 4 || dice < 25) return create(server);
    if (dice < 65) return patch(server, std::nullopt);
    if (dice < 80) return patch(server, false);
    if (dice < 90) return patch(server, true);
    return remove(server);
}

ledger::turn ledger::note(const reply& r, unsigned expected) {
    if (r.status == expected) {
        ++acknowledged_;
        return turn::done;
    }
    if (r.unknown()) return turn::unknown;
    open_.reset();
    if (r.status == 429 || r.status == 507) return turn::not_done; // both say: nothing was done
    complaint_ = "status " + std::to_string(r.code()) + ": " + r.body;
    return turn::wrong;
}

ledger::turn ledger::create(provider& server) {
    const std::string token = new_token();
    const seen_user wanted{token + "@example.com", token, true, {}};
    open_ = request{request::kind::create, {}, wanted};
    const reply r = server.create(user_body(wanted.user_name, token));
    const turn t = note(r, 201);
    if (t != turn::done) return t;
    const json answer = r.json();
    touched_.push_back(answer.text("/id"));
    living_[touched_.back()] = read_user(answer);
    open_.reset();
    return t;
}

ledger::turn ledger::patch(provider& server, std::optional<bool> active) {
    const std::string id = any_id();
    seen_user wanted = living_.at(id);
    wanted.token = new_token();
    wanted.active = active.value_or(wanted.active);
    open_ = request{request::kind::patch, id, wanted};
    const reply r = server.patch(id, patch_body(wanted.token, active));
    const turn t = note(r, 200);
    if (t != turn::done) return t;
    touched_.push_back(id);
    living_[id] = read_user(r.json());
    open_.reset();
    return t;
}

ledger::turn ledger::remove(provider& server) {
    const std::string id = any_id();
    open_ = request{request::kind::remove, id, living_.at(id)};
    const turn t = note(server.remove(id), 204);
    if (t != turn::done) return t;
    touched_.push_back(id);
    gone_.push_back(id);
    living_.erase(id);
    open_.reset();
    return t;
}

void ledger::settle_open_request(provider& server, std::vector<std::string>& wrong) {
    if (!open_) return;
    const request asked = *open_;
    open_.reset();
    if (asked.what == request::kind::create) {
        const reply r = server.find(asked.after.user_name);
        const json found = r.json();
        if (found.number("/totalResults") == 0) return;
        const seen_user now = read_user(found, "/Resources/0");
        if (found.number("/totalResults") != 1 || !same_content(now, asked.after))
            wrong.push_back("half a create: " + describe(now) + ", asked " + describe(asked.after));
        living_[found.text("/Resources/0/id")] = now;
        return;
    }
    const reply r = server.get(asked.id);
    if (r.status == 404) {
        if (asked.what != request::kind::remove) wrong.push_back("lost: " + asked.id);
        gone_.push_back(asked.id);
        living_.erase(asked.id);
        return;
    }
    const seen_user now = read_user(r.json());
    const seen_user& before = living_.at(asked.id);
    const bool undone = now == before;
    const bool done = asked.what == request::kind::patch && same_content(now, asked.after);
    if (!undone && !done)
        wrong.push_back("half a change: " + describe(now) + ", before " + describe(before) +
                        ", asked " + describe(asked.after));
    living_[asked.id] = now;
}

void ledger::compare(provider& server, const std::string& id,
                     std::vector<std::string>& wrong) const {
    const reply r = server.get(id);
    const auto expected = living_.find(id);
    if (expected == living_.end()) {
        if (r.status != 404) wrong.push_back("deleted, and back again: " + id);
        return;
    }
    if (r.status != 200) {
        wrong.push_back("acknowledged, and not there: " + describe(expected->second));
        return;
    }
    if (const seen_user now = read_user(r.json()); now != expected->second)
        wrong.push_back("acknowledged " + describe(expected->second) + ", found " + describe(now));
}

std::vector<std::string> ledger::settle(provider& server, std::size_t others) {
    std::vector<std::string> wrong;
    settle_open_request(server, wrong);
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    for (const std::string& id : touched_)
        compare(server, id, wrong);
    touched_.clear();
    for (std::size_t i = 0; i < others && !living_.empty(); ++i)
        compare(server, any_id(), wrong);
    for (std::size_t i = 0; i < std::min(others / 4, gone_.size()); ++i)
        compare(server, gone_[random_() % gone_.size()], wrong);
    return wrong;
}

} // namespace rollcall::integration
