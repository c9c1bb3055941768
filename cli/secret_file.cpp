#include "cli/secret_file.hpp"

#include "gateway/http/descriptor.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace rollcall::cli {
namespace {

tl::unexpected<base::failure> refused(std::string message) {
    return base::fail(std::make_error_code(std::errc::invalid_argument), std::move(message));
}

} // namespace

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view around = " \t\r\n";
    const auto first = text.find_first_not_of(around);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(around) - first + 1);
}

base::result<base::secret_text> read_secret_file(const std::filesystem::path& file,
                                                 std::string_view what) {
    const http::descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));

    struct stat facts {};

    if (!in || ::fstat(in.get(), &facts) != 0) {
        return refused(file.string() + " cannot be read (" +
                       std::generic_category().message(errno) + ")");
    }
    if (!S_ISREG(facts.st_mode)) return refused(file.string() + " is no file");
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return refused(file.string() + " can be read by others, and " + std::string(what) +
                       " is for one alone: chmod 600 " + file.string());
    }
    std::array<char, secret_file_bytes_max + 1> text{};
    const ssize_t size = ::read(in.get(), text.data(), text.size());
    if (size < 0) return refused(file.string() + " cannot be read");
    if (static_cast<std::size_t>(size) > secret_file_bytes_max) {
        base::wipe(text);
        return refused(file.string() + " is too large for " + std::string(what));
    }
    base::secret_text found(without_blanks({text.data(), static_cast<std::size_t>(size)}));
    base::wipe(text);
    return found;
}

} // namespace rollcall::cli
