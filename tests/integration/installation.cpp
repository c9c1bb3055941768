#include "tests/integration/installation.hpp"

#include <csignal>
#include <stdexcept>
#include <string_view>

namespace rollcall::integration {

namespace {

constexpr std::chrono::seconds ready_time_max{60};
constexpr std::chrono::seconds stop_time_max{60};
constexpr std::chrono::minutes verb_time_max{2};

} // namespace

std::string installation::program() {
    return ROLLCALL_PROGRAM;
}

installation::installation(std::filesystem::path place) {
    if (place.empty()) {
        own_ = std::make_unique<support::temp_directory>();
        place = own_->path();
    }
    data_ = place / "data";
    complaints_ = place / "server.log";
}

std::chrono::milliseconds installation::start(const std::vector<std::string>& options) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::string> words = {program(),      "serve",    "--data",
                                      data_.string(), "--listen", "127.0.0.1:0"};
    words.insert(words.end(), options.begin(), options.end());
    server_ = std::make_unique<child>(words, complaints_);
    while (const auto line = server_->line(ready_time_max)) {
        const std::size_t behind = line->find("://");
        if (!line->starts_with("ready http") || behind == std::string::npos) continue;
        const auto address = http::endpoint::parse(line->substr(behind + 3));
        if (!address) throw std::runtime_error("odd ready line: " + *line);
        address_ = *address;
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begin);
    }
    server_.reset();
    throw std::runtime_error("the server did not get ready: " + complaints());
}

void installation::kill() {
    server_->signal(SIGKILL);
    server_->wait(stop_time_max);
    server_.reset();
}

ending installation::stop() {
    server_->signal(SIGTERM);
    return await_end();
}

ending installation::await_end() {
    const ending how = server_->wait(stop_time_max);
    server_.reset();
    return how;
}

said installation::run(std::vector<std::string> words) const {
    const support::temp_directory scratch;
    words.insert(words.begin(), program());
    words.insert(words.end(), {"--data", data_.string()});
    child verb(words, scratch / "complaints");
    said all;
    all.output = verb.rest();
    all.how = verb.wait(verb_time_max);
    all.complaint = support::read_bytes(scratch / "complaints");
    return all;
}

std::string installation::tell(std::vector<std::string> words) const {
    std::string asked;
    for (const std::string& word : words)
        asked += ' ' + word;
    said all = run(std::move(words));
    if (!all.ok())
        throw std::runtime_error("rollcall" + asked + " ended with " +
                                 std::to_string(all.how.code) + ": " + all.complaint + all.output);
    return std::move(all.output);
}

json installation::ask(std::vector<std::string> words) const {
    words.push_back("--json");
    return json(tell(std::move(words)));
}

std::string installation::make_tenant(const std::string& id,
                                      const std::vector<std::string>& options) const {
    std::vector<std::string> words = {"tenant", "create", id};
    words.insert(words.end(), options.begin(), options.end());
    tell(words);
    return ask({"key", "create", id, "--label", "test"}).text("/key");
}

std::string installation::complaints() const {
    return std::filesystem::exists(complaints_) ? support::read_bytes(complaints_) : std::string();
}

} // namespace rollcall::integration
