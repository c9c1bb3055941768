// The requests that the workloads send, as bytes.
#pragma once

#include "bench/load.hpp"
#include "bench/stencil.hpp"
#include "projections/state.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::bench {

/// Stand for a user's id and a bearer key in the text of a request; see stencil.
inline constexpr std::string_view id_mark = "ffffffff-ffff-ffff-ffff-ffffffffffff";
inline constexpr std::string_view bearer_mark =
    "rc_MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM";

/// A whole request; no body when `body` is empty. Length fields are as for the texts given.
std::string request_text(std::string_view method, std::string_view target, std::string_view bearer,
                         std::string_view body);

/// Numbers below a bound in an order that is the same in every run.
class shuffler {
  public:
    explicit shuffler(std::uint64_t bound) : bound_(bound) {}

    std::uint64_t next();

  private:
    std::uint64_t bound_;
    std::uint64_t state_ = 0x9e3779b97f4a7c15;
};

/// GET of users by id, in shuffled order.
request_source get_users(std::string bearer, std::vector<projections::subject_id> ids);

/// `filter=userName eq "…"` for the persons below `people`, in shuffled order.
request_source filter_users(const std::string& bearer, std::uint64_t people);

/// POST of persons numbered from `first` on, each once.
request_source create_users(const std::string& bearer, std::uint64_t first);

/// PATCH of `active` for one user after the other: false for all of them, then true, and so on.
request_source toggle_users(const std::string& bearer, std::vector<projections::subject_id> ids);

/// The size of the body that all requests of create_users, or toggle_users, have.
std::size_t create_body_bytes();
std::size_t toggle_body_bytes();

} // namespace rollcall::bench
