#include "tests/integration/clerk.hpp"

#include <iterator>

namespace rollcall::integration {

namespace {

constexpr const char* status_member = "/urn:rollcall:params:scim:schemas:1.0:User/status";

std::string active_body(bool active) {
    return std::string(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
                       R"("Operations":[{"op":"replace","value":{"active":)") +
           (active ? "true" : "false") + "}}]}";
}

} // namespace

ledger::turn clerk::note(const reply& r, unsigned expected) {
    if (r.status == expected) {
        ++acknowledged_;
        return ledger::turn::done;
    }
    if (r.unknown()) return ledger::turn::unknown;
    asked_.reset();
    if (r.status == 429 || r.status == 507) return ledger::turn::not_done;
    complaint_ = "status " + std::to_string(r.code()) + ": " + r.body;
    return ledger::turn::wrong;
}

ledger::turn clerk::create(desk& at) {
    const std::string user_name = name_ + "-" + std::to_string(++count_) + "@example.com";
    asked_ = {user_name, "pending_role"};
    const reply r = at.idp.create(user_body(user_name, user_name));
    const auto turn = note(r, 201);
    if (turn != ledger::turn::done) return turn;
    status_[r.json().text("/id")] = asked_->second;
    asked_.reset();
    return turn;
}

ledger::turn clerk::go_on(desk& at) {
    const auto dice = random_() % 8;
    if (status_.size() < 4 || dice == 0) return create(at);
    auto one = status_.begin();
    std::advance(one, static_cast<std::ptrdiff_t>(random_() % status_.size()));
    const std::string user = "/admin/v1/tenants/acme/users/" + one->first;
    const std::string& status = one->second;
    reply r;
    // What waits is decided either way, and who is decided about comes back to wait again.
    if (status == "pending_role" || status == "suspended") {
        asked_ = {one->first, "pending_approval"};
        r = at.giver.send("POST", user + "/role", R"({"role":"approver"})");
    } else if (status == "pending_approval") {
        const bool grants = dice < 6;
        asked_ = {one->first, grants ? "active" : "suspended"};
        r = at.approver.send("POST", user + (grants ? "/approve" : "/reject"),
                             grants ? R"({"role":"approver"})" : "{}");
    } else {
        const bool comes_back = status == "deactivated";
        asked_ = {one->first, comes_back ? "pending_approval" : "deactivated"};
        r = at.idp.patch(one->first, active_body(comes_back));
    }
    const auto turn = note(r, 200);
    if (turn != ledger::turn::done) return turn;
    one->second = asked_->second;
    asked_.reset();
    return turn;
}

std::vector<std::string> clerk::settle(desk& at) {
    std::vector<std::string> wrong;
    if (!complaint_.empty()) wrong.push_back("unexpected answer: " + complaint_);
    if (asked_ && !status_.contains(asked_->first)) {
        const json found = at.idp.find(asked_->first).json();
        if (found.number("/totalResults") != 0) {
            status_[found.text("/Resources/0/id")] = asked_->second;
        }
        asked_.reset();
    }
    for (auto& [id, status] : status_) {
        const reply r = at.idp.get(id);
        const std::string now = r.status == 200 ? r.json().text(status_member) : "not there";
        if (now == status) continue;
        if (asked_ && asked_->first == id && now == asked_->second) {
            status = now;
            continue;
        }
        std::string& line = wrong.emplace_back("acknowledged as ");
        line.append(status).append(", found ").append(now).append(": ").append(id);
    }
    asked_.reset();
    return wrong;
}

void clerk::count(std::map<std::string, std::uint64_t>& by_status) const {
    for (const auto& [id, status] : status_)
        ++by_status[status];
}

} // namespace rollcall::integration
