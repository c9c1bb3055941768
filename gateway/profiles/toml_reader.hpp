// Reads a table of a TOML file key by key and notes whatever is wrong with it, each fault with its
// line and column. Keys that nobody asked for are faults too: a misspelt one must not be ignored.
#pragma once

#include "gateway/profiles/file_fault.hpp"

#include <toml++/toml.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::profiles {

/// A text of the file with the place where it stands.
struct placed_text {
    std::string text;
    toml::source_position at;
};

class toml_reader {
  public:
    /// `name` is how the table is called in messages: empty for the file itself, else `users`.
    toml_reader(const toml::table& in, std::string name, file_faults& faults)
        : in_(in), name_(std::move(name)), faults_(faults) {}

    /// Notes every key that is not among these, with the nearest of them.
    void only(std::span<const std::string_view> known);

    [[nodiscard]] bool has(std::string_view key) const { return in_.contains(key); }

    /// A fault at the value of `key`, or, if there is none, at the table.
    void fault(std::string_view key, std::string_view message);
    void fault(const toml::source_position& at, std::string message);

    /// Where the value of `key` stands; the table's own place if it is absent.
    [[nodiscard]] toml::source_position place(std::string_view key) const;

    /// Each leaves `into` as it is if the key is absent; a value of another type is a fault.
    void flag(std::string_view key, bool& into);
    void number(std::string_view key, std::uint32_t& into);
    void text(std::string_view key, std::string& into);
    /// One of `words`; sets `into` to its place among them.
    void word(std::string_view key, std::span<const std::string_view> words, std::size_t& into);
    /// A list of texts, none of them empty or there twice.
    [[nodiscard]] std::vector<placed_text> texts(std::string_view key);
    /// A table within; nothing if it is absent.
    [[nodiscard]] const toml::table* table(std::string_view key);
    /// A list of tables, `[[users.patterns]]`.
    [[nodiscard]] std::vector<const toml::table*> tables(std::string_view key);

    /// `users.update`
    [[nodiscard]] std::string full(std::string_view key) const;

  private:
    /// The text of a node within the bound; nothing, and a fault, if it is none.
    const std::string* text_in(const toml::node& node, std::string_view key);

    const toml::table& in_;
    std::string name_;
    file_faults& faults_;
};

/// The one of `known` that `word` was probably meant to be; empty if none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

} // namespace rollcall::profiles
