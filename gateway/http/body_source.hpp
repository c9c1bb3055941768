// A body that is made while it is sent: too large to be held whole, or too slow to be waited for.
// The connection asks for a piece, sends it, and asks for the next when the client has taken that
// one, so that memory is one piece, whoever reads how slowly.
#pragma once

#include "gateway/http/completions.hpp"

namespace rollcall::http {

class body_source {
  public:
    virtual ~body_source() = default;

    /// Begins to make the next piece and returns; called on the connection's thread, never again
    /// before the piece has come. Sooner or later, from any thread, `to` gets a continuation that
    /// puts the piece into reply::body and says reply::more_follows(), or reply::break_off().
    /// Destroyed without an answer, `to` breaks off too.
    virtual void next(pending_answer to) noexcept = 0;
};

} // namespace rollcall::http
