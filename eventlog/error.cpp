#include "eventlog/error.hpp"

#include <string>

namespace rollcall::eventlog {
namespace {

class category final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "eventlog"; }

    [[nodiscard]] std::string message(int code) const override {
        switch (static_cast<log_errc>(code)) {
        case log_errc::damaged_record: return "damaged record";
        case log_errc::damaged_payload: return "damaged payload";
        case log_errc::unknown_event: return "event of a newer program";
        case log_errc::newer_format: return "format of a newer program";
        case log_errc::not_found: return "not found";
        case log_errc::storage: return "storage error";
        case log_errc::out_of_order: return "order of events does not hold";
        case log_errc::lost_suffix: return "acknowledged events are missing";
        case log_errc::wrong_master_key: return "wrong master key";
        case log_errc::bad_master_key: return "not a master key";
        case log_errc::key_destroyed: return "erased";
        case log_errc::sealed_damaged: return "sealed part does not open";
        case log_errc::foreign_directory: return "not this program's data directory";
        case log_errc::disk_low: return "disk almost full";
        case log_errc::stopped: return "log stopped";
        case log_errc::unfinished_restore: return "unfinished restore";
        case log_errc::damaged_backup: return "damaged backup";
        case log_errc::missing_keys: return "keys of living people are missing";
        case log_errc::forged_backup: return "backup with a wrong signature";
        case log_errc::unsigned_backup: return "backup without a signature";
        case log_errc::older_rows: return "state of an older program";
        }
        return "unknown error";
    }
};

} // namespace

const std::error_category& log_category() {
    static const category instance;
    return instance;
}

} // namespace rollcall::eventlog
