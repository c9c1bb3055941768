#include "gateway/admin/openapi.hpp"

#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/parts.hpp"

#include <simdjson.h>

#include <cassert>
#include <deque>
#include <initializer_list>
#include <span>

namespace rollcall::admin {

std::span<const std::string_view> openapi_pieces(); // cmake/Embed.cmake

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

/// What any request may be answered.
constexpr std::initializer_list<std::string_view> any_answers = {"400", "401", "403", "408", "414",
                                                                 "417", "429", "431", "500", "503"};
/// What one with a body may be answered, and what one that changes something.
constexpr std::initializer_list<std::string_view> body_answers = {"413", "415"};
constexpr std::initializer_list<std::string_view> write_answers = {"422", "507"};

/// A piece is part of the program: one that cannot be read is a bug.
object member(object of, std::string_view name) {
    object found;
    [[maybe_unused]] const auto error = of[name].get(found);
    assert(error == simdjson::SUCCESS && "a piece of the OpenAPI document lacks a member");
    return found;
}

bool has(object in, std::string_view name) {
    return in[name].error() == simdjson::SUCCESS;
}

void copy_members(base::json_writer& json, object from) {
    for (const auto [name, value] : from)
        json.key(name).raw(simdjson::minify(value));
}

void write_answers_of(base::json_writer& json, std::string_view method, object operation) {
    const object own = member(operation, "responses");
    json.key("responses").begin_object();
    copy_members(json, own);
    const auto add = [&](std::initializer_list<std::string_view> statuses) {
        for (const std::string_view status : statuses) {
            if (has(own, status)) continue;
            json.key(status).begin_object();
            json.member("$ref", "#/components/responses/" + std::string(status)).end_object();
        }
    };
    add(any_answers);
    if (has(operation, "requestBody")) add(body_answers);
    if (method != "get") add(write_answers);
    json.end_object();
}

void write_path(base::json_writer& json, object path) {
    json.begin_object();
    for (const auto [name, value] : path) {
        object operation;
        json.key(name);
        if (value.get(operation) != simdjson::SUCCESS) { // parameters of all of them
            json.raw(simdjson::minify(value));
            continue;
        }
        json.begin_object();
        for (const auto [inner, said] : operation) {
            if (inner != "responses") json.key(inner).raw(simdjson::minify(said));
        }
        write_answers_of(json, name, operation);
        json.end_object();
    }
    json.end_object();
}

class assembly {
  public:
    assembly() {
        for (const std::string_view text : openapi_pieces()) {
            object piece;
            [[maybe_unused]] const auto error = parsers_.emplace_back().parse(text).get(piece);
            assert(error == simdjson::SUCCESS && "a piece of the OpenAPI document is no object");
            pieces_.push_back(piece);
        }
    }

    std::string document() {
        std::string out;
        base::json_writer json(out);
        json.begin_object();
        for (const auto [name, value] : pieces_.front()) {
            if (name == "components") continue;
            json.key(name);
            if (name == "info") {
                write_info(json, value);
            } else {
                json.raw(simdjson::minify(value));
            }
        }
        json.key("paths").begin_object();
        for (const object& piece : others()) {
            for (const auto [path, what] : member(piece, "paths"))
                write_path(json.key(path), what);
        }
        json.end_object();
        write_components(json);
        json.end_object();
        return out;
    }

  private:
    [[nodiscard]] std::span<const object> others() const { return std::span(pieces_).subspan(1); }

    static void write_info(base::json_writer& json, object info) {
        json.begin_object();
        for (const auto [name, value] : info) {
            if (name == "version") {
                json.member(name, ROLLCALL_VERSION);
            } else {
                json.key(name).raw(simdjson::minify(value));
            }
        }
        json.end_object();
    }

    void write_components(base::json_writer& json) {
        json.key("components").begin_object();
        for (const auto [kind, all] : member(pieces_.front(), "components")) {
            json.key(kind).begin_object();
            copy_members(json, all);
            for (const object& piece : others()) {
                if (has(piece, kind)) copy_members(json, member(piece, kind));
            }
            json.end_object();
        }
        json.end_object();
    }

    std::deque<simdjson::dom::parser> parsers_; ///< the pieces point into them
    std::vector<object> pieces_;
};

result<said> show(parts&, gateway::call& c) {
    if (const auto ok = only_parameters(c, {}); !ok) return tl::unexpected(ok.error());
    return said{200, openapi_document()};
}

} // namespace

const std::string& openapi_document() {
    static const std::string document = assembly().document();
    return document;
}

std::vector<gateway::route> openapi_routes(parts& p) {
    return {reading(p, http::method::get, "/openapi.json", "admin_openapi", show)};
}

} // namespace rollcall::admin
