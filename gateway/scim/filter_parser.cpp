#include "gateway/scim/filter.hpp"
#include "gateway/scim/filter_lexer.hpp"
#include "gateway/scim/limits.hpp"
#include "gateway/scim/operand.hpp"
#include "gateway/scim/text.hpp"

#include <array>
#include <optional>

namespace rollcall::scim {
namespace {

constexpr std::string_view operand_words =
    "a value: a string in double quotes, a number, true, false or null";

constexpr std::array<comparator, 9> operators = {comparator::eq, comparator::ne, comparator::co,
                                                 comparator::sw, comparator::ew, comparator::gt,
                                                 comparator::ge, comparator::lt, comparator::le};

/// What can be asked of an attribute that is kept apart, outside brackets.
std::string words_for_apart(const attribute_path& target) {
    const std::string name(target.attr->name);
    return name + " eq \"id\" or " + name + " pr; with and, or and not (...) around them";
}

/// The same inside brackets.
constexpr std::string_view choice_words =
    "value eq \"id\", or several of these joined with or; nothing else is asked of one member";

void splice(std::vector<filter>& terms, filter one, bool into_conjunction) {
    if (into_conjunction) {
        if (auto* inner = std::get_if<conjunction>(&one.node)) {
            for (filter& term : inner->terms)
                terms.push_back(std::move(term));
            return;
        }
    } else if (auto* inner = std::get_if<disjunction>(&one.node)) {
        for (filter& term : inner->terms)
            terms.push_back(std::move(term));
        return;
    }
    terms.push_back(std::move(one));
}

class parser {
  public:
    /// `element` is set when the text stands inside brackets.
    parser(const resource_type* type, const attribute_path* element, std::string_view text)
        : type_(type), element_(element), text_(text), lexer_(text) {}

    result<filter> parse() {
        if (text_.size() > limits::filter_bytes_max) {
            return refuse(scim_type::invalid_filter, "The filter is longer than " +
                                                         std::to_string(limits::filter_bytes_max) +
                                                         " bytes");
        }
        if (!is_utf8(text_)) return refuse(scim_type::invalid_filter, "The filter is not UTF-8");
        if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
        auto whole = disjunction_at(0);
        if (whole && token_.what != filter_token::kind::end) {
            return expected("and, or, or the end");
        }
        if (whole && element_ != nullptr && element_->is_apart() && !listed_values(*whole)) {
            return lexer_.expected(choice_words, 0);
        }
        return whole;
    }

  private:
    result<void> advance() {
        auto next = lexer_.next();
        if (!next) return tl::unexpected<error>(std::move(next.error()));
        token_ = std::move(*next);
        return {};
    }

    tl::unexpected<error> expected(std::string_view what) const {
        return lexer_.expected(what, token_.at);
    }

    bool at_word(std::string_view word) const {
        return token_.what == filter_token::kind::word && equal_ignoring_case(token_.text, word);
    }

    result<filter> disjunction_at(std::size_t depth) {
        std::vector<filter> terms;
        do {
            if (!terms.empty()) {
                if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
            }
            auto term = conjunction_at(depth);
            if (!term) return term;
            splice(terms, std::move(*term), false);
        } while (at_word("or"));
        if (terms.size() == 1) return std::move(terms.front());
        return filter{disjunction{std::move(terms)}};
    }

    result<filter> conjunction_at(std::size_t depth) {
        std::vector<filter> terms;
        do {
            if (!terms.empty()) {
                if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
            }
            auto term = factor_at(depth);
            if (!term) return term;
            splice(terms, std::move(*term), true);
        } while (at_word("and"));
        if (terms.size() == 1) return std::move(terms.front());
        return filter{conjunction{std::move(terms)}};
    }

    result<filter> factor_at(std::size_t depth) {
        if (token_.is_sign('(')) return group_at(depth);
        if (!at_word("not")) return comparison_at(depth);
        if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
        if (!token_.is_sign('(')) return expected("( after not");
        auto inner = group_at(depth);
        if (!inner) return inner;
        return filter{negation{std::move(*inner)}};
    }

    result<filter> group_at(std::size_t depth) {
        if (depth == limits::filter_depth_max) {
            return expected("no more than " + std::to_string(limits::filter_depth_max) +
                            " nested groups");
        }
        if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
        auto inner = disjunction_at(depth + 1);
        if (!inner) return inner;
        if (!token_.is_sign(')')) return expected("and, or, or )");
        if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
        return inner;
    }

    std::optional<attribute_path> resolve_name(std::string_view name) const {
        if (element_ == nullptr) {
            if (auto path = resolve(*type_, name)) return path;
            // What some clients call the addresses; no schema has it.
            if (equal_ignoring_case(name, "email")) return resolve(*type_, "emails.value");
            return std::nullopt;
        }
        attribute_path path = *element_;
        if (path.attr->type != value_type::complex) {
            if (equal_ignoring_case(name, "value")) return path;
            return std::nullopt;
        }
        path.sub = find_attribute(path.attr->sub_attributes, name);
        if (path.sub == nullptr) return std::nullopt;
        return path;
    }

    result<filter> comparison_at(std::size_t depth) {
        if (token_.what != filter_token::kind::word) return expected("an attribute name");
        const auto target = resolve_name(token_.text);
        if (!target) {
            const std::string known = element_ == nullptr
                                          ? "an attribute of " + std::string(type_->name())
                                          : "a sub-attribute of " + element_->text();
            return expected(known + " (there is no '" + token_.text + "')");
        }
        if (target->leaf().returned == returned::never) {
            return expected("an attribute that can be filtered by, which " + target->text() +
                            " cannot");
        }
        if (element_ == nullptr && target->is_apart() && target->sub != nullptr &&
            target->sub->name != "value") {
            return expected(words_for_apart(*target));
        }
        if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
        if (token_.is_sign('[')) return element_at(*target, depth);
        return rest_of_comparison(*target);
    }

    result<filter> element_at(const attribute_path& target, std::size_t depth) {
        if (element_ != nullptr) return expected("an operator; brackets cannot be nested");
        if (target.attr == nullptr || target.sub != nullptr || !target.attr->multi_valued) {
            return expected("an operator; " + target.text() + " has only one value");
        }
        if (depth == limits::filter_depth_max) {
            return expected("no more than " + std::to_string(limits::filter_depth_max) +
                            " nested groups");
        }
        if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
        const std::size_t inside = token_.at;
        element_ = &target;
        auto inner = disjunction_at(depth + 1);
        element_ = nullptr;
        if (!inner) return inner;
        if (!token_.is_sign(']')) return expected("and, or, or ]");
        if (target.is_apart() && !listed_values(*inner)) {
            return lexer_.expected(choice_words, inside);
        }
        const std::size_t behind = token_.at + 1;
        if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
        const bool attached = token_.what == filter_token::kind::word && token_.at == behind;
        if (!attached) return filter{element_match{target, std::move(*inner)}};
        if (target.is_apart()) {
            return expected("nothing behind ], since " + target.text() +
                            " have no parts to be asked for");
        }
        return attached_comparison(target, std::move(*inner));
    }

    /// `.sub operator operand` behind brackets: one more condition on the same element.
    result<filter> attached_comparison(const attribute_path& target, filter inner) {
        if (token_.text.front() != '.') return expected("a space or .sub-attribute behind ]");
        attribute_path part = target;
        part.sub =
            find_attribute(target.attr->sub_attributes, std::string_view(token_.text).substr(1));
        if (part.sub == nullptr) return expected("a sub-attribute of " + target.text());
        if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
        auto last = rest_of_comparison(part);
        if (!last) return last;
        std::vector<filter> terms;
        splice(terms, std::move(inner), true);
        splice(terms, std::move(*last), true);
        return filter{element_match{target, filter{conjunction{std::move(terms)}}}};
    }

    result<filter> rest_of_comparison(attribute_path target) {
        if (++terms_ > limits::filter_terms_max) {
            return expected("no more than " + std::to_string(limits::filter_terms_max) +
                            " comparisons");
        }
        if (at_word("pr")) {
            if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
            return filter{comparison{.target = target, .op = comparator::pr}};
        }
        std::optional<comparator> op;
        for (const comparator one : operators) {
            if (at_word(word(one))) op = one;
        }
        if (!op) {
            std::string what = "one of eq, ne, co, sw, ew, gt, ge, lt, le, pr";
            if (token_.what == filter_token::kind::word) {
                what += " (the operator '" + token_.text + "' is not supported)";
            }
            return expected(what);
        }
        if (target.leaf().type == value_type::complex && target.attr != nullptr) {
            target.sub = find_attribute(target.leaf().sub_attributes, "value");
        }
        if (element_ == nullptr && target.is_apart() && *op != comparator::eq) {
            return expected(words_for_apart(target));
        }
        const attribute& leaf = target.leaf();
        if (leaf.type == value_type::complex) {
            return expected("pr, or a sub-attribute of " + target.text());
        }
        if (!supports(leaf, *op)) {
            return expected("another operator, since " + target.text() + " is of type " +
                            std::string(word(leaf.type)));
        }
        if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
        return operand_of({.target = target, .op = *op});
    }

    result<filter> operand_of(comparison what) {
        const bool quoted = token_.what == filter_token::kind::string;
        if (!quoted && token_.what != filter_token::kind::word) return expected(operand_words);
        auto read =
            quoted ? std::optional<literal>(token_.text) : read_literal(token_.text, what.op);
        if (!read) return expected(operand_words);
        what.operand = std::move(*read);
        if (const auto wrong = prepare_operand(what)) return expected(*wrong);
        if (what.target.is_apart() && std::holds_alternative<std::monostate>(what.operand)) {
            return expected("the id of a user; null is nobody's");
        }
        if (auto moved = advance(); !moved) return tl::unexpected<error>(moved.error());
        return filter{std::move(what)};
    }

    const resource_type* type_;
    const attribute_path* element_;
    std::string_view text_;
    filter_lexer lexer_;
    filter_token token_;
    std::size_t terms_ = 0;
};

} // namespace

result<filter> parse_filter(const resource_type& type, std::string_view text) {
    return parser(&type, nullptr, text).parse();
}

result<filter> parse_element_filter(const attribute_path& of, std::string_view text) {
    return parser(nullptr, &of, text).parse();
}

} // namespace rollcall::scim
