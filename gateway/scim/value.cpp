#include "gateway/scim/value.hpp"

#include "eventlog/base/json_writer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <functional>

namespace rollcall::scim {
namespace {

template <class T>
void append_number(std::string& out, T number) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    out.append(text.data(), end);
}

// Rows of one table lie in one array, so their addresses are their order.
bool before(const member& a, const attribute* what) {
    return std::less<const attribute*>{}(a.what, what);
}

} // namespace

bool operator==(const value& a, const value& b) {
    return a.data == b.data;
}

const value* find(const object& in, const attribute& what) {
    for (const member& one : in) {
        if (one.what == &what) return &one.is;
    }
    return nullptr;
}

value* find(object& in, const attribute& what) {
    for (member& one : in) {
        if (one.what == &what) return &one.is;
    }
    return nullptr;
}

value& put(object& in, const attribute& what, value is) {
    if (in.empty() || before(in.back(), &what)) return in.emplace_back(&what, std::move(is)).is;
    const auto at = std::lower_bound(in.begin(), in.end(), &what, before);
    if (at != in.end() && at->what == &what) {
        at->is = std::move(is);
        return at->is;
    }
    return in.insert(at, {&what, std::move(is)})->is;
}

bool erase(object& in, const attribute& what) {
    return std::erase_if(in, [&what](const member& one) { return one.what == &what; }) != 0;
}

void append_json(std::string& out, const object& what) {
    char separator = '{';
    for (const member& one : what) {
        out += separator;
        separator = ',';
        // Names hold letters, digits, `$`, `:`, `.` and the like: nothing to escape.
        out += '"';
        out += one.what->name;
        out += "\":";
        append_json(out, one.is);
    }
    if (what.empty()) out += '{';
    out += '}';
}

void append_json(std::string& out, const value& what) {
    struct writer {
        std::string& out;

        void operator()(const std::string& text) const { base::append_json_string(out, text); }

        void operator()(bool flag) const { out += flag ? "true" : "false"; }

        void operator()(std::int64_t number) const { append_number(out, number); }

        void operator()(double number) const { append_number(out, number); }

        void operator()(const object& members) const { append_json(out, members); }

        void operator()(const array& elements) const {
            out += '[';
            for (const value& one : elements) {
                if (&one != &elements.front()) out += ',';
                append_json(out, one);
            }
            out += ']';
        }
    };

    std::visit(writer{out}, what.data);
}

} // namespace rollcall::scim
