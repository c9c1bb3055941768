// When each key was last used, without a write per request: a minute per key in memory, shared with
// whoever holds the key, and handed out in batches to be kept. What was not yet handed out when the
// process dies is forgotten; the next use repairs it. Thread-safe.
#pragma once

#include "gateway/key_holder.hpp"
#include "projections/key_uses.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace rollcall::gateway {

class key_usage {
  public:
    /// The cell into which uses of this key are noted.
    std::shared_ptr<last_use> cell(projections::tenant_no tenant,
                                   const projections::subject_id& id);

    /// Notes a use. Cheap: it writes once a minute.
    static void note(last_use& cell, base::moment now);

    /// When the key was last used since the process started; nothing if it was not.
    [[nodiscard]] std::optional<base::moment> last_used(const projections::subject_id& id) const;

    /// Hands over the keys that were used since the last call. For a timer of the wiring.
    void flush(const std::function<void(std::vector<projections::key_use>)>& keep);

  private:
    struct entry {
        projections::tenant_no tenant;
        std::shared_ptr<last_use> minute;
        std::int64_t flushed = 0;
    };

    mutable std::mutex mutex_;
    std::unordered_map<projections::subject_id, entry> entries_; // one per key ever used
};

} // namespace rollcall::gateway
