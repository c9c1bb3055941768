// How many imports run, how many dry runs of them, and how many of their files come in: a few in
// all, since each is in memory, and one for each tenant. Thread-safe; outlives the places it gives.
#pragma once

#include "eventlog/ids.hpp"
#include "gateway/admin/problem.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace rollcall::admin {

class tenant_places {
  public:
    explicit tenant_places(std::size_t most) : most_(most) {}

    enum class full : std::uint8_t { of_tenant, of_all };

    /// A place until what is returned goes.
    base::result<std::shared_ptr<void>, full> take(eventlog::tenant_no tenant) {
        const std::lock_guard lock(mutex_);
        if (std::find(taken_.begin(), taken_.end(), tenant) != taken_.end()) {
            return tl::unexpected(full::of_tenant);
        }
        if (taken_.size() >= most_) return tl::unexpected(full::of_all);
        taken_.push_back(tenant);
        return std::shared_ptr<void>(this, [this, tenant](void*) {
            const std::lock_guard release(mutex_);
            taken_.erase(std::find(taken_.begin(), taken_.end(), tenant));
        });
    }

    [[nodiscard]] std::size_t most() const { return most_; }

  private:
    const std::size_t most_;
    std::mutex mutex_;
    std::vector<eventlog::tenant_no> taken_;
};

class import_places {
  public:
    explicit import_places(std::size_t running_max) : places_(running_max) {}

    /// 409 already_running; 429 too_many_imports.
    result<std::shared_ptr<void>> take(eventlog::tenant_no tenant) {
        auto place = places_.take(tenant);
        if (place) return std::move(*place);
        if (place.error() == tenant_places::full::of_tenant) {
            return refuse(409, "already_running",
                          "an import into this tenant is running: wait for it, then ask again");
        }
        problem full{429, "too_many_imports", {}, {}, 5};
        full.detail = std::to_string(places_.most()) +
                      " imports are running, which is the most: wait until one has finished";
        return tl::unexpected(std::move(full));
    }

  private:
    tenant_places places_;
};

class upload_places {
  public:
    explicit upload_places(std::size_t uploads_max) : places_(uploads_max) {}

    /// 429 too_many_uploads.
    result<std::shared_ptr<void>> take(eventlog::tenant_no tenant) {
        auto place = places_.take(tenant);
        if (place) return std::move(*place);
        problem full{429, "too_many_uploads", {}, {}, 5};
        full.detail = place.error() == tenant_places::full::of_tenant
                          ? "a file for this tenant is coming in already: wait until it is here, "
                            "then send this one"
                          : std::to_string(places_.most()) +
                                " files are coming in, which is the most: send this one later";
        return tl::unexpected(std::move(full));
    }

  private:
    tenant_places places_;
};

} // namespace rollcall::admin
