// What the files that declare verbs to the option parser share. Included by options.cpp and its
// like only: it brings all of CLI11 along.
#pragma once

#include "cli/options.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace rollcall::cli {

/// What the verbs of one line fill in.
struct line {
    invocation out;
    raw_settings settings;
};

/// A verb that binds its options to `T` and becomes the command when it was called.
template <class T>
T& bind(CLI::App& app, line& l) {
    auto wish = std::make_shared<T>();
    app.callback([wish, &l] { l.out.what = *wish; });
    return *wish;
}

// user_options.cpp: what makes and changes people.
void declare_user_create(CLI::App& app, line& l);
void declare_user_set(CLI::App& app, line& l);
void declare_user_deactivate(CLI::App& app, line& l);
void declare_user_reactivate(CLI::App& app, line& l);
void declare_user_delete(CLI::App& app, line& l);
void declare_user_import(CLI::App& app, line& l);

} // namespace rollcall::cli
