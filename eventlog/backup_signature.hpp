// Who wrote a backup. Its checksums anybody can make; the signatures only who has the master key:
// keyed hashes (BLAKE2b) of the manifest and of the file of keys, under keys that are derived from
// the master key and stored nowhere. Each file has a key of its own, so that the signature of one
// is none for the other.
//
//   signature = BLAKE2b-256 (derived key, SHA-256 of the signed bytes)
//   derived   = libsodium's crypto_kdf (master key, context "rcbackup", 1: manifest, 2: keys)
//
// What is signed names the rest: the manifest has the SHA-256 of each file of events.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/record.hpp"
#include "eventlog/seal.hpp"

#include <cstdint>
#include <filesystem>

namespace rollcall::eventlog {

enum class signed_file : std::uint8_t { manifest = 1, keys = 2 };

class backup_signer {
  public:
    explicit backup_signer(const secret_key& master);

    /// The signature of what has this SHA-256.
    [[nodiscard]] digest sign(signed_file what, const digest& sha256) const;

    /// Takes the same time for every wrong signature.
    [[nodiscard]] bool signed_by(signed_file what, const digest& sha256,
                                 const digest& signature) const;

  private:
    secret_key manifest_;
    secret_key keys_;
};

/// log_errc::forged_backup about `file`: what a wrong signature means, and what to do.
tl::unexpected<base::failure> forged_backup(const std::filesystem::path& file);

/// log_errc::unsigned_backup about a `file` of a format from before there were signatures.
tl::unexpected<base::failure> unsigned_backup(const std::filesystem::path& file,
                                              std::uint32_t format);

} // namespace rollcall::eventlog
