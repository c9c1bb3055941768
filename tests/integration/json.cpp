#include "tests/integration/json.hpp"

#include <simdjson.h>

#include <sstream>
#include <stdexcept>

namespace rollcall::integration {

struct json::impl {
    std::string source;
    simdjson::dom::parser parser;
    simdjson::dom::element root;

    template <class T>
    T get(std::string_view pointer) const {
        T value;
        const auto error = root.at_pointer(pointer).get(value);
        if (error)
            throw std::runtime_error("no such value at " + std::string(pointer) + " in " + source);
        return value;
    }
};

json::json(std::string text) : impl_(std::make_unique<impl>()) {
    impl_->source = std::move(text);
    if (impl_->parser.parse(impl_->source).get(impl_->root))
        throw std::runtime_error("not JSON: " + impl_->source);
}

json::json(json&&) noexcept = default;
json& json::operator=(json&&) noexcept = default;
json::~json() = default;

std::string json::text(std::string_view pointer) const {
    return std::string(impl_->get<std::string_view>(pointer));
}

std::uint64_t json::number(std::string_view pointer) const {
    return impl_->get<std::uint64_t>(pointer);
}

bool json::flag(std::string_view pointer) const {
    return impl_->get<bool>(pointer);
}

bool json::has(std::string_view pointer) const {
    simdjson::dom::element found;
    return !impl_->root.at_pointer(pointer).get(found);
}

std::size_t json::size(std::string_view pointer) const {
    return impl_->get<simdjson::dom::array>(pointer).size();
}

std::vector<json> json_lines(const std::string& text) {
    std::vector<json> documents;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) documents.emplace_back(line);
    return documents;
}

} // namespace rollcall::integration
