#include "cli/verbs.hpp"

#include <sodium.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sys/stat.h>

int main(int argc, char** argv) {
    // A peer that goes away is an error of its connection, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    // What any verb makes in a data directory holds people in clear or opens it: it is nobody
    // else's to read.
    ::umask(S_IRWXG | S_IRWXO);
    if (sodium_init() < 0) {
        std::cerr << "rollcall: the cryptographic library does not start\n";
        return 1;
    }
    const auto env = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe)
        return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
    };
    return rollcall::cli::run_command_line({argv, argv + argc},
                                           rollcall::cli::terminal::of_process(), env);
}
