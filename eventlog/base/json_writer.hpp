// Writes JSON text (RFC 8259) onto a string, without a tree and without allocation per node.
// The caller keeps objects and arrays balanced; commas and escapes are the writer's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::base {

/// Appends `text` as a JSON string with its quotes. Input must be valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

class json_writer {
  public:
    /// Writes onto the end of `out`, which must outlive the writer.
    explicit json_writer(std::string& out) : out_(out) {}

    json_writer& begin_object();
    json_writer& end_object();
    json_writer& begin_array();
    json_writer& end_array();

    /// The name of the next value; only inside an object.
    json_writer& key(std::string_view name);

    json_writer& value(std::string_view text);

    json_writer& value(const char* text) { return value(std::string_view(text)); }

    json_writer& value(bool flag);
    json_writer& value(std::int64_t number);
    json_writer& value(std::uint64_t number);

    json_writer& value(int number) { return value(static_cast<std::int64_t>(number)); }

    json_writer& value(unsigned number) { return value(static_cast<std::uint64_t>(number)); }

    /// Shortest text that reads back as the same double; must be finite.
    json_writer& value(double number);
    json_writer& null();

    /// A value that is JSON text already.
    json_writer& raw(std::string_view json);

    /// key(name) and value(v) in one.
    template <class T>
    json_writer& member(std::string_view name, const T& v) {
        return key(name).value(v);
    }

  private:
    void separate();

    std::string& out_;
    bool comma_ = false;
};

} // namespace rollcall::base
