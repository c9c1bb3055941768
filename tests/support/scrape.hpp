// Prometheus text as a value, read more strictly than Prometheus itself does: what a linter would
// say of names, units and types is a fault here as well.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::support {

struct scrape {
    struct sample {
        std::string name; ///< with its suffix, e.g. `_bucket`
        std::map<std::string, std::string> labels;
        double value = 0;
    };

    struct family {
        std::string type;
        std::string help;
        std::vector<sample> samples;
    };

    std::map<std::string, family> families;
    std::vector<std::string> faults; ///< each with its line or name; empty if all is well

    explicit scrape(std::string_view text);
    scrape() = default;

    /// Takes over what `other` has more: another moment of the same program.
    void add(const scrape& other);

    /// The family that a sample of this name belongs to, `x` for `x_bucket`; null if none does.
    [[nodiscard]] const family* find(std::string_view sample_name) const;
    /// The value of the sample with this name and at least these labels; a failed look-up is -1.
    [[nodiscard]] double value(std::string_view name,
                               const std::map<std::string, std::string>& labels = {}) const;
    /// Label names of a family with every value that was seen; without `le`.
    [[nodiscard]] static std::map<std::string, std::vector<std::string>> labels_of(const family& f);
};

} // namespace rollcall::support
