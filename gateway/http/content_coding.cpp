#include "gateway/http/content_coding.hpp"

#include "gateway/http/text.hpp"

#include <optional>

namespace rollcall::http {
namespace {

/// In thousandths; RFC 9110 section 12.4.2 allows no more digits.
using weight = unsigned;
constexpr weight full = 1000;

/// Reads `0`, `0.125`, `1.000`.
std::optional<weight> read_weight(std::string_view text) {
    constexpr std::size_t longest = 5;
    if (text.empty() || text.size() > longest || (text[0] != '0' && text[0] != '1')) return {};
    weight sum = text[0] == '1' ? full : 0;
    if (text.size() > 1 && text[1] != '.') return {};
    weight unit = full / 10;
    for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
        if (!is_digit(text[i])) return {};
        sum += unit * static_cast<weight>(text[i] - '0');
    }
    if (sum > full) return {};
    return sum;
}

struct weights {
    std::optional<weight> gzip, identity, any;

    void note(std::string_view element) {
        const std::size_t semicolon = element.find(';');
        const std::string_view coding = trim(element.substr(0, semicolon));
        std::optional<weight> q = full;
        if (semicolon != element.npos) {
            const std::string_view parameter = trim(element.substr(semicolon + 1));
            const bool named = parameter.size() > 2 && lower(parameter[0]) == 'q';
            q = named && parameter[1] == '=' ? read_weight(parameter.substr(2)) : std::nullopt;
        }
        if (!q) return;
        if (equal_without_case(coding, "gzip") || equal_without_case(coding, "x-gzip")) gzip = q;
        if (equal_without_case(coding, "identity")) identity = q;
        if (coding == "*") any = q;
    }
};

} // namespace

coding_wish wished_coding(const request& asked) {
    weights said;
    asked.each_header("accept-encoding", [&said](std::string_view list) {
        while (!list.empty()) {
            const std::size_t comma = list.find(',');
            said.note(list.substr(0, comma));
            list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
        }
    });
    const weight packed = said.gzip.value_or(said.any.value_or(0));
    if (packed == 0) return coding_wish::plain;
    // Not named, the body as it is may be sent, but is what somebody wants who names nothing else.
    const weight plain = said.identity.value_or(said.any.value_or(1));
    if (plain == 0) return coding_wish::only_gzip;
    return plain > packed ? coding_wish::plain : coding_wish::gzip;
}

} // namespace rollcall::http
