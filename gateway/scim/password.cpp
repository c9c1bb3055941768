#include "gateway/scim/password.hpp"

#include "gateway/scim/attribute_path.hpp"
#include "gateway/scim/json_input.hpp"
#include "gateway/scim/patch_message.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>

namespace rollcall::scim {
namespace {

using kind = password_order::kind;

bool is_password(std::string_view name) {
    const auto target = resolve(user_type(), name);
    return target && target->attr != nullptr && target->leaf().mutability == mutability::write_only;
}

bool says_nothing(json_value from) {
    return from.is_null() || (from.is_array() && json_array(from).size() == 0);
}

class password_reader {
  public:
    explicit password_reader(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    void read_user(json_object body, bool null_removes) {
        for (const auto field : body) {
            if (is_core_urn(user_type(), field.key)) {
                if (field.value.is_object()) read_user(field.value, null_removes);
            } else if (is_password(field.key)) {
                take(field.value, null_removes);
            }
        }
    }

    void read_patch(json_object message) {
        for (const auto field : message) {
            if (!equal_ignoring_case(field.key, "Operations") || !field.value.is_array()) continue;
            for (const json_value operation : json_array(field.value)) {
                if (operation.is_object()) read_operation(operation);
            }
        }
    }

    result<password_order> outcome() {
        if (wrong_) return tl::unexpected<error>(std::move(*wrong_));
        return std::move(order_);
    }

  private:
    void read_operation(json_object operation) {
        const auto verb = read_verb(operation);
        if (!verb) return;
        const auto what = find_member(operation, "value");
        const auto where = find_member(operation, "path");
        std::string_view path;
        if (where && !where->is_null() && where->get(path) != simdjson::SUCCESS) return;
        const bool replaces = *verb == patch_verb::replace;
        if (path.empty() || is_core_urn(user_type(), path)) {
            if (*verb != patch_verb::remove && what && what->is_object()) {
                read_user(*what, replaces);
            }
        } else if (is_password(path)) {
            if (*verb == patch_verb::remove) {
                order(kind::remove, {});
            } else if (what) {
                take(*what, replaces);
            }
        }
    }

    void take(json_value from, bool null_removes) {
        if (says_nothing(from)) {
            if (null_removes) order(kind::remove, {});
            return;
        }
        std::string_view text;
        const json_value only = from.is_array() && json_array(from).size() == 1
                                    ? json_value(json_array(from).at(0))
                                    : from;
        if (only.get(text) != simdjson::SUCCESS) {
            wrong_ = fault(scim_type::invalid_value, "password: must be a string");
            return;
        }
        auto prepared = prepare_password(text, bytes_max_);
        if (prepared) return order(kind::set, std::move(*prepared));
        wrong_ = std::move(prepared.error());
    }

    void order(kind what, base::secret_text text) {
        wrong_.reset();
        order_.what = what;
        order_.text = std::move(text);
    }

    std::size_t bytes_max_;
    password_order order_;
    std::optional<error> wrong_;
};

utf8proc_int32_t map_space(utf8proc_int32_t c, void*) {
    return utf8proc_category(c) == UTF8PROC_CATEGORY_ZS ? ' ' : c;
}

bool has_controls(std::string_view text) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t c = -1;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &c);
        if (used <= 0 || utf8proc_category(c) == UTF8PROC_CATEGORY_CC) return true;
        at += used;
        left -= used;
    }
    return false;
}

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

} // namespace

result<base::secret_text> prepare_password(std::string_view text, std::size_t bytes_max) {
    if (text.empty() || text.size() > bytes_max || has_controls(text)) {
        return refuse(scim_type::invalid_value, "password: must have 1 to " +
                                                    std::to_string(bytes_max) +
                                                    " bytes and no control characters");
    }
    if (is_plain(text)) return base::secret_text(text);
    utf8proc_uint8_t* composed = nullptr;
    const utf8proc_ssize_t size = utf8proc_map_custom(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(text.size()), &composed,
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE), map_space, nullptr);
    if (size < 0) {
        return refuse(scim_type::invalid_value, "password: cannot be read as Unicode text");
    }
    const std::span<char> all(reinterpret_cast<char*>(composed), static_cast<std::size_t>(size));
    base::secret_text out({all.data(), all.size()});
    base::wipe(all);
    std::free(composed);
    return out;
}

result<base::secret_text> read_only_password(std::string_view body, std::size_t bytes_max) {
    const auto root = parse_json(body);
    const auto given = root && root->is_object() && json_object(*root).size() == 1
                           ? find_member(*root, "password")
                           : std::nullopt;
    std::string_view text;
    if (!given || given->get(text) != simdjson::SUCCESS) {
        return refuse(scim_type::invalid_syntax,
                      R"(the body must be {"password": "..."} and nothing else)");
    }
    return prepare_password(text, bytes_max);
}

bool may_name_password(std::string_view body) {
    constexpr std::string_view name = "password";
    constexpr std::size_t seldom = name.find('w'); // by it the others are skipped quickly
    if (body.find("\\u") != std::string_view::npos) return true;
    for (const char letter : {'w', 'W'}) {
        for (auto at = body.find(letter, seldom); at != std::string_view::npos;
             at = body.find(letter, at + 1)) {
            if (equal_ignoring_case(body.substr(at - seldom, name.size()), name)) return true;
        }
    }
    return false;
}

result<password_order> read_password(password_body kind, std::string_view body,
                                     std::size_t bytes_max) {
    if (!may_name_password(body)) return password_order{};
    const auto root = parse_json(body);
    if (!root || !root->is_object()) return password_order{};
    password_reader reader(bytes_max);
    if (kind == password_body::patch) {
        reader.read_patch(*root);
    } else {
        reader.read_user(*root, false);
    }
    return reader.outcome();
}

} // namespace rollcall::scim
