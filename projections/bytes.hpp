// Putting rows together and taking values off them, for the files of this room that spell rows.
// More of it is in eventlog/base/wire.hpp; numbers in values are little-endian, in keys big-endian.
#pragma once

#include "eventlog/base/time.hpp"
#include "eventlog/base/uuid.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/ids.hpp"

namespace rollcall::projections {

/// A key that begins with the row's kind and, where it belongs to one, the tenant.
inline std::string begin_key(char kind) {
    return {kind};
}

inline std::string begin_key(char kind, eventlog::tenant_no tenant, std::size_t room = 0) {
    std::string out;
    out.reserve(5 + room);
    out.push_back(kind);
    base::put_be(out, tenant.value);
    return out;
}

inline void put_time(std::string& out, base::moment time) {
    base::put_le(out, static_cast<std::uint64_t>(time.unix_ms));
}

/// A text with its size (u32) before it.
inline void put_text(std::string& out, std::string_view text) {
    base::put_le(out, static_cast<std::uint32_t>(text.size()));
    out.append(text);
}

/// Takes values off the front of a view. From the first value that is not there on, everything
/// reads as zero and whole() is false: check once, at the end.
class byte_reader {
  public:
    explicit byte_reader(std::string_view bytes) : rest_(bytes) {}

    template <class T>
    T little() {
        T value = 0;
        if (!base::get_le(rest_, value)) cut();
        return value;
    }

    template <class T>
    T big() {
        T value = 0;
        if (!base::get_be(rest_, value)) cut();
        return value;
    }

    template <std::size_t N>
    std::array<std::uint8_t, N> array() {
        std::array<std::uint8_t, N> value{};
        if (!base::get_bytes(rest_, value)) cut();
        return value;
    }

    base::uuid uuid() { return base::uuid{array<16>()}; }

    base::moment time() { return {static_cast<std::int64_t>(little<std::uint64_t>())}; }

    std::string_view text() { return raw(little<std::uint32_t>()); }

    /// The next `size` bytes, or none of them.
    std::string_view raw(std::size_t size) {
        if (size > rest_.size()) {
            cut();
            return {};
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    /// True if every value so far was there.
    [[nodiscard]] bool whole() const { return whole_; }

    /// True if besides nothing is left.
    [[nodiscard]] bool done() const { return whole_ && rest_.empty(); }

  private:
    void cut() {
        whole_ = false;
        rest_ = {};
    }

    std::string_view rest_;
    bool whole_ = true;
};

} // namespace rollcall::projections
