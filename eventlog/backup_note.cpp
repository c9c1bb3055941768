#include "eventlog/backup_note.hpp"

#include "eventlog/data_directory.hpp"

#include <algorithm>
#include <fstream>

namespace rollcall::eventlog {
namespace {

constexpr std::string_view note_name = "rollcall.backups";

/// Paths and reasons may hold anything; a line is a line.
std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return text;
}

/// Takes the first word off the front.
std::string take_word(std::string& line) {
    const auto space = line.find(' ');
    std::string word = line.substr(0, space);
    line.erase(0, space == std::string::npos ? space : space + 1);
    return word;
}

std::optional<backup_note::success> read_success(std::string rest) {
    const auto when = base::moment::parse(take_word(rest));
    const auto upto = position::parse(take_word(rest));
    if (!when || !upto) return std::nullopt;
    return backup_note::success{*when, *upto, rest};
}

std::string line_of(std::string_view name, const backup_note::success& s) {
    return std::string(name) + " " + s.when.text() + " " + s.upto.text() + " " + one_line(s.where) +
           "\n";
}

} // namespace

backup_note read_backup_note(const std::filesystem::path& data) {
    backup_note note;
    std::ifstream in(data / note_name);
    for (std::string line; std::getline(in, line);) {
        const std::string name = take_word(line);
        if (name == "log") note.log = read_success(line);
        if (name == "keys") note.keys = read_success(line);
        if (name != "failed") continue;
        if (const auto when = base::moment::parse(take_word(line))) {
            note.failed = backup_note::failure{*when, line};
        }
    }
    return note;
}

base::result<void> write_backup_note(const std::filesystem::path& data, const backup_note& note) {
    std::string text;
    if (note.log) text += line_of("log", *note.log);
    if (note.keys) text += line_of("keys", *note.keys);
    if (note.failed) {
        text += "failed " + note.failed->when.text() + " " + one_line(note.failed->reason) + "\n";
    }
    return replace_file(data / note_name, text, 0600);
}

} // namespace rollcall::eventlog
