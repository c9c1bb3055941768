// The persons that the benches are about: all alike but for a number and a revision, with the
// attributes that identity providers really push, about 700 bytes of JSON each.
#pragma once

#include "bench/stencil.hpp"
#include "projections/command.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::bench {

/// Persons are numbered below this.
inline constexpr std::uint64_t people_max = 100'000'000;

/// Stand for a person's number and revision in a body or request; see stencil.
inline constexpr std::string_view number_mark = "90000009";
inline constexpr std::string_view revision_mark = "86420";

/// The body of a POST that makes the person, with both marks in it.
std::string person_body();

/// The userName of a person, with the mark of the number in it.
std::string person_user_name();

/// Makes persons as the gateway would make them from that body, but fast: the body is parsed once.
class person_maker {
  public:
    person_maker();

    /// @pre number < people_max, revision < 100,000.
    [[nodiscard]] projections::user_wish make(std::uint64_t number, std::uint64_t revision,
                                              bool active);

  private:
    person_maker(const projections::user_wish& active, const projections::user_wish& inactive);

    stencil user_name_;
    stencil user_name_key_;
    stencil external_id_;
    stencil email_key_;
    stencil display_;
    stencil document_active_;
    stencil document_inactive_;
    std::vector<std::string> changed_;
};

} // namespace rollcall::bench
