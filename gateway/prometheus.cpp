#include "gateway/prometheus.hpp"

#include <array>
#include <charconv>

namespace rollcall::gateway {

std::string number_text(double value) {
    std::array<char, 32> text{};
    const auto [end, failed] = std::to_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc() ? std::string(text.data(), end) : "0";
}

void prometheus_text::family(std::string_view name, std::string_view type, std::string_view help) {
    family_ = name;
    out_.append("# HELP ").append(name).append(" ").append(help).append("\n");
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

void prometheus_text::name_and_labels(labels with, std::string_view suffix) {
    out_.append(family_).append(suffix);
    char before = '{';
    for (const auto& [name, value] : with) {
        out_.push_back(before);
        out_.append(name).append("=\"").append(value).append("\"");
        before = ',';
    }
    if (before == ',') out_.push_back('}');
    out_.push_back(' ');
}

} // namespace rollcall::gateway
