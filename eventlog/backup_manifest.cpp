#include "eventlog/backup_manifest.hpp"

#include "eventlog/backup_files.hpp"
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"
#include "eventlog/error.hpp"
#include "eventlog/verify.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <sstream>
#include <sys/stat.h>

namespace rollcall::eventlog {
namespace {

constexpr std::string_view mark = "rollcall-backup";
constexpr std::string_view sum_word = "sum ";
constexpr std::string_view signature_word = "signature ";
constexpr std::uint32_t format_without_signature = 1;
constexpr std::size_t name_digits = 12;

std::string hex_of(const digest& hash) {
    return base::hex(hash);
}

/// The words of one line; each get… takes the next one, and says whether it could.
class words {
  public:
    explicit words(std::string_view line) : rest_(line) {}

    bool is(std::string_view word) {
        std::string_view next;
        return get(next) && next == word;
    }

    bool get(std::string_view& word) {
        if (ended_) return false;
        const auto space = rest_.find(' ');
        word = rest_.substr(0, space);
        ended_ = space == std::string_view::npos;
        rest_.remove_prefix(ended_ ? rest_.size() : space + 1);
        return !word.empty();
    }

    template <class T>
    bool get_number(T& number) {
        std::string_view word;
        if (!get(word)) return false;
        const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        return error == std::errc{} && stop == word.data() + word.size();
    }

    bool get_digest(digest& hash) {
        std::string_view word;
        if (!get(word) || word.size() != 2 * hash.size()) return false;
        const auto bytes = base::parse_hex(word);
        if (bytes) std::memcpy(hash.data(), bytes->data(), hash.size());
        return bytes.has_value();
    }

    bool get_position(position& at) {
        std::string_view word;
        if (!get(word)) return false;
        const auto read = position::parse(word);
        if (read) at = *read;
        return read && at.partition == position::embedded;
    }

    [[nodiscard]] bool ended() const { return ended_; }

  private:
    std::string_view rest_;
    bool ended_ = false;
};

/// Takes one line off the front.
std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

bool starts(std::string_view text, std::string_view word) {
    return text.starts_with(word) && text.substr(word.size()).starts_with(' ');
}

bool read_log(std::string_view line, backup_manifest& m) {
    words in(line);
    std::string_view lineage;
    std::string_view check;
    if (!in.is("log") || !in.get(lineage) || !in.get(check) || !in.ended()) return false;
    const auto id = base::uuid::parse(lineage);
    const auto bytes = base::parse_hex(check);
    if (!id || !bytes) return false;
    m.lineage = *id;
    m.check = std::string(base::as_text(*bytes));
    return true;
}

bool read_made(std::string_view line, backup_manifest& m) {
    words in(line);
    std::string_view time;
    if (!in.is("made") || !in.get(time) || !in.ended()) return false;
    const auto made = base::moment::parse(time);
    if (made) m.made = *made;
    return made.has_value();
}

bool read_file_line(std::string_view line, backup_manifest& m) {
    words in(line);
    backup_file f;
    if (!in.is("file") || !in.get_number(f.first) || !in.get_number(f.last) ||
        !in.get_number(f.bytes) || !in.get_digest(f.sha256) || !in.ended()) {
        return false;
    }
    const std::uint64_t before = m.files.empty() ? 0 : m.files.back().last;
    if (f.first != before + 1 || f.last < f.first) return false;
    m.files.push_back(f);
    return true;
}

bool read_part(std::string_view line, backup_manifest& m) {
    words in(line);
    backup_part part;
    if (m.files.empty() || !in.is("part") || !in.get_number(part.last) ||
        !in.get_digest(part.sha256) || !in.ended()) {
        return false;
    }
    backup_file& f = m.files.back();
    const std::uint64_t before = f.parts.empty() ? f.first - 1 : f.parts.back().last;
    if (part.last <= before || part.last >= f.last) return false;
    f.parts.push_back(part);
    return true;
}

bool read_chain(std::string_view line, backup_manifest& m) {
    words in(line);
    tenant_no tenant;
    backup_chain chain;
    if (!in.is("chain") || !in.get_number(tenant.value) || !in.get_number(chain.seq.value) ||
        !in.get_digest(chain.hash) || !in.ended() || chain.seq.value == 0) {
        return false;
    }
    if (!m.chains.empty() && tenant <= m.chains.rbegin()->first) return false;
    m.chains.emplace(tenant, chain);
    return true;
}

bool read_states(std::string_view line, std::string_view& rest, backup_manifest& m) {
    words in(line);
    if (!in.is("states") || !in.get_number(m.states.version) || !in.get_position(m.states.at) ||
        !in.ended() || m.states.at.offset == 0 || m.states.at > m.end) {
        return false;
    }
    while (starts(rest, "state")) {
        words one(take_line(rest));
        tenant_no tenant;
        digest hash{};
        if (!one.is("state") || !one.get_number(tenant.value) || !one.get_digest(hash) ||
            !one.ended()) {
            return false;
        }
        auto& hashes = m.states.hashes;
        if (!hashes.empty() && tenant <= hashes.rbegin()->first) return false;
        hashes.emplace(tenant, hash);
    }
    return true;
}

tl::unexpected<base::failure> damaged(const char* what) {
    return base::fail(log_errc::damaged_backup, what);
}

tl::unexpected<base::failure> newer(const char* what, std::uint32_t found, std::uint32_t known) {
    return base::fail(log_errc::newer_format,
                      std::string("it has ") + what + " format " + std::to_string(found) +
                          ", this program knows " + std::to_string(known) +
                          ": use the newer version that wrote it. Nothing was changed");
}

} // namespace

std::string backup_file::name() const {
    std::string number = std::to_string(first);
    if (number.size() < name_digits) number.insert(0, name_digits - number.size(), '0');
    return number + std::string(events_extension);
}

digest backup_manifest::hash() const {
    std::map<tenant_no, chain_head> heads;
    for (const auto& [tenant, chain] : chains)
        heads[tenant] = {chain.seq, chain.hash, {}};
    return hash_of_heads(heads);
}

std::uint64_t backup_manifest::bytes() const {
    std::uint64_t all = 0;
    for (const backup_file& f : files)
        all += f.bytes;
    return all;
}

std::string backup_manifest::body() const {
    std::ostringstream out;
    out << mark << ' ' << backup_format << "\ndata " << data << "\nlog " << lineage.text() << ' '
        << base::hex(base::as_bytes(check)) << "\nmade " << made.text() << "\nend " << end.text()
        << ' ' << hex_of(hash()) << '\n';
    for (const backup_file& f : files) {
        out << "file " << f.first << ' ' << f.last << ' ' << f.bytes << ' ' << hex_of(f.sha256)
            << '\n';
        for (const backup_part& part : f.parts)
            out << "part " << part.last << ' ' << hex_of(part.sha256) << '\n';
    }
    for (const auto& [tenant, chain] : chains) {
        out << "chain " << tenant.value << ' ' << chain.seq.value << ' ' << hex_of(chain.hash)
            << '\n';
    }
    if (states.at.offset != 0) {
        out << "states " << states.version << ' ' << states.at.text() << '\n';
        for (const auto& [tenant, state] : states.hashes)
            out << "state " << tenant.value << ' ' << hex_of(state) << '\n';
    }
    return out.str();
}

std::string backup_manifest::text() const {
    std::string text = body();
    text += std::string(sum_word) + hex_of(base::sha256({text})) + '\n';
    text += std::string(signature_word) + hex_of(signature) + '\n';
    return text;
}

void backup_manifest::sign(const backup_signer& by) {
    signature = by.sign(signed_file::manifest, base::sha256({body()}));
}

bool backup_manifest::signed_by(const backup_signer& whom) const {
    return whom.signed_by(signed_file::manifest, base::sha256({body()}), signature);
}

base::result<backup_manifest> backup_manifest::parse(std::string_view text) {
    std::string_view rest = text;
    backup_manifest m;
    std::uint32_t format = 0;
    words first(take_line(rest));
    if (!first.is(mark) || !first.get_number(format) || !first.ended()) {
        return damaged("it does not begin with its mark");
    }
    // Before the sum, which a newer program may make otherwise.
    if (format > backup_format) return newer("backup", format, backup_format);
    if (format <= format_without_signature) return unsigned_backup(backup_manifest_name, format);
    words data_line(take_line(rest));
    if (!data_line.is("data") || !data_line.get_number(m.data) || !data_line.ended()) {
        return damaged("its data format is not readable");
    }
    const auto signature_at = text.rfind(signature_word);
    if (signature_at == std::string_view::npos) return damaged("it has no signature");
    std::string_view last = text.substr(signature_at);
    words signature_line(take_line(last));
    if (!signature_line.is("signature") || !signature_line.get_digest(m.signature) ||
        !signature_line.ended() || !last.empty() || !text.ends_with('\n')) {
        return damaged("the line `signature` is not right");
    }
    const std::size_t signed_end = text.size() - signature_at;
    rest.remove_suffix(std::min(rest.size(), signed_end));
    text.remove_suffix(signed_end);
    const auto sum_at = text.rfind(sum_word);
    if (sum_at == std::string_view::npos ||
        text.substr(sum_at) !=
            std::string(sum_word) + hex_of(base::sha256({text.substr(0, sum_at)})) + '\n') {
        return damaged("its checksum does not match");
    }
    if (m.data > data_format) return newer("data", m.data, data_format);
    rest.remove_suffix(text.size() - sum_at);

    if (!read_log(take_line(rest), m)) return damaged("the line `log` is not right");
    if (!read_made(take_line(rest), m)) return damaged("the line `made` is not right");
    words end_line(take_line(rest));
    digest hash{};
    if (!end_line.is("end") || !end_line.get_position(m.end) || !end_line.get_digest(hash) ||
        !end_line.ended()) {
        return damaged("the line `end` is not right");
    }
    while (starts(rest, "file")) {
        if (!read_file_line(take_line(rest), m)) return damaged("a line `file` is not right");
        while (starts(rest, "part")) {
            if (!read_part(take_line(rest), m)) return damaged("a line `part` is not right");
        }
    }
    if ((m.files.empty() ? 0 : m.files.back().last) != m.end.offset) {
        return damaged("its files do not reach its end");
    }
    while (starts(rest, "chain")) {
        if (!read_chain(take_line(rest), m)) return damaged("a line `chain` is not right");
    }
    if (m.hash() != hash) return damaged("its chains are not those of its end");
    if (starts(rest, "states") && !read_states(take_line(rest), rest, m)) {
        return damaged("a line of states is not right");
    }
    if (!rest.empty()) return damaged("it has a line that is not known");
    return m;
}

base::result<std::optional<backup_manifest>>
backup_manifest::read(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / backup_manifest_name;

    struct stat info {};

    if (::lstat(file.c_str(), &info) != 0 && errno == ENOENT) {
        return std::optional<backup_manifest>{};
    }
    auto in = backup_input::open(file);
    if (!in) return tl::unexpected(in.error());
    if (in->size() > manifest_bytes_max) {
        return damaged_backup(file, "it has " + std::to_string(in->size()) +
                                        " bytes, and at most " +
                                        std::to_string(manifest_bytes_max) + " are possible");
    }
    const auto text = in->read(static_cast<std::size_t>(in->size()));
    if (!text) return tl::unexpected(text.error());
    auto m = parse(*text);
    if (m) return std::optional(std::move(*m));
    if (m.error().code == log_errc::damaged_backup) return damaged_backup(file, m.error().message);
    if (m.error().code == log_errc::unsigned_backup) {
        return unsigned_backup(file, format_without_signature);
    }
    return base::fail(m.error().code, file.string() + ": " + m.error().message);
}

base::result<void> check_author(const std::filesystem::path& folder, const backup_manifest& told,
                                const secret_key& master) {
    if (!opens_check(master, told.lineage, told.check)) {
        return base::fail(log_errc::wrong_master_key,
                          "the master key does not open the backup in " + folder.string() +
                              ": give the key of the directory that was backed up");
    }
    if (!told.signed_by(backup_signer(master))) return forged_backup(folder / backup_manifest_name);
    return {};
}

tl::unexpected<base::failure> damaged_backup(const std::filesystem::path& file,
                                             const std::string& what) {
    return base::fail(log_errc::damaged_backup, file.string() + " is damaged: " + what +
                                                    ". Use another copy of this backup, or begin "
                                                    "a new one in another directory");
}

} // namespace rollcall::eventlog
