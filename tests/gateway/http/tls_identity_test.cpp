// Pairs of files that a server may have, and those that it must not have, each with what is said.
#include "gateway/http/tls_identity.hpp"
#include "tests/gateway/http/tls_support.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <sys/stat.h>
#include <unistd.h>

namespace rollcall::http {
namespace {

using namespace testing;
using std::string;

constexpr std::int64_t day_s = 24 * 3600;

/// A good pair, in a directory where it can be spoiled.
struct prepared {
    prepared() : files(home.write_pair(good)) {}

    void certificate(std::string_view bytes) { home.write("cert.pem", bytes, 0644); }

    void key(std::string_view bytes, unsigned mode = 0600) { home.write("key.pem", bytes, mode); }

    /// Certificate and key of another.
    void pair(const made_certificate& other) { files = home.write_pair(other); }

    scratch_directory home;
    made_certificate good;
    tls_files files;
};

string with_validity(prepared& p, std::int64_t from_s, std::int64_t until_s) {
    made_certificate::plan how;
    how.from_s = from_s;
    how.until_s = until_s;
    p.pair(made_certificate(how));
    return {};
}

made_certificate of_kind(key_kind kind) {
    made_certificate::plan how;
    how.kind = kind;
    return made_certificate(how);
}

/// Bytes in the middle of the base64 text of the n-th block replaced.
string damaged(string pem, std::size_t block) {
    std::size_t at = 0;
    for (std::size_t i = 0; i <= block; ++i)
        at = pem.find("-----BEGIN", at + (i == 0 ? 0 : 1));
    const std::size_t line = pem.find('\n', at) + 1;
    return pem.replace(line + 8, 8, "AAAAAAAA");
}

struct refused_row {
    const char* name;
    std::function<void(prepared&)> spoil;
    tls_errc code;
    const char* said;
};

const refused_row refused[]{
    {"no certificate", [](prepared& p) { p.files.certificate = p.home / "other.pem"; },
     tls_errc::unreadable, "other.pem is not there"},
    {"no key", [](prepared& p) { p.files.key = p.home / "other.pem"; }, tls_errc::unreadable,
     "other.pem is not there"},
    {"a directory", [](prepared& p) { p.files.certificate = p.home / "."; }, tls_errc::unreadable,
     "is not a file"},
    {"a pipe, which nobody writes to",
     [](prepared& p) {
         p.files.key = p.home / "pipe";
         BOOST_REQUIRE(::mkfifo(p.files.key.c_str(), 0600) == 0);
     },
     tls_errc::unreadable, "is not a file"},
    {"an empty certificate", [](prepared& p) { p.certificate(""); }, tls_errc::unreadable,
     "cert.pem is empty"},
    {"an empty key", [](prepared& p) { p.key(""); }, tls_errc::unreadable, "key.pem is empty"},
    {"a certificate of one byte too many",
     [](prepared& p) {
         string text = p.good.certificate_pem();
         p.certificate(text.append(tls_identity::pem_bytes_max + 1 - text.size(), '\n'));
     },
     tls_errc::unreadable, "larger than 1 MiB"},
    {"a certificate in DER", [](prepared& p) { p.certificate(p.good.certificate_der()); },
     tls_errc::not_pem, "openssl x509 -inform DER"},
    {"a key in DER", [](prepared& p) { p.key(p.good.key_der()); }, tls_errc::not_pem,
     "openssl pkey -inform DER"},
    {"a page of text as certificate", [](prepared& p) { p.certificate("<html>404</html>\n"); },
     tls_errc::not_pem, "holds no certificate"},
    {"a page of text as key", [](prepared& p) { p.key("<html>404</html>\n"); }, tls_errc::not_pem,
     "holds no private key"},
    {"the two exchanged", [](prepared& p) { p.certificate(p.good.key_pem()); }, tls_errc::not_pem,
     "may have been exchanged"},
    {"a certificate as key", [](prepared& p) { p.key(p.good.certificate_pem()); },
     tls_errc::not_pem, "may have been exchanged"},
    {"a damaged certificate",
     [](prepared& p) { p.certificate(damaged(p.good.certificate_pem(), 0)); }, tls_errc::not_pem,
     "damaged at certificate 1"},
    {"a damaged chain",
     [](prepared& p) {
         p.certificate(p.good.certificate_pem() + damaged(p.good.certificate_pem(), 0));
     },
     tls_errc::not_pem, "damaged at certificate 2"},
    {"a certificate that was cut off",
     [](prepared& p) { p.certificate(p.good.certificate_pem().substr(0, 200)); }, tls_errc::not_pem,
     "cert.pem"},
    {"a damaged key", [](prepared& p) { p.key(damaged(p.good.key_pem(), 0)); }, tls_errc::not_pem,
     "key.pem is damaged"},
    {"a key that others may read", [](prepared& p) { p.key(p.good.key_pem(), 0604); },
     tls_errc::exposed_key, "chmod 600"},
    {"a key that others may write", [](prepared& p) { p.key(p.good.key_pem(), 0602); },
     tls_errc::exposed_key, "chmod 600"},
    {"a key that the group may write", [](prepared& p) { p.key(p.good.key_pem(), 0620); },
     tls_errc::exposed_key, "chmod 600"},
    {"an encrypted key", [](prepared& p) { p.key(p.good.encrypted_key_pem(false)); },
     tls_errc::encrypted_key, "openssl pkey -in"},
    {"an encrypted key of the older form",
     [](prepared& p) { p.key(p.good.encrypted_key_pem(true)); }, tls_errc::encrypted_key,
     "openssl pkey -in"},
    {"the key of another certificate", [](prepared& p) { p.key(made_certificate().key_pem()); },
     tls_errc::mismatch, "is not that of"},
    {"a key of another kind", [](prepared& p) { p.key(of_kind(key_kind::ed25519).key_pem()); },
     tls_errc::mismatch, "is not that of"},
    {"the issuer's certificate first",
     [](prepared& p) {
         p.certificate(made_certificate().certificate_pem() + p.good.certificate_pem());
     },
     tls_errc::mismatch, "comes first"},
    {"expired", [](prepared& p) { with_validity(p, -2 * day_s, -day_s); }, tls_errc::expired,
     "renew it"},
    {"not yet valid", [](prepared& p) { with_validity(p, day_s, 2 * day_s); }, tls_errc::not_yet,
     "is not valid before"},
    {"an end that cannot be read",
     [](prepared& p) {
         made_certificate::plan how;
         how.end_is_readable = false;
         p.pair(made_certificate(how));
     },
     tls_errc::unsuited, "does not say readably from when and until when"},
    {"a key that is too small", [](prepared& p) { p.pair(of_kind(key_kind::rsa_1024)); },
     tls_errc::unsuited, "2048 bits"},
};

BOOST_AUTO_TEST_SUITE(tls_identity_test)

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named_with_what_to_do) {
    for (const refused_row& row : refused) {
        BOOST_TEST_CONTEXT(row.name) {
            prepared p;
            row.spoil(p);
            const auto loaded = tls_identity::load(p.files, base::now());
            BOOST_REQUIRE(!loaded);
            BOOST_TEST_INFO(loaded.error().message);
            BOOST_TEST(loaded.error().code == row.code);
            BOOST_TEST(loaded.error().message.find(row.said) != string::npos);
            BOOST_TEST(loaded.error().message.find(p.home / "") != string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(files_that_are_not_ours_to_read) {
    if (::geteuid() == 0) return; // root reads everything
    prepared p;
    p.key(p.good.key_pem(), 0);
    const auto loaded = tls_identity::load(p.files, base::now());
    BOOST_REQUIRE(!loaded);
    BOOST_TEST(loaded.error().message.find("let the user who runs this program read it") !=
               string::npos);
}

BOOST_AUTO_TEST_CASE(good_pairs) {
    struct {
        const char* name;
        std::function<void(prepared&)> change;
    } const rows[]{
        {"P-256", [](prepared&) {}},
        {"RSA", [](prepared& p) { p.pair(of_kind(key_kind::rsa_2048)); }},
        {"Ed25519", [](prepared& p) { p.pair(of_kind(key_kind::ed25519)); }},
        {"the curve in a block of its own",
         [](prepared& p) { p.key(p.good.key_pem_with_parameters()); }},
        {"a key for its owner and his group", [](prepared& p) { p.key(p.good.key_pem(), 0640); }},
        {"a key that cannot be written", [](prepared& p) { p.key(p.good.key_pem(), 0400); }},
        {"words around",
         [](prepared& p) {
             p.certificate("subject=\n" + p.good.certificate_pem() + "issuer=\n");
             p.key("Bag Attributes\n" + p.good.key_pem());
         }},
        {"both in one file",
         [](prepared& p) {
             p.key(p.good.key_pem() + p.good.certificate_pem());
             p.files.certificate = p.files.key;
         }},
        {"links to the files",
         [](prepared& p) {
             std::filesystem::create_symlink(p.files.key, p.home / "link.pem");
             p.files.key = p.home / "link.pem";
         }},
        {"as large as may be",
         [](prepared& p) {
             string text = p.good.certificate_pem();
             p.certificate(text.append(tls_identity::pem_bytes_max - text.size(), '\n'));
         }},
        {"a certificate behind it that has nothing to do with it",
         [](prepared& p) {
             p.certificate(p.good.certificate_pem() + made_certificate().certificate_pem());
         }},
        {"one that ends in a minute", [](prepared& p) { with_validity(p, -day_s, 60); }},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            prepared p;
            row.change(p);
            const auto loaded = tls_identity::load(p.files, base::now());
            BOOST_TEST_INFO((loaded ? string() : loaded.error().message));
            BOOST_TEST(loaded.has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(the_ends_of_its_time) {
    const prepared p;
    const base::moment end = p.good.not_after();
    BOOST_TEST(tls_identity::load(p.files, {end.unix_ms - 1}).has_value());
    const auto late = tls_identity::load(p.files, end);
    BOOST_REQUIRE(!late);
    BOOST_TEST(late.error().message.find(end.text().substr(0, 19)) != string::npos);
    const base::moment begin{end.unix_ms - 7200 * 1000};
    BOOST_TEST(tls_identity::load(p.files, begin).has_value());
    BOOST_TEST(!tls_identity::load(p.files, {begin.unix_ms - 1}).has_value());
}

BOOST_AUTO_TEST_CASE(what_it_tells_of_itself) {
    struct {
        const char* name;
        int alternative_names;
        const char* said;
    } const rows[]{
        {"one", 1, "id.example"},
        {"four", 4, "id.example, 1.id.example, 2.id.example, 3.id.example"},
        {"five", 5, "id.example, 1.id.example, 2.id.example, 3.id.example and others"},
        {"none but the subject", 0, "CN=id.example"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            made_certificate::plan how;
            how.name = "id.example";
            how.alternative_names = row.alternative_names;
            const made_certificate made(how);
            const scratch_directory home;
            const auto loaded = tls_identity::load(home.write_pair(made), base::now());
            BOOST_REQUIRE(loaded.has_value());
            BOOST_TEST((*loaded)->names() == row.said);
            BOOST_TEST((*loaded)->fingerprint() == made.fingerprint());
            BOOST_TEST((*loaded)->not_after().unix_ms == made.not_after().unix_ms);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
