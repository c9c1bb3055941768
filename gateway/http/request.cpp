#include "gateway/http/request.hpp"

#include "eventlog/base/secret_text.hpp"

namespace rollcall::http {

request::range request::keep(std::string_view part) {
    const range r{static_cast<std::uint32_t>(text_.size()),
                  static_cast<std::uint32_t>(part.size())};
    text_ += part;
    return r;
}

const request::field* request::find(std::string_view name) const {
    for (const field& f : fields_) {
        if (equal_without_case(view(f.name), name)) return &f;
    }
    return nullptr;
}

std::string_view request::header(std::string_view name) const {
    const field* found = find(name);
    return found != nullptr ? view(found->value) : std::string_view();
}

std::string_view request::last_header(std::string_view name) const {
    std::string_view last;
    for (const field& f : fields_) {
        if (equal_without_case(view(f.name), name)) last = view(f.value);
    }
    return last;
}

bool request::has_header(std::string_view name) const {
    return find(name) != nullptr;
}

void request::wipe_body() const {
    // What the body lies in is a buffer of this room's own, and no constant.
    base::wipe({const_cast<char*>(body_.data()), body_.size()}); // NOLINT(*-const-cast)
}

void request::clear() {
    text_.clear();
    fields_.clear();
    path_.clear();
    query_.clear();
    method_text_ = target_ = request_id_ = traceparent_ = {};
    body_ = {};
}

} // namespace rollcall::http
