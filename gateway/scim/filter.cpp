#include "gateway/scim/filter.hpp"

#include "eventlog/base/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rollcall::scim {
namespace {

struct literal_printer {
    std::string& out;

    void operator()(std::monostate) const { out += "null"; }

    void operator()(bool flag) const { out += flag ? "true" : "false"; }

    void operator()(const std::string& text) const { base::append_json_string(out, text); }

    template <class T>
    void operator()(T number) const {
        std::array<char, 32> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
        out.append(text.data(), end);
    }
};

class printer {
  public:
    explicit printer(std::string& out) : out_(out) {}

    void print(const filter& what) { std::visit(*this, what.node); }

    void operator()(const comparison& what) {
        out_ += name_of(what.target);
        out_ += ' ';
        out_ += word(what.op);
        if (what.op == comparator::pr) return;
        out_ += ' ';
        std::visit(literal_printer{out_}, what.operand);
    }

    void operator()(const element_match& what) {
        out_ += what.target.text();
        out_ += '[';
        in_element_ = true;
        print(*what.within);
        in_element_ = false;
        out_ += ']';
    }

    void operator()(const negation& what) {
        out_ += "not (";
        print(*what.of);
        out_ += ')';
    }

    void operator()(const conjunction& what) { join(what.terms, " and "); }

    void operator()(const disjunction& what) { join(what.terms, " or "); }

  private:
    /// Only an `or` below an `and` needs parentheses: trees hold no group of its own kind.
    void join(const std::vector<filter>& terms, std::string_view with) {
        for (const filter& term : terms) {
            if (&term != &terms.front()) out_ += with;
            const bool group = std::holds_alternative<disjunction>(term.node);
            if (group) out_ += '(';
            print(term);
            if (group) out_ += ')';
        }
    }

    [[nodiscard]] std::string name_of(const attribute_path& target) const {
        if (!in_element_) return target.text();
        return target.sub == nullptr ? "value" : std::string(target.sub->name);
    }

    std::string& out_;
    bool in_element_ = false;
};

} // namespace

std::string_view word(comparator op) {
    switch (op) {
    case comparator::eq: return "eq";
    case comparator::ne: return "ne";
    case comparator::co: return "co";
    case comparator::sw: return "sw";
    case comparator::ew: return "ew";
    case comparator::gt: return "gt";
    case comparator::ge: return "ge";
    case comparator::lt: return "lt";
    case comparator::le: return "le";
    case comparator::pr: return "pr";
    }
    return "";
}

nested_filter::nested_filter(filter inner) : inner_(std::make_unique<filter>(std::move(inner))) {}

nested_filter::nested_filter(const nested_filter& other)
    : inner_(std::make_unique<filter>(*other.inner_)) {}

nested_filter::nested_filter(nested_filter&& other) noexcept = default;

nested_filter& nested_filter::operator=(nested_filter other) noexcept {
    inner_ = std::move(other.inner_);
    return *this;
}

nested_filter::~nested_filter() = default;

bool operator==(const nested_filter& a, const nested_filter& b) {
    return *a == *b;
}

bool operator==(const conjunction& a, const conjunction& b) {
    return a.terms == b.terms;
}

bool operator==(const disjunction& a, const disjunction& b) {
    return a.terms == b.terms;
}

std::optional<std::vector<std::string_view>> listed_values(const filter& what) {
    std::vector<std::string_view> out;
    const auto collect = [&out](const filter& one, const auto& self) -> bool {
        if (const auto* any = std::get_if<disjunction>(&one.node)) {
            return std::all_of(any->terms.begin(), any->terms.end(),
                               [&](const filter& term) { return self(term, self); });
        }
        const auto* by = std::get_if<comparison>(&one.node);
        if (by == nullptr || by->op != comparator::eq || by->target.leaf().name != "value" ||
            !std::holds_alternative<std::string>(by->operand)) {
            return false;
        }
        out.emplace_back(by->key);
        return true;
    };
    if (!collect(what, collect)) return std::nullopt;
    return out;
}

std::string print(const filter& what) {
    std::string out;
    printer(out).print(what);
    return out;
}

} // namespace rollcall::scim
