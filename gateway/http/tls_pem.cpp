#include "gateway/http/tls_pem.hpp"

#include "gateway/http/descriptor.hpp"
#include "gateway/http/tls_identity.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace rollcall::http {
namespace {

struct bio_deleter {
    void operator()(BIO* one) const { BIO_free(one); }
};

using bio_ptr = std::unique_ptr<BIO, bio_deleter>;

/// What a file holds, wiped when it goes: it may be a key.
struct secret_text {
    secret_text() = default;
    secret_text(secret_text&&) = default;
    secret_text& operator=(secret_text&&) = delete;

    ~secret_text() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

    [[nodiscard]] bool holds(std::string_view what) const {
        return std::string_view(bytes.data(), bytes.size()).find(what) != std::string_view::npos;
    }

    [[nodiscard]] bio_ptr reader() const {
        return bio_ptr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
    }

    std::vector<char> bytes;
    mode_t mode = 0;
};

tl::unexpected<base::failure> refuse(tls_errc code, std::string_view what,
                                     const std::filesystem::path& file, std::string_view why) {
    std::string message = "the ";
    message.append(what).append(" ").append(file.string()).append(" ").append(why);
    return base::fail(code, std::move(message));
}

base::result<secret_text> read_file(const std::filesystem::path& file, std::string_view what) {
    // Without waiting: the name may be a pipe's.
    const descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!in && errno == ENOENT) {
        return refuse(tls_errc::unreadable, what, file, "is not there: check the name");
    }
    if (!in) {
        const std::string why = std::generic_category().message(errno);
        return refuse(tls_errc::unreadable, what, file,
                      "cannot be read (" + why +
                          "): let the user who runs this program read it, and enter its directory");
    }

    struct stat info {};

    if (::fstat(in.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        return refuse(tls_errc::unreadable, what, file, "is not a file: name the PEM file itself");
    }
    if (info.st_size == 0) return refuse(tls_errc::unreadable, what, file, "is empty");
    if (info.st_size > static_cast<off_t>(tls_identity::pem_bytes_max)) {
        return refuse(tls_errc::unreadable, what, file,
                      "is larger than 1 MiB: name the PEM file itself");
    }
    secret_text text;
    text.mode = info.st_mode;
    text.bytes.resize(static_cast<std::size_t>(info.st_size));
    std::size_t have = 0;
    while (have < text.bytes.size()) {
        const ssize_t n = ::read(in.get(), text.bytes.data() + have, text.bytes.size() - have);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            return refuse(tls_errc::unreadable, what, file,
                          "cannot be read to its end: check the disk, or whether it is being "
                          "written just now");
        }
        have += static_cast<std::size_t>(n);
    }
    return text;
}

/// Whether OpenSSL's last complaint was that no further block was found.
bool reached_end() {
    const unsigned long last = ERR_peek_last_error();
    return ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
}

/// Instead of asking at the terminal. Only notes that it was asked.
int no_password(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

} // namespace

std::optional<base::moment> moment_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return base::moment{timegm(&parts) * 1000};
}

std::string openssl_reason() {
    const unsigned long last = ERR_peek_last_error();
    const char* const words = last != 0 ? ERR_reason_error_string(last) : nullptr;
    ERR_clear_error();
    return words != nullptr ? words : "no reason given";
}

base::result<std::vector<certificate_ptr>> read_certificates(const std::filesystem::path& file) {
    constexpr std::string_view what = "certificate";
    const auto text = read_file(file, what);
    if (!text) return tl::unexpected(text.error());
    const bio_ptr in = text->reader();
    std::vector<certificate_ptr> all;
    bool asked = false;
    ERR_clear_error();
    for (;;) {
        certificate_ptr one(PEM_read_bio_X509(in.get(), nullptr, no_password, &asked));
        if (!one) break;
        all.push_back(std::move(one));
    }
    const bool whole = reached_end();
    const std::string why = openssl_reason();
    if (!whole) {
        return refuse(tls_errc::not_pem, what, file,
                      "is damaged at certificate " + std::to_string(all.size() + 1) + " (" + why +
                          "): get it again from who issued it");
    }
    if (!all.empty()) return all;
    if (text->holds("PRIVATE KEY-----")) {
        return refuse(tls_errc::not_pem, what, file,
                      "holds a key and no certificate: --tls-cert and --tls-key may have been "
                      "exchanged");
    }
    return refuse(tls_errc::not_pem, what, file,
                  "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----): convert it with "
                  "'openssl x509 -inform DER -in FILE -out FILE.pem'");
}

base::result<key_ptr> read_private_key(const std::filesystem::path& file) {
    constexpr std::string_view what = "key";
    const auto text = read_file(file, what);
    if (!text) return tl::unexpected(text.error());
    if ((text->mode & (S_IRWXO | S_IWGRP)) != 0) {
        return refuse(tls_errc::exposed_key, what, file,
                      "can be read by others: chmod 600 " + file.string());
    }
    const bio_ptr in = text->reader();
    bool asked = false;
    ERR_clear_error();
    key_ptr key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, &asked));
    const std::string why = openssl_reason();
    if (key) return key;
    if (asked) {
        return refuse(tls_errc::encrypted_key, what, file,
                      "is encrypted, and nobody is there to type its password: write it without "
                      "one with 'openssl pkey -in FILE -out NEWFILE' and keep that file to its "
                      "owner");
    }
    if (text->holds("PRIVATE KEY-----")) {
        return refuse(tls_errc::not_pem, what, file,
                      "is damaged (" + why + "): put it back from where you keep it");
    }
    if (text->holds("-----BEGIN CERTIFICATE-----")) {
        return refuse(tls_errc::not_pem, what, file,
                      "holds a certificate and no key: --tls-cert and --tls-key may have been "
                      "exchanged");
    }
    return refuse(tls_errc::not_pem, what, file,
                  "holds no private key in PEM form (-----BEGIN PRIVATE KEY-----): convert it with "
                  "'openssl pkey -inform DER -in FILE -out FILE.pem'");
}

} // namespace rollcall::http
