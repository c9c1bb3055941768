#include "gateway/packed_answer.hpp"

#include "gateway/http/content_coding.hpp"
#include "gateway/http/gzip_packer.hpp"

#include <cstdint>

namespace rollcall::gateway {
namespace {

bool is_packable(const call& c) {
    const route_match& match = c.facts.match;
    if (match.where == nullptr || match.area->packing.bytes_min == 0) return false;
    return c.facts.holder != nullptr || match.where->needs == permission::scrape;
}

} // namespace

std::size_t packed_from(const call& c) {
    if (!is_packable(c)) return SIZE_MAX;
    switch (http::wished_coding(c.asked())) {
    case http::coding_wish::plain: return SIZE_MAX;
    case http::coding_wish::gzip: return c.facts.match.area->packing.bytes_min;
    case http::coding_wish::only_gzip: return 1;
    }
    return SIZE_MAX;
}

void pack(std::string& body) {
    std::string packed;
    http::gzip_packer().append(packed, body, true);
    body.swap(packed);
}

void pack_answer(call& c) {
    http::reply& r = c.reply();
    const bool good = r.status == 200 || r.status == 201 || r.status == 304;
    if (!good || !is_packable(c)) return;
    r.add_header("Vary", "Accept-Encoding");
    if (r.body.empty() || r.streams() || !r.content_encoding.empty()) return;
    const std::size_t from = packed_from(c);
    if (r.body.size() < from) return;
    // Who takes nothing else gets it whatever it costs.
    if (from > 1 && r.body.size() > c.facts.match.area->packing.inline_bytes_max) return;
    pack(r.body);
    r.content_encoding = http::gzip_coding;
}

} // namespace rollcall::gateway
