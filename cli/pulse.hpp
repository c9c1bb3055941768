// Whether the parts of a running server that nothing goes without still turn: the writer, with the
// log behind it, and each I/O thread. They are asked for a sign of life, which passes the same way
// as the work does; who is stuck does not give it.
//
// Not thread-safe; what it asks outlives it. An answer that comes later finds nobody, and is
// dropped.
#pragma once

#include "eventlog/writer.hpp"
#include "gateway/http/server.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace rollcall::cli {

class pulse {
  public:
    pulse(eventlog::writer& writer, std::vector<http::server*> servers);

    /// Who has not given the sign that was asked for last, in words; empty: all have, and they are
    /// asked for the next.
    std::string_view missing();

  private:
    struct signs;

    void ask();

    eventlog::writer& writer_;
    std::vector<http::server*> servers_;
    std::shared_ptr<signs> asked_;
    /// The queue was full to its last place and took no question; it had decided so many, and must
    /// have moved since.
    std::optional<std::uint64_t> full_at_;
};

} // namespace rollcall::cli
