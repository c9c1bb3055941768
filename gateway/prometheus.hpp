// Prometheus text, version 0.0.4: families with HELP and TYPE once, then their samples.
#pragma once

#include "eventlog/base/histogram.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace rollcall::gateway {

inline constexpr std::string_view prometheus_media_type = "text/plain; version=0.0.4";

class prometheus_text {
  public:
    using labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    explicit prometheus_text(std::string& out) : out_(out) {}

    /// Begins a family; `type` is counter, gauge or histogram. Its samples follow. `help` is one
    /// sentence, which docs/METRICS.md repeats.
    void family(std::string_view name, std::string_view type, std::string_view help);

    /// A sample of the present family; `suffix` is e.g. `_bucket`.
    void sample(std::uint64_t value, labels with = {}, std::string_view suffix = {});
    void sample(double value, labels with = {}, std::string_view suffix = {});

    /// The samples of one histogram of the present family: buckets, sum and count. `unit` is what
    /// the family counts in, as multiples of what was observed: 1e6 for seconds from microseconds.
    void histogram(const base::histogram_figures& of, double unit, labels with = {});

    /// A family with one sample and no labels.
    void counter(std::string_view name, std::uint64_t value, std::string_view help);
    void gauge(std::string_view name, std::uint64_t value, std::string_view help);

  private:
    void name_and_labels(labels with, std::string_view suffix, std::string_view le = {});

    std::string& out_;
    std::string_view family_;
};

/// The shortest text that reads back as the same number.
std::string number_text(double value);

} // namespace rollcall::gateway
