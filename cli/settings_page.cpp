// The part of docs/CONFIGURATION.md that is made from the table of settings.
#include "cli/settings.hpp"

namespace rollcall::cli {

std::string settings_page() {
    const serve_settings fresh;
    std::string page = "| option | default | meaning |\n|---|---|---|\n"
                       "| `config` | | a TOML file with any of the others |\n";
    for (const setting& s : all_settings()) {
        const std::string standard = s.standard(fresh);
        page.append("| `").append(s.name).append("` |");
        const bool words = standard.find(' ') != standard.npos;
        if (!standard.empty()) page.append(words ? " " : " `").append(standard);
        if (!standard.empty() && !words) page += "`";
        page.append(" | ").append(s.about);
        if (!s.more.empty()) page.append("; ").append(s.more);
        page += " |\n";
    }
    return page;
}

} // namespace rollcall::cli
