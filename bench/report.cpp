#include "bench/report.hpp"

#include "eventlog/base/json_writer.hpp"

#include <cmath>
#include <cstdio>

namespace rollcall::bench {
namespace {

std::string fixed(double value, int decimals) {
    std::array<char, 64> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string right(std::string text, std::size_t width) {
    if (text.size() < width) text.insert(0, width - text.size(), ' ');
    return text;
}

std::string left(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

constexpr std::size_t workload_width = 21;
constexpr std::size_t variant_width = 36;
constexpr std::size_t figure_width = 11;

std::string latency(double us) {
    if (us == 0) return "-";
    return us < 10 ? fixed(us, 1) : grouped(static_cast<std::uint64_t>(std::llround(us)));
}

std::string line(const std::string& workload, const std::string& variant, const figures& f,
                 const std::string& ratio, const std::string& memory) {
    return left(workload, workload_width) + left(variant, variant_width) +
           right(grouped(static_cast<std::uint64_t>(std::llround(f.per_second))), figure_width) +
           right(fixed(f.cpu_us, 2), figure_width) + right(latency(f.p50_us), figure_width) +
           right(latency(f.p99_us), figure_width) + right(ratio, figure_width) +
           right(memory, figure_width) + '\n';
}

std::string mebibytes(std::uint64_t bytes) {
    return bytes == 0 ? std::string() : grouped(bytes >> 20) + " MiB";
}

void write_figures(base::json_writer& json, const figures& f) {
    json.begin_object()
        .member("per_second", f.per_second)
        .member("cpu_us", f.cpu_us)
        .member("p50_us", f.p50_us)
        .member("p99_us", f.p99_us)
        .end_object();
}

} // namespace

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string table_head() {
    return left("workload", workload_width) + left("", variant_width) +
           right("per second", figure_width) + right("CPU us/op", figure_width) +
           right("p50 us", figure_width) + right("p99 us", figure_width) +
           right("ratio", figure_width) + right("peak RSS", figure_width) + '\n';
}

std::string table_lines(const report_row& row) {
    return line(row.workload, row.variant, row.what.product, fixed(row.what.ratio * 100, 0) + " %",
                mebibytes(row.peak_resident_bytes)) +
           line("", "  " + row.reference, row.what.reference, "", "");
}

std::string to_json(const report_row& row) {
    std::string text;
    base::json_writer json(text);
    json.begin_object()
        .member("workload", row.workload)
        .member("variant", row.variant)
        .member("reference", row.reference)
        .member("ratio", row.what.ratio)
        .member("peak_resident_bytes", row.peak_resident_bytes);
    json.key("product");
    write_figures(json, row.what.product);
    json.key("against");
    write_figures(json, row.what.reference);
    json.end_object();
    return text;
}

} // namespace rollcall::bench
