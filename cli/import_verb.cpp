// user import: sends a CSV file, shows how far the server is, and tells what became of the rows.
#include "cli/input_file.hpp"
#include "cli/job_wait.hpp"
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/refused_report.hpp"
#include "cli/verbs.hpp"
#include "gateway/admin/people_import.hpp"
#include "gateway/http/descriptor.hpp"

#include <cerrno>
#include <fcntl.h>
#include <map>
#include <sys/stat.h>
#include <unistd.h>

namespace rollcall::cli {
namespace {

/// Refused rows that are told on the terminal; a report has the others too.
constexpr std::size_t refused_shown = 20;

std::string why_not(int error) {
    return std::generic_category().message(error);
}

/// Opened before anything is done. It will hold personal data: nobody else may read it.
base::result<http::descriptor> open_report(const user_import& wish) {
    std::error_code ignored;
    if (std::filesystem::equivalent(*wish.report, wish.file, ignored)) {
        return base::fail(std::make_error_code(std::errc::invalid_argument),
                          "the report would overwrite the file that is imported: name another");
    }
    http::descriptor file(
        ::open(wish.report->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    // A file that was there keeps its mode otherwise.
    if (file && ::fchmod(file.get(), 0600) == 0) return file;
    return base::fail(std::error_code(errno, std::generic_category()),
                      wish.report->string() + " cannot be written: " + why_not(errno));
}

base::result<void> write_report(const http::descriptor& file, const user_import& wish,
                                std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(file.get(), text.data(), text.size());
        if (n < 0) {
            return base::fail(std::error_code(errno, std::generic_category()),
                              wish.report->string() + " cannot be written: " + why_not(errno));
        }
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

std::string place_of(const json_item& row) {
    std::string place = "line " + row.text("line");
    if (row.number("column") > 0) place += ", column " + row.text("column");
    if (const std::string field = row.text("field"); !field.empty()) place += " (" + field + ")";
    return place;
}

std::string people(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " person" : " people");
}

void tell(const context& c, const user_import& wish, const json_item& result) {
    const bool dry = result.flag("dry_run");
    c.to.out << (dry ? "Nothing was written. " : "") << people(result.number("created"))
             << (dry ? " would be made, " : " made, ") << result.text("unchanged")
             << " there already, " << result.text("refused") << " refused.\n";
    const json_item seats = result.object("seats");
    if (seats.has("free")) {
        c.to.out << "Seats: " << seats.text("needed") << " needed, " << seats.text("free")
                 << (dry ? " free.\n" : " free now.\n");
    } else if (dry) {
        c.to.out << "Seats: " << seats.text("needed") << " needed, without limit.\n";
    }
    for (const json_item& heading : result.items("ignored_columns"))
        c.to.out << "Column not imported: " << printable(heading.as_text()) << "\n";
    if (const std::uint64_t others = result.number("differing"); others > 0) {
        c.to.out << people(others)
                 << " there already but not as the file says; they stay as they are:\n";
    }
    for (const json_item& row : result.items("differing_rows")) {
        std::string names;
        for (const json_item& name : row.items("attributes"))
            names += (names.empty() ? "" : ", ") + name.as_text();
        c.to.out << "  line " << row.text("line") << ": " << row.text("id") << " differs in "
                 << names << "\n";
    }
    c.to.out.flush(); // so that what was refused stands below, also in a file
    const auto refused = result.items("refused_rows");
    for (std::size_t i = 0; i < std::min(refused.size(), refused_shown); ++i) {
        c.to.err << "rollcall: " << place_of(refused[i]) << ": "
                 << printable(refused[i].text("reason")) << '\n';
    }
    const std::uint64_t all = result.number("refused");
    if (all > refused_shown) {
        c.to.err << "rollcall: and " << all - refused_shown << " more"
                 << (wish.report ? "" : "; --report FILE writes them to a file") << '\n';
    }
    if (const std::uint64_t left = result.number("refused_not_listed"); wish.report && left > 0) {
        c.to.err << "rollcall: the report lacks the last " << left
                 << " refused rows: mend these first, then import the whole file again\n";
    }
}

} // namespace

int run(const context& c, const user_import& wish) {
    const auto file = read_input_file(wish.file);
    if (!file) return fail(c, file.error());
    if (file->size() > admin::import_limits{}.bytes_max) {
        return fail(c, wish.file.string() + " has " + std::to_string(file->size()) +
                           " bytes; at most " + std::to_string(admin::import_limits{}.bytes_max) +
                           " are imported at once: split it, with the heading in each part");
    }
    http::descriptor report;
    if (wish.report) {
        auto opened = open_report(wish);
        if (!opened) return fail(c, opened.error());
        report = std::move(*opened);
    }
    operator_client server(c);
    const std::string at = "/tenants/" + escaped(wish.tenant) + "/imports";
    std::string target = at + "?dry_run=" + (wish.dry_run ? "true" : "false");
    if (wish.ignore_unknown_columns) target += "&unknown_columns=ignore";
    const auto started = server.ask_whole("POST", target, *file, "text/csv");
    if (!started) return fail(c, started.error());
    const std::string job = json_view(started->body)->text("job");
    const auto outcome = wait_for_job_at(c, server, at + "/" + escaped(job), "rows");
    if (!outcome) return fail(c, outcome.error());
    const json_view result(*outcome);
    if (wish.report) {
        std::map<std::uint64_t, std::string> reasons;
        for (const json_item& row : result->items("refused_rows")) {
            reasons.emplace(row.number("line"), place_of(row) + ": " + row.text("reason"));
        }
        const auto written = write_report(report, wish, refused_report(*file, reasons));
        if (!written) return fail(c, written.error());
    }
    if (c.asked.json) {
        c.to.out << *outcome << '\n';
    } else {
        tell(c, wish, result.root());
    }
    if (result->number("refused") == 0) return exit_done;
    return fail(c, result->text("refused") + " of " + result->text("rows") +
                       " rows were refused; the others " +
                       (wish.dry_run ? "would be imported" : "are imported"));
}

} // namespace rollcall::cli
