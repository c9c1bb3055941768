// Which code answers which request: areas, each with its prefixes, its gate and a table of routes.
//
// An area is a part of the surface with one way to authenticate and one way to say no: SCIM, the
// operations endpoints, the admin API. A route is one method on one pattern below the area's
// prefixes. Finding is pure and linear: the tables are short, and the hottest routes stand first.
//
//     prefixes   /scim/v2   /t/{tenant}/scim/v2
//     pattern    /Users/{id}          `{name}` stands for exactly one segment
//
// The first pattern that fits decides: after a row for `/Users/.search`, a row for `/Users/{id}`
// never sees that path, whatever the method.
//
// Empty segments never count (the HTTP room drops them), so `//Users/` is `/Users`. HEAD finds what
// GET finds. Tables are built once, at start; afterwards they are only read, from any thread.
#pragma once

#include "gateway/http/body_allowance.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/http/request.hpp"
#include "gateway/tenant_pace.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::gateway {

class call;

/// What a route asks of the caller. The area's gate judges it.
enum class permission : std::uint8_t {
    open,      ///< anybody
    discover,  ///< anybody; but a key that is sent must be good
    scrape,    ///< figures: a loopback, metrics or admin-socket door, or an operator's token
    read,      ///< a live key; also while provisioning is off: who deprovisions looks first
    provision, ///< a live key of a tenant that may provision
    change,    ///< a live key; the desk judges the rest, because deprovisioning always works
    operate,   ///< the admin socket, or an admin's or operator's token with the right role
};

/// One row of a table. The texts live as long as the program.
struct route {
    http::method method = http::method::get;
    std::string_view pattern; ///< below the area's prefixes, with a leading slash; or empty
    permission needs = permission::operate;
    std::string_view name; ///< for figures and logs, e.g. `get_user`; unique over all areas
    /// Answers, or puts the answer off (call::put_off). On an I/O thread: must not block for longer
    /// than one read. May throw only what a failing disk throws; that becomes a 500.
    std::function<void(call&)> answer;
    pace_class pace = pace_class::ordinary;
    /// For a route that takes larger bodies than others do, and has more time for them.
    std::optional<http::body_allowance> body = std::nullopt;
};

/// Which answers are packed for clients who accept that; see packed_answer.hpp.
struct pack_rules {
    std::size_t bytes_min = 0;        ///< bodies of at least so many bytes; 0: none
    std::size_t inline_bytes_max = 0; ///< of those made on an I/O thread, larger ones are not
};

struct area {
    /// With a leading slash, without a trailing one; "" takes every path that no other area wants.
    std::vector<std::string> prefixes;
    /// Further prefixes, which may change while the server runs: how many segments of a path the
    /// longest of them takes; 0: none fits. Asked after `prefixes`, from any thread; may be empty.
    std::function<std::size_t(const http::path_segments&)> more_prefixes = nullptr;
    std::vector<route> routes;
    pack_rules packing;
    /// What a path without a route asks for, before it is told 404 or 405.
    permission unknown_needs = permission::operate;
    /// The gate. True: the caller may; it has noted who that is in the call. False: it has
    /// answered. Runs on the I/O thread before a body is read, and again before the route runs.
    std::function<bool(call&, permission)> admit;
    /// Answers with an error page in the area's own format. `detail` tells a person what to change.
    std::function<void(call&, unsigned status, std::string_view detail)> refuse;
    /// The same for what the HTTP room refuses by itself. Null: as SCIM does.
    std::function<void(const http::faulty_request&, http::reply&)> refuse_faulty = nullptr;
};

/// The named segments of a path, as views into the request.
class path_arguments {
  public:
    static constexpr std::size_t count_max = 4;

    void add(std::string_view name, std::string_view value);

    /// The segment that stood at `{name}`; empty if the pattern has no such name.
    [[nodiscard]] std::string_view operator[](std::string_view name) const;

  private:
    struct entry {
        std::string_view name, value;
    };

    std::array<entry, count_max> entries_;
    std::size_t size_ = 0;
};

/// Where a request belongs.
struct route_match {
    const gateway::area* area = nullptr; ///< never null for a table with a "" area
    const route* where = nullptr;        ///< null: no such path, or not with this method
    std::size_t number = 0;              ///< of the route; route_table::routes().size() for none
    bool path_known = false;             ///< the path is there, perhaps with other methods
    std::size_t prefix_segments = 0;     ///< how many segments of the path the prefix took
    bool by_more_prefixes = false;       ///< the prefix is one of area::more_prefixes
    path_arguments arguments;
};

/// The same arguments as views into `path`, a copy of the path that the match was made of.
/// @pre the match has a route, and its prefix has no arguments
path_arguments arguments_of(const route_match& match, const http::path_segments& path);

class route_table {
  public:
    /// Takes the areas over; asserts that names are unique and patterns well formed. Among areas
    /// the first whose prefix fits wins; one with the prefix "" must come last.
    explicit route_table(std::vector<area> areas);

    [[nodiscard]] route_match find(http::method method, const http::path_segments& path) const;

    /// The area to which a target belongs that could perhaps not be read; null if it is empty.
    [[nodiscard]] const area* area_of(std::string_view target) const;

    /// The methods that the path of a match answers to, as an Allow field: `GET, HEAD, PUT`.
    [[nodiscard]] std::string allowed(const route_match& of, const http::path_segments& path) const;

    /// All routes in a fixed order; a route's place in it is its number.
    [[nodiscard]] const std::vector<const route*>& routes() const { return routes_; }

  private:
    struct segment {
        std::string_view text; ///< the literal, or the name of an argument
        bool is_argument = false;
        friend bool operator==(const segment&, const segment&) = default;
    };

    struct row {
        const route* what;
        std::vector<segment> pattern;
        std::size_t number;
    };

    struct compiled_area {
        std::vector<std::vector<segment>> prefixes;
        std::vector<row> rows;
    };

    static std::vector<segment> split(std::string_view pattern);
    bool take_prefix(std::size_t area, const http::path_segments& path, route_match& into) const;
    void find_row(std::size_t area, http::method method, const http::path_segments& path,
                  route_match& into) const;
    static bool fits(const std::vector<segment>& pattern, const http::path_segments& path,
                     std::size_t from, std::size_t count, path_arguments& into);

    std::vector<area> areas_;
    std::vector<compiled_area> compiled_;
    std::vector<const route*> routes_;
};

} // namespace rollcall::gateway
