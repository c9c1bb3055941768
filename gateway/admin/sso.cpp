// Endpoints of single sign-on: the SAML metadata of a tenant's identity provider.
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/json_writer.hpp"
#include "eventlog/event_codec.hpp"
#include "eventlog/record.hpp"
#include "gateway/admin/aside.hpp"
#include "gateway/admin/media_type.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/admin/saml_metadata.hpp"

#include <algorithm>
#include <memory>

namespace rollcall::admin {
namespace {

using gateway::call;
using projections::done;
using projections::tenant_state;

constexpr std::string_view media_types[] = {"application/samlmetadata+xml", "application/xml",
                                            "text/xml"};

constexpr std::chrono::seconds upload_time_max{30};

bool is_metadata(std::string_view media_type) {
    return std::any_of(
        std::begin(media_types), std::end(media_types),
        [media_type](std::string_view wanted) { return is_text_of(media_type, wanted); });
}

/// The metadata as they were uploaded; empty if they were not kept.
result<std::string> document_of(parts& p, const tenant_state& t) {
    const auto at = p.with.store.locate(t.number, t.sso->seq);
    if (!at) return refuse(500, "damaged", "the event of the metadata is not in the log");
    const auto bytes = p.with.store.read(*at);
    if (!bytes) return tl::unexpected(problem_of(bytes.error()));
    const auto record = eventlog::read_record(*bytes, eventlog::record_check::crc);
    if (!record) return tl::unexpected(problem_of(record.error()));
    auto body = eventlog::decode_clear(record->type, record->schema, record->clear);
    if (!body) return tl::unexpected(problem_of(body.error()));
    auto* set = std::get_if<eventlog::sso_set>(&*body);
    if (set == nullptr) return refuse(500, "damaged", at->text() + " is no event of metadata");
    return std::move(set->document);
}

void write_sso(base::json_writer& json, const tenant_state& t, base::moment now) {
    const eventlog::sso_provider& provider = t.sso->provider;
    json.member("tenant", t.slug).member("entity_id", provider.entity_id);
    json.member("sign_on_url", provider.sign_on_url);
    json.key("certificates").begin_array();
    for (const eventlog::sso_certificate& one : provider.certificates) {
        json.begin_object();
        json.member("sha256", base::hex(one.sha256)).key("not_after");
        if (one.end_is_known()) {
            json.value(one.not_after.text());
        } else {
            json.null();
        }
        json.member("expired", one.end_is_known() && one.not_after <= now);
        json.end_object();
    }
    json.end_array();
    json.member("document_sha256", base::hex(provider.document_sha256));
    json.member("since", t.sso->since.text());
}

/// Expired certificates are no reason to refuse: the provider may sign with another one.
std::vector<std::string> warnings_of(const eventlog::sso_provider& provider, base::moment now) {
    std::vector<std::string> all;
    for (const eventlog::sso_certificate& one : provider.certificates) {
        if (one.not_after > now) continue;
        all.push_back("the certificate " + base::hex(one.sha256) +
                      (one.end_is_known() ? " expired at " + one.not_after.text()
                                          : std::string(" does not say readably when it ends")) +
                      ": fetch the metadata anew and upload them if the provider has a newer one");
    }
    return all;
}

void write_warnings(base::json_writer& json, const std::vector<std::string>& all) {
    json.key("warnings").begin_array();
    for (const std::string& one : all)
        json.value(one);
    json.end_array();
}

/// A document on its way to a worker, and what it says.
struct upload {
    std::string document;
    saml_metadata read;
};

void keep(parts& p, call& c, eventlog::tenant_no tenant, saml_metadata read, std::string document) {
    std::vector<std::string> warnings = warnings_of(read.provider, base::now());
    projections::set_sso wish{std::move(read.provider), {}};
    if (!read.beside.empty()) {
        warnings.push_back("the document has " + std::string(read.beside) +
                           ", which may name people, so its facts are kept and it is not");
    } else if (document.size() > eventlog::sso_document_bytes_max) {
        warnings.push_back("the document has more than " +
                           std::to_string(eventlog::sso_document_bytes_max >> 10) +
                           " KiB, so its facts are kept and it is not");
    } else {
        wish.document = std::move(document);
    }
    submit(p, c, tenant, std::move(wish),
           [warnings = std::move(warnings)](parts&, done& d) -> result<said> {
               if (!d.tenant || !d.tenant->sso) {
                   return refuse(409, "changed", "the metadata were replaced or removed meanwhile");
               }
               said s;
               base::json_writer json(s.json);
               json.begin_object();
               write_sso(json, *d.tenant, base::now());
               write_warnings(json, warnings);
               json.end_object();
               return s;
           });
}

void set(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    if (!is_metadata(c.asked().header("Content-Type"))) {
        return answer(c, problem{415,
                                 "unsupported_media_type",
                                 "send the metadata with Content-Type application/samlmetadata+xml "
                                 "or text/xml, in UTF-8",
                                 {},
                                 0});
    }
    // Shared by the worker and what comes after it, one after the other.
    const auto sent = std::make_shared<upload>();
    sent->document = c.asked().body();
    on_worker(
        p, c, t->number, gateway::job_weight::light,
        [sent](const still_wanted&) -> result<said> {
            auto read = read_saml_metadata(sent->document);
            if (!read) return tl::unexpected(std::move(read.error()));
            sent->read = std::move(*read);
            return said{};
        },
        [&p, tenant = t->number, sent](call& again) {
            keep(p, again, tenant, std::move(sent->read), std::move(sent->document));
        });
}

result<said> show(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return tl::unexpected(t.error());
    if (const auto ok = only_parameters(c, {}); !ok) return tl::unexpected(ok.error());
    if (!t->sso) {
        return refuse(404, "not_found",
                      t->slug + " has no single sign-on: `rollcall sso set " + t->slug +
                          " --metadata FILE` sets it up");
    }
    const auto document = document_of(p, *t);
    if (!document) return tl::unexpected(document.error());
    const base::moment now = base::now();
    said s;
    base::json_writer json(s.json);
    json.begin_object();
    write_sso(json, *t, now);
    json.key("metadata");
    if (document->empty()) {
        json.null();
    } else {
        json.value(*document);
    }
    write_warnings(json, warnings_of(t->sso->provider, now));
    json.end_object();
    return s;
}

void clear(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    submit(p, c, t->number, projections::clear_sso{}, [slug = t->slug](parts&, done&) {
        said s;
        base::json_writer json(s.json);
        json.begin_object().member("tenant", slug).member("sso", false).end_object();
        return result<said>(std::move(s));
    });
}

} // namespace

std::vector<gateway::route> sso_routes(parts& p) {
    using http::method;
    auto take = doing(p, method::put, "/tenants/{tenant}/sso", "admin_set_sso", set);
    take.body = http::body_allowance{sso_metadata_bytes_max, upload_time_max};
    return {
        std::move(take),
        reading(p, method::get, "/tenants/{tenant}/sso", "admin_get_sso", show),
        doing(p, method::del, "/tenants/{tenant}/sso", "admin_clear_sso", clear),
    };
}

} // namespace rollcall::admin
