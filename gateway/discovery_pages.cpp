#include "gateway/discovery_pages.hpp"

#include "gateway/password_write.hpp"
#include "gateway/replies.hpp"

namespace rollcall::gateway {

discovery_pages::discovery_pages(base_url_options urls, const limits& bounds)
    : urls_(std::move(urls)), bounds_(bounds) {}

void discovery_pages::service_provider_config(call& c) {
    if (const auto all = documents(c)) show(c, &all->service_provider_config());
}

void discovery_pages::schemas(call& c) {
    if (const auto all = documents(c)) show(c, &all->schemas());
}

void discovery_pages::schema(call& c) {
    if (const auto all = documents(c)) show(c, all->schema(c.argument("urn")));
}

void discovery_pages::resource_types(call& c) {
    if (const auto all = documents(c)) show(c, &all->resource_types());
}

void discovery_pages::resource_type(call& c) {
    if (const auto all = documents(c)) show(c, all->resource_type(c.argument("name")));
}

std::shared_ptr<const scim::discovery> discovery_pages::documents(call& c) {
    if (c.asked().query().first("filter")) {
        c.refuse(403, "Discovery documents cannot be filtered. Read them whole.");
        return nullptr;
    }
    std::string base;
    if (!set_base_url(base, urls_, c.asked().header("Host"), c.asked().path(),
                      c.facts.match.prefix_segments)) {
        refuse_as_scim(c.reply(), bad_host_error());
        return nullptr;
    }
    const bool passwords = c.facts.holder && keeps_passwords(c);
    const std::string name = (passwords ? "+" : "-") + base;
    const std::lock_guard lock(mutex_);
    if (const auto found = by_base_.find(name); found != by_base_.end()) return found->second;
    // Anybody can name a Host: what is kept must not grow with that.
    if (by_base_.size() >= bounds_.discovery_bases_max) by_base_.clear();
    auto made = std::make_shared<const scim::discovery>(base, bounds_.page_max, passwords);
    by_base_.emplace(name, made);
    return made;
}

void discovery_pages::show(call& c, const std::string* document) {
    if (document == nullptr) {
        c.refuse(404, "There is no such schema or resource type.");
        return;
    }
    c.reply().empty(200);
    c.reply().body = *document;
    c.reply().content_type = answer_media_type(c.asked());
}

} // namespace rollcall::gateway
