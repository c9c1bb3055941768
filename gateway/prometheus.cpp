#include "gateway/prometheus.hpp"

#include <array>
#include <charconv>

namespace rollcall::gateway {
namespace {

void append_escaped(std::string& out, std::string_view text, bool quoted) {
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else {
            if (c == '\\' || (quoted && c == '"')) out.push_back('\\');
            out.push_back(c);
        }
    }
}

} // namespace

std::string number_text(double value) {
    std::array<char, 32> text{};
    const auto [end, failed] = std::to_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc() ? std::string(text.data(), end) : "0";
}

void prometheus_text::family(std::string_view name, std::string_view type, std::string_view help) {
    family_ = name;
    out_.append("# HELP ").append(name).append(" ");
    append_escaped(out_, help, false);
    out_.append("\n");
    out_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void prometheus_text::sample(std::uint64_t value, labels with, std::string_view suffix) {
    name_and_labels(with, suffix);
    out_.append(std::to_string(value)).append("\n");
}

void prometheus_text::sample(double value, labels with, std::string_view suffix) {
    name_and_labels(with, suffix);
    out_.append(number_text(value)).append("\n");
}

void prometheus_text::counter(std::string_view name, std::uint64_t value, std::string_view help) {
    family(name, "counter", help);
    sample(value);
}

void prometheus_text::gauge(std::string_view name, std::uint64_t value, std::string_view help) {
    family(name, "gauge", help);
    sample(value);
}

void prometheus_text::histogram(const base::histogram_figures& of, double unit, labels with) {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < of.counts.size(); ++i) {
        below += of.counts[i];
        const bool last = i == of.bounds.size();
        const std::string bound =
            last ? "+Inf" : number_text(static_cast<double>(of.bounds[i]) / unit);
        name_and_labels(with, "_bucket", bound);
        out_.append(std::to_string(below)).append("\n");
    }
    sample(static_cast<double>(of.sum) / unit, with, "_sum");
    sample(below, with, "_count");
}

void prometheus_text::name_and_labels(labels with, std::string_view suffix, std::string_view le) {
    out_.append(family_).append(suffix);
    char before = '{';
    const auto label = [&](std::string_view name, std::string_view value) {
        out_.push_back(before);
        out_.append(name).append("=\"");
        append_escaped(out_, value, true);
        out_.push_back('"');
        before = ',';
    };
    for (const auto& [name, value] : with)
        label(name, value);
    if (!le.empty()) label("le", le);
    if (before == ',') out_.push_back('}');
    out_.push_back(' ');
}

} // namespace rollcall::gateway
