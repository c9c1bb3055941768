#include "eventlog/backup_signature.hpp"

#include "eventlog/error.hpp"

#include <sodium.h>

#include <cstdlib>

namespace rollcall::eventlog {
namespace {

constexpr char context[crypto_kdf_CONTEXTBYTES + 1] = "rcbackup";
static_assert(secret_key::size == crypto_kdf_KEYBYTES);

secret_key derived(const secret_key& master, signed_file what) {
    std::array<std::uint8_t, secret_key::size> bytes{};
    const int status =
        crypto_kdf_derive_from_key(bytes.data(), bytes.size(), static_cast<std::uint64_t>(what),
                                   context, master.bytes().data());
    if (status != 0) std::abort(); // only for wrong sizes, which are fixed here
    const secret_key key(bytes);
    sodium_memzero(bytes.data(), bytes.size());
    return key;
}

} // namespace

backup_signer::backup_signer(const secret_key& master)
    : manifest_(derived(master, signed_file::manifest)),
      keys_(derived(master, signed_file::keys)) {}

digest backup_signer::sign(signed_file what, const digest& sha256) const {
    const secret_key& key = what == signed_file::manifest ? manifest_ : keys_;
    digest out{};
    const int status = crypto_generichash(out.data(), out.size(), sha256.data(), sha256.size(),
                                          key.bytes().data(), key.bytes().size());
    if (status != 0) std::abort(); // likewise
    return out;
}

bool backup_signer::signed_by(signed_file what, const digest& sha256,
                              const digest& signature) const {
    const digest right = sign(what, sha256);
    return sodium_memcmp(right.data(), signature.data(), right.size()) == 0;
}

tl::unexpected<base::failure> forged_backup(const std::filesystem::path& file) {
    return base::fail(log_errc::forged_backup,
                      file.string() +
                          " is not signed with this master key: it was changed by somebody without "
                          "the master key, or is of another installation. Do not use it: name "
                          "another copy, or begin a new backup in another directory");
}

tl::unexpected<base::failure> unsigned_backup(const std::filesystem::path& file,
                                              std::uint32_t format) {
    return base::fail(log_errc::unsigned_backup,
                      file.string() + " has format " + std::to_string(format) +
                          ", from before backups were signed: nobody can know who wrote it. Make "
                          "a new one in another directory with `rollcall backup create`");
}

} // namespace rollcall::eventlog
