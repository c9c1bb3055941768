#include "cli/secret_input.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace rollcall::cli {
namespace {

tl::unexpected<base::failure> refuse(std::string why) {
    return base::fail(std::make_error_code(std::errc::invalid_argument), std::move(why));
}

/// While it lives the terminal shows nothing of what is typed.
class silence {
  public:
    explicit silence(int terminal) : terminal_(terminal) {
        if (tcgetattr(terminal_, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        set_ = tcsetattr(terminal_, TCSAFLUSH, &quiet) == 0;
    }

    silence(const silence&) = delete;
    silence& operator=(const silence&) = delete;

    ~silence() {
        if (set_) tcsetattr(terminal_, TCSAFLUSH, &before_);
    }

    [[nodiscard]] bool holds() const { return set_; }

  private:
    int terminal_;
    termios before_{};
    bool set_ = false;
};

/// Room for a line, wiped when it goes.
struct line_buffer {
    std::array<char, secret_line_bytes_max> bytes{};
    std::size_t size = 0;

    line_buffer() = default;
    line_buffer(const line_buffer&) = delete;
    line_buffer& operator=(const line_buffer&) = delete;

    ~line_buffer() { base::wipe(bytes); }
};

base::result<base::secret_text> read_line(int from) {
    line_buffer line;
    for (;;) {
        char c = 0;
        const ssize_t got = ::read(from, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            return refuse(std::string("the password cannot be read: ") + std::strerror(errno));
        }
        if (got == 0 || c == '\n') break;
        if (line.size == line.bytes.size()) {
            return refuse("the password has more than " + std::to_string(line.size) + " bytes");
        }
        line.bytes[line.size++] = c;
    }
    if (line.size > 0 && line.bytes[line.size - 1] == '\r') --line.size;
    if (line.size == 0) {
        return refuse("there is no password: type it, or pipe it in");
    }
    return base::secret_text({line.bytes.data(), line.size});
}

} // namespace

base::result<base::secret_text> read_secret(int from, std::ostream& to, std::string_view prompt) {
    if (isatty(from) == 0) return read_line(from);
    const silence quiet(from);
    if (!quiet.holds()) {
        return refuse("the terminal would show the password: pipe it in instead");
    }
    to << prompt << std::flush;
    auto typed = read_line(from);
    to << '\n'; // the one that was typed was not shown either
    return typed;
}

} // namespace rollcall::cli
