// A hash table for the fold: many small things in little memory, none of them ever looked at in
// order. Open addressing with a power of two of slots, at most half of them taken; a slot is 4
// bytes, and an entry that goes leaves its place to the next one that comes.
//
// Item has `key() const`, whose result compares with ==, and `static std::uint64_t hash(key)`.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace rollcall::projections {

template <class Item>
class fold_table {
  public:
    using key_type = decltype(std::declval<const Item&>().key());

    [[nodiscard]] std::size_t size() const { return living_; }

    /// Until the next change.
    [[nodiscard]] Item* find(const key_type& key) {
        const std::size_t slot = slot_of(key);
        return slots_[slot] == 0 ? nullptr : &items_[slots_[slot] - 1];
    }

    [[nodiscard]] const Item* find(const key_type& key) const {
        return const_cast<fold_table*>(this)->find(key);
    }

    /// @pre its key is not in the table
    void insert(Item item) {
        if ((living_ + 1) * 2 > slots_.size()) grow();
        const std::size_t slot = slot_of(item.key());
        if (free_.empty()) {
            items_.push_back(std::move(item));
            slots_[slot] = static_cast<std::uint32_t>(items_.size());
        } else {
            items_[free_.back()] = std::move(item);
            slots_[slot] = free_.back() + 1;
            free_.pop_back();
        }
        ++living_;
    }

    /// @pre the key is in the table
    void erase(const key_type& key) {
        std::size_t hole = slot_of(key);
        free_.push_back(slots_[hole] - 1);
        --living_;
        // Who was displaced by it moves up, so that a search never meets a hole.
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t next = (hole + 1) & mask; slots_[next] != 0; next = (next + 1) & mask) {
            const std::size_t home = Item::hash(items_[slots_[next] - 1].key()) & mask;
            if (((next - home) & mask) < ((next - hole) & mask)) continue;
            slots_[hole] = slots_[next];
            hole = next;
        }
        slots_[hole] = 0;
    }

    /// In no order.
    template <class Visit>
    void each(Visit&& visit) const {
        for (const std::uint32_t slot : slots_) {
            if (slot != 0) visit(items_[slot - 1]);
        }
    }

    /// Lets go of all items but those of which `wanted` is true.
    template <class Wanted>
    void keep_only(Wanted&& wanted) {
        std::vector<Item> kept;
        each([&](const Item& item) {
            if (wanted(item)) kept.push_back(item);
        });
        clear();
        for (Item& item : kept) {
            insert(std::move(item));
        }
    }

    void clear() {
        slots_.assign(slots_.size(), 0);
        items_.clear();
        free_.clear();
        living_ = 0;
    }

  private:
    /// The slot of this key, or the free one where it would go.
    [[nodiscard]] std::size_t slot_of(const key_type& key) const {
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t slot = Item::hash(key) & mask;; slot = (slot + 1) & mask) {
            if (slots_[slot] == 0 || items_[slots_[slot] - 1].key() == key) return slot;
        }
    }

    void grow() {
        const std::vector<std::uint32_t> old =
            std::exchange(slots_, std::vector<std::uint32_t>(slots_.size() * 2));
        for (const std::uint32_t slot : old) {
            if (slot != 0) slots_[slot_of(items_[slot - 1].key())] = slot;
        }
    }

    std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(1024); ///< 1 + a place, or 0
    std::vector<Item> items_;
    std::vector<std::uint32_t> free_; ///< places of what is gone
    std::size_t living_ = 0;
};

} // namespace rollcall::projections
