#include "gateway/profiles/user_rules.hpp"

#include "gateway/profiles/attribute_texts.hpp"
#include "gateway/scim/user_facts.hpp"

#include <algorithm>

namespace rollcall::profiles {
namespace {

using scim::attribute_path;
using scim::resource;
using scim::value;

/// The attributes that rules speak of by name, looked up once.
struct named {
    attribute_path user_name = *scim::resolve(scim::user_type(), "userName");
    attribute_path email = *scim::resolve(scim::user_type(), "emails.value");
};

const named& names() {
    static const named one;
    return one;
}

class judgement {
  public:
    judgement(const profile& by, const resource* before, const resource& after,
              const resource* as_turned)
        : by_(by),
          before_(before),
          after_(after),
          as_turned_(as_turned != nullptr ? as_turned : before) {}

    std::optional<scim::error> run() {
        const user_terms& terms = by_.users;
        if (before_ != nullptr && !terms.update) {
            if (auto refused = refuse_update()) return refused;
        }
        for (const attribute_path& path : terms.required)
            require(path);
        for (const attribute_path& path : terms.forbidden)
            forbid(path);
        if (terms.user_name_is_email) judge_user_name();
        if (terms.user_name_is_primary_email) compare_user_name();
        for (const attribute_pattern& rule : terms.patterns)
            match(rule);
        if (said_.empty()) return std::nullopt;
        return scim::error{400, scim::scim_type::invalid_value, std::move(said_)};
    }

  private:
    void say(const std::string& sentence) {
        if (!said_.empty()) said_ += ' ';
        said_ += sentence;
    }

    /// The values at a path that the request brings: those that were not there before.
    [[nodiscard]] std::vector<const value*> brought(const attribute_path& path) const {
        auto all = values_at(after_, path);
        if (before_ == nullptr) return all;
        const auto old = values_at(*before_, path);
        std::erase_if(all, [&](const value* one) {
            return std::any_of(old.begin(), old.end(),
                               [&](const value* was) { return *was == *one; });
        });
        return all;
    }

    [[nodiscard]] std::optional<scim::error> refuse_update() const {
        std::string changed;
        for (const std::string& name : scim::changed_attributes(*as_turned_, after_)) {
            if (name != "active") changed += (changed.empty() ? "" : ", ") + name;
        }
        if (changed.empty()) return std::nullopt;
        return not_updated(by_, changed);
    }

    void require(const attribute_path& path) {
        if (!values_at(after_, path).empty()) return;
        if (before_ != nullptr && values_at(*before_, path).empty()) return;
        say(path.text() + ": " + by_.title + " needs a value. Map it in the provider's app.");
    }

    void forbid(const attribute_path& path) {
        if (brought(path).empty()) return;
        say(path.text() + ": " + by_.title +
            " does not take it. Remove it from the mapping of the provider's app.");
    }

    void judge_user_name() {
        const auto fresh = brought(names().user_name);
        if (fresh.empty() || is_email(*fresh.front()->text())) return;
        say("userName: " + quoted_value(*fresh.front()->text()) + " is no e-mail address, which " +
            by_.title + " needs. Set the format of the application's user name to Email.");
    }

    /// Which of several values stands for all may change while none of them comes or goes.
    [[nodiscard]] bool stands_as_before(const attribute_path& path, const std::string& now) const {
        const std::string* was = before_ == nullptr ? nullptr : text_at(*before_, path);
        return was != nullptr && *was == now;
    }

    void compare_user_name() {
        const std::string* name = text_at(after_, names().user_name);
        const std::string* mail = text_at(after_, names().email);
        if (name == nullptr || mail == nullptr) return;
        if (stands_as_before(names().user_name, *name) && stands_as_before(names().email, *mail)) {
            return;
        }
        if (scim::email_key(*name) == scim::email_key(*mail)) return;
        say("userName: " + quoted_value(*name) + " is not the primary e-mail address " +
            quoted_value(*mail) + ". In " + by_.title +
            " both are one: map them to the same source.");
    }

    void match(const attribute_pattern& rule) {
        for (const value* one : brought(rule.attribute)) {
            const std::string* text = one->text();
            if (text == nullptr || text->empty() || rule.pattern.fits(*text)) continue;
            say(rule.attribute.text() + ": " + quoted_value(*text) + " does not fit; " + by_.title +
                " takes " + rule.says + ".");
        }
    }

    const profile& by_;
    const resource* before_;
    const resource& after_;
    const resource* as_turned_;
    std::string said_;
};

} // namespace

std::optional<scim::error> judge_user(const profile& by, const resource* before,
                                      const resource& after, const resource* as_turned) {
    return judgement(by, before, after, as_turned).run();
}

bool is_email(std::string_view text) {
    constexpr std::size_t local_max = 64;
    constexpr std::size_t domain_max = 255;
    const std::size_t at = text.find('@');
    if (at == text.npos || at == 0 || at > local_max || text.size() - at - 1 > domain_max) {
        return false;
    }
    const std::string_view domain = text.substr(at + 1);
    const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == ',' || c == ';' ||
               c == '<' || c == '>' || c == '"';
    });
    return plain && domain.find('@') == domain.npos && domain.find('.') != domain.npos &&
           domain.front() != '.' && domain.back() != '.' && domain.find("..") == domain.npos;
}

scim::error not_updated(const profile& by, std::string_view names) {
    return {501, scim::scim_type::none,
            by.title + " takes no profile updates over SCIM (" + std::string(names) +
                "): switch them off in the provider's app, and change the user in " + by.title +
                " itself. Activating and deactivating work."};
}

scim::error not_created(const profile& by) {
    return {501, scim::scim_type::none,
            by.title +
                " takes no new users over SCIM: switch \"Create Users\" off in the "
                "provider's app, and create them in " +
                by.title + " itself."};
}

scim::error no_groups(const profile& by) {
    return {501, scim::scim_type::none,
            by.title + " takes no groups over SCIM: switch group push off in the provider's app."};
}

} // namespace rollcall::profiles
