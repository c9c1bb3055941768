// Any bytes as a manifest of a backup, as they are and with a right sum behind them: read or
// refused, and what was read is written as it was.
#include "eventlog/backup_manifest.hpp"
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using rollcall::eventlog::backup_manifest;

namespace {

void check(const std::string& text) {
    const auto read = backup_manifest::parse(text);
    if (!read) return;
    const auto again = backup_manifest::parse(read->text());
    if (!again || *again != *read) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check(text);
    const std::string sum = rollcall::base::hex(rollcall::base::sha256({text}));
    check(text + "sum " + sum + "\nsignature " + sum + "\n");
    return 0;
}
