#include "bench/options.hpp"

#include "bench/workload.hpp"

#include <charconv>

namespace rollcall::bench {
namespace {

tl::unexpected<base::failure> wrong(std::string message) {
    return base::fail(std::make_error_code(std::errc::invalid_argument), std::move(message));
}

std::optional<unsigned> small_number(std::string_view text) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || number == 0 || number > 1000) return std::nullopt;
    return number;
}

void shrink(run_plan& plan) {
    plan.smoke = true;
    plan.round_time = std::chrono::milliseconds(100);
    plan.rounds = 1;
}

} // namespace

base::result<options> read_options(std::span<const std::string_view> arguments) {
    options o;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string name(arguments[i]);
        if (name == "--full") {
            o.plan.full = true;
        } else if (name == "--smoke") {
            shrink(o.plan);
        } else if (name == "--list") {
            o.list = true;
        } else if (name == "--help") {
            o.help = true;
        } else if (name == "--seconds" || name == "--rounds" || name == "--json") {
            if (i + 1 == arguments.size()) return wrong(name + " needs a value");
            const std::string_view value = arguments[++i];
            const auto number = small_number(value);
            if (name == "--json") {
                o.json = value;
            } else if (!number) {
                return wrong(name + " needs a whole number from 1 to 1000");
            } else if (name == "--seconds") {
                o.plan.round_time = std::chrono::seconds(*number);
            } else {
                o.plan.rounds = *number;
            }
        } else if (name.starts_with('-')) {
            return wrong("there is no option " + name);
        } else if (find_workload(name) == nullptr) {
            return wrong("there is no workload " + name + "; --list shows them");
        } else {
            o.names.push_back(name);
        }
    }
    return o;
}

std::string_view usage() {
    return "usage: rollcall_bench [WORKLOAD...] [--seconds N] [--rounds N] [--full] [--json FILE]\n"
           "\n"
           "  --seconds N   length of a round (2)\n"
           "  --rounds N    rounds of each side, in turns; the median counts (5)\n"
           "  --full        the sizes of the goals: rebuild of 1 million users, 10 million events\n"
           "  --json FILE   keeps the figures\n"
           "  --list        shows the workloads and why they are measured\n"
           "  --smoke       runs everything with tiny sizes: only proves that it works\n"
           "\n"
           "example: rollcall_bench get_user create --rounds 9 --json figures.json\n";
}

} // namespace rollcall::bench
