// A queue in which tenants take turns: each has a line of his own, and the next item is that of the
// tenant who has waited longest for a turn, however many items the others have. Pure; not
// thread-safe. Knows no limits: whoever puts items in asks first how many there are.
#pragma once

#include "eventlog/ids.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rollcall::gateway {

template <class T>
class fair_queue {
  public:
    void push(eventlog::tenant_no who, T item) {
        std::deque<T>& line = lines_[who];
        if (line.empty()) turns_.push_back(who);
        line.push_back(std::move(item));
        ++size_;
    }

    /// The tenant whose turn is next, among those of whom `may` is true.
    template <class Predicate>
    [[nodiscard]] std::optional<eventlog::tenant_no> next(const Predicate& may) const {
        for (const eventlog::tenant_no who : turns_) {
            if (may(who)) return who;
        }
        return std::nullopt;
    }

    /// Takes his oldest item; his next turn comes after everybody else's.
    /// @pre he has one
    T pop(eventlog::tenant_no who) {
        const auto line = lines_.find(who);
        T item = std::move(line->second.front());
        line->second.pop_front();
        --size_;
        std::erase(turns_, who);
        if (line->second.empty()) {
            lines_.erase(line);
        } else {
            turns_.push_back(who);
        }
        return item;
    }

    /// Takes out every item of which `leaves` is true; turns do not change.
    template <class Predicate>
    std::vector<T> take_if(const Predicate& leaves) {
        std::vector<T> taken;
        for (auto line = lines_.begin(); line != lines_.end();) {
            std::deque<T> stay;
            for (T& item : line->second) {
                if (leaves(item)) {
                    taken.push_back(std::move(item));
                } else {
                    stay.push_back(std::move(item));
                }
            }
            line->second.swap(stay);
            if (line->second.empty()) {
                std::erase(turns_, line->first);
                line = lines_.erase(line);
            } else {
                ++line;
            }
        }
        size_ -= taken.size();
        return taken;
    }

    [[nodiscard]] std::size_t size() const { return size_; }

    [[nodiscard]] std::size_t waiting(eventlog::tenant_no who) const {
        const auto line = lines_.find(who);
        return line == lines_.end() ? 0 : line->second.size();
    }

  private:
    std::unordered_map<eventlog::tenant_no, std::deque<T>> lines_; // none is empty
    std::deque<eventlog::tenant_no> turns_;                        // each tenant with a line, once
    std::size_t size_ = 0;
};

} // namespace rollcall::gateway
