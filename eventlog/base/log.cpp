#include "eventlog/base/log.hpp"

#include "eventlog/base/json_writer.hpp"
#include "eventlog/base/time.hpp"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <unistd.h>

namespace rollcall::base {
namespace {

constexpr std::size_t buffered_lines_max = 8192;

struct sink {
    std::shared_ptr<spdlog::logger> logger;
    log_level least = log_level::warn;
    bool json = true;
};

sink& the_sink() {
    static sink instance{std::make_shared<spdlog::logger>(
                             "rollcall", std::make_shared<spdlog::sinks::stderr_sink_mt>()),
                         log_level::warn, true};
    static const bool prepared = (instance.logger->set_pattern("%v"), true);
    (void)prepared;
    return instance;
}

std::string_view level_word(log_level level) {
    switch (level) {
    case log_level::debug: return "debug";
    case log_level::info: return "info";
    case log_level::warn: return "warn";
    case log_level::error: return "error";
    }
    return "error";
}

std::string as_json(log_level level, std::string_view message,
                    std::initializer_list<log_field> fields) {
    std::string line;
    json_writer json(line);
    json.begin_object();
    json.member("time", now().text());
    json.member("level", level_word(level));
    json.member("message", message);
    for (const log_field& field : fields) {
        json.key(field.name);
        std::visit([&](const auto& v) { json.value(v); }, field.value);
    }
    json.end_object();
    return line;
}

std::string as_words(log_level level, std::string_view message,
                     std::initializer_list<log_field> fields) {
    std::string line = now().text().substr(11, 12);
    line += ' ';
    line += level_word(level);
    line.append(level_word(level).size() < 5 ? 2 : 1, ' ');
    line += message;
    for (const log_field& field : fields) {
        line += ' ';
        line += field.name;
        line += '=';
        std::string text;
        json_writer json(text);
        std::visit([&](const auto& v) { json.value(v); }, field.value);
        line += text;
    }
    return line;
}

} // namespace

void start_logging(log_level least, log_format format) {
    sink& s = the_sink();
    spdlog::init_thread_pool(buffered_lines_max, 1);
    s.logger = std::make_shared<spdlog::async_logger>(
        "rollcall", std::make_shared<spdlog::sinks::stderr_sink_mt>(), spdlog::thread_pool(),
        spdlog::async_overflow_policy::overrun_oldest);
    s.logger->set_pattern("%v");
    s.logger->flush_on(spdlog::level::info);
    s.least = least;
    s.json = format == log_format::json || (format == log_format::automatic && isatty(2) == 0);
}

void flush_logging() {
    the_sink().logger->flush();
    spdlog::shutdown();
}

void log(log_level level, std::string_view message, std::initializer_list<log_field> fields) {
    sink& s = the_sink();
    if (level < s.least) return;
    s.logger->log(spdlog::level::info,
                  s.json ? as_json(level, message, fields) : as_words(level, message, fields));
}

} // namespace rollcall::base
