#include "cli/log_source.hpp"

#include "cli/lock_holder.hpp"
#include "eventlog/error.hpp"
#include "gateway/admin/log_page.hpp"
#include "projections/read.hpp"
#include "projections/state_hash.hpp"

namespace rollcall::cli {
namespace {

using eventlog::position;

std::error_code code_of(const admin::problem& p) {
    return p.status == 404 ? make_error_code(eventlog::log_errc::not_found)
                           : make_error_code(eventlog::log_errc::storage);
}

base::failure failure_of(const admin::problem& p) {
    return {code_of(p), p.detail};
}

} // namespace

eventlog::master_key_source key_source_of(const environment& env) {
    eventlog::master_key_source source;
    if (auto file = env(std::string(key_file_variable))) source.file = *file;
    source.hex = env("ROLLCALL_MASTER_KEY");
    return source;
}

base::result<closed_directory> closed_directory::open(const context& c, directory_access how) {
    auto home = eventlog::data_directory::open(c.asked.data, key_source_of(c.env),
                                               eventlog::directory_use::read);
    if (!home) return tl::unexpected(home.error());
    if (const auto pid = lock_holder(*home)) {
        return base::fail(eventlog::log_errc::foreign_directory,
                          "process " + std::to_string(*pid) + " has " + c.asked.data.string() +
                              " open, but no server answers at its admin.sock: `rollcall doctor` "
                              "says more");
    }
    closed_directory out;
    out.home = std::move(*home);
    auto log = eventlog::store::open({.directory = out.home.database(),
                                      .read_only = how == directory_access::read,
                                      .rows_version = projections::projection_version});
    if (!log) return tl::unexpected(log.error());
    out.log = std::move(*log);
    out.keys = std::make_unique<eventlog::keyring>(eventlog::make_local_wrapper(out.home.master));
    return out;
}

base::result<void> log_source::open_closed() {
    if (closed_) return {};
    auto opened = closed_directory::open(context_, directory_access::read);
    if (!opened) return tl::unexpected(opened.error());
    closed_ = std::make_unique<closed_directory>(std::move(*opened));
    return {};
}

base::result<log_part> log_source::read(const log_wish& wish) {
    if (!closed_) {
        auto part = read_served(wish);
        if (part || !is_unreachable(part.error())) return part;
    }
    return read_closed(wish);
}

base::result<log_part> log_source::read_served(const log_wish& wish) {
    std::string target = "/log?wait=" + std::to_string(wish.wait_s);
    if (wish.tenant) target += "&tenant=" + escaped(*wish.tenant);
    if (wish.whole) target += "&detail=whole";
    if (wish.from) {
        target += "&from=" + escaped(wish.from->text());
    } else {
        target += "&last=" + std::to_string(wish.last);
    }
    auto answer = server_.ask_whole("GET", target);
    if (!answer) return tl::unexpected(answer.error());
    const auto next = position::parse(answer->header("X-Next-Position"));
    if (!next) {
        return base::fail(make_error_code(http::client_errc::bad_answer),
                          "the server did not say where the log goes on: it is of another version");
    }
    return log_part{std::move(answer->body), *next};
}

base::result<log_part> log_source::read_closed(const log_wish& wish) {
    if (auto opened = open_closed(); !opened) return tl::unexpected(opened.error());
    admin::page_wish page;
    if (wish.tenant) {
        page.tenant = projections::read_slug(*closed_->log->snapshot(), *wish.tenant);
        if (!page.tenant) {
            return base::fail(eventlog::log_errc::not_found,
                              "there is no tenant '" + *wish.tenant + "'");
        }
    }
    page.from =
        wish.from ? *wish.from : admin::start_of_last(*closed_->log, page.tenant, wish.last);
    if (wish.whole) page.detail = told::event_detail::whole;
    auto read = admin::read_page(*closed_->log, *closed_->keys, page);
    if (!read) return tl::unexpected(failure_of(read.error()));
    return log_part{std::move(read->lines), read->next};
}

base::result<std::string> log_source::read_one(position at) {
    auto answer = server_.ask("GET", "/log/" + escaped(at.text()));
    if (answer || !is_unreachable(answer.error())) return answer;
    if (auto opened = open_closed(); !opened) return tl::unexpected(opened.error());
    auto read = admin::read_one(*closed_->log, *closed_->keys, at);
    if (!read) return tl::unexpected(failure_of(read.error()));
    return std::move(*read);
}

} // namespace rollcall::cli
