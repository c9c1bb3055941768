// mapping show | set | clear | preview.
#include "cli/input_file.hpp"
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"
#include "eventlog/base/json_writer.hpp"

namespace rollcall::cli {
namespace {

std::string path_of(const std::string& tenant) {
    return "/tenants/" + escaped(tenant) + "/mapping";
}

std::string source_of(const json_item& rule) {
    for (const char* kind : {"from", "template", "constant"}) {
        if (rule.has(kind)) return std::string(kind) + " " + rule.text(kind);
    }
    return {};
}

/// What can be edited and set again stays as it is: JSON.
int show_answer(const context& c, const base::result<std::string>& answer) {
    if (!answer) return fail(c, answer.error());
    c.to.out << *answer << '\n';
    return exit_done;
}

int tell_change(const context& c, const base::result<std::string>& answer) {
    if (!answer || c.asked.json) return show_answer(c, answer);
    const json_view now(*answer);
    const std::size_t rules = now->items("rules").size();
    if (rules == 0) {
        c.to.out << "There is no mapping: what comes from now on is taken as it is sent.\n";
    } else {
        c.to.out << "Version " << now->text("version") << " with " << rules
                 << (rules == 1 ? " rule" : " rules") << " turns what comes from now on.\n";
    }
    return exit_done;
}

void print_preview(const context& c, const json_item& seen) {
    table rules({"target", "made of", "value"});
    for (const json_item& rule : seen.items("rules")) {
        rules.add({rule.text("target"), source_of(rule),
                   rule.has("value") ? rule.text("value") : "(none)"});
    }
    rules.print(c.to);
    if (seen.has("stored")) c.to.out << "\nstored: " << seen.json("stored") << '\n';
    if (seen.has("display")) c.to.out << "shown as: " << printable(seen.text("display")) << '\n';
    if (!seen.has("refused")) return;
    const json_item why = seen.object("refused");
    c.to.out << "refused: " << why.text("status") << " " << printable(why.text("detail")) << '\n';
}

} // namespace

int run(const context& c, const mapping_show& wish) {
    return show_answer(c, operator_client(c).ask("GET", path_of(wish.tenant)));
}

int run(const context& c, const mapping_set& wish) {
    const auto file = read_input_file(wish.file);
    if (!file) return fail(c, file.error());
    return tell_change(c, operator_client(c).ask("PUT", path_of(wish.tenant), *file));
}

int run(const context& c, const mapping_clear& wish) {
    std::string target = path_of(wish.tenant);
    if (wish.version) target += "?version=" + std::to_string(*wish.version);
    return tell_change(c, operator_client(c).ask("DELETE", target));
}

/// Exit 1 if the user would be refused, so that a script can try a list of samples.
int run(const context& c, const mapping_preview& wish) {
    const auto sample = read_input_file(wish.sample);
    if (!sample) return fail(c, sample.error());
    if (!json_view(*sample).valid()) {
        return fail(
            c, {std::make_error_code(std::errc::invalid_argument), wish.sample + " is not JSON"});
    }
    std::string body = "{\"sample\":" + *sample;
    if (wish.rules) {
        const auto file = read_input_file(*wish.rules);
        if (!file) return fail(c, file.error());
        const json_view mapping(*file);
        if (!mapping.valid() || !mapping->has("rules")) {
            return fail(c, {std::make_error_code(std::errc::invalid_argument),
                            *wish.rules + " is no mapping: {\"rules\": [...]}"});
        }
        body += ",\"rules\":" + mapping->json("rules");
    }
    body += '}';
    const auto answer = operator_client(c).ask("POST", path_of(wish.tenant) + "/preview", body);
    if (!answer) return fail(c, answer.error());
    const json_view seen(*answer);
    if (c.asked.json) {
        c.to.out << *answer << '\n';
    } else {
        print_preview(c, seen.root());
    }
    return seen->has("refused") ? exit_failed : exit_done;
}

} // namespace rollcall::cli
