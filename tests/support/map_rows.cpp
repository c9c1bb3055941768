#include "tests/support/map_rows.hpp"

namespace rollcall::support {
namespace {

using eventlog::table;

class map_cursor final : public eventlog::row_cursor {
  public:
    map_cursor(const map_rows::content& rows, table t, std::string_view prefix) {
        for (const auto& [key, value] : rows) {
            if (key.first == t && key.second.starts_with(prefix)) rows_[key.second] = value;
        }
        at_ = rows_.end();
    }

    void seek(std::string_view key) override { at_ = rows_.lower_bound(std::string(key)); }

    void seek_for_prev(std::string_view key) override {
        at_ = rows_.upper_bound(std::string(key));
        prev();
    }

    void next() override { ++at_; }

    void prev() override { at_ = at_ == rows_.begin() ? rows_.end() : std::prev(at_); }

    [[nodiscard]] bool valid() const override { return at_ != rows_.end(); }

    [[nodiscard]] std::string_view key() const override { return at_->first; }

    [[nodiscard]] std::string_view value() const override { return at_->second; }

  private:
    std::map<std::string, std::string> rows_;
    std::map<std::string, std::string>::const_iterator at_;
};

class map_snapshot final : public eventlog::row_snapshot {
  public:
    explicit map_snapshot(map_rows rows) : rows_(std::move(rows)) {}

    bool get(table t, std::string_view key, std::string& value) const override {
        return rows_.get(t, key, value);
    }

    [[nodiscard]] std::unique_ptr<eventlog::row_cursor>
    cursor(table t, std::string_view prefix) const override {
        return std::make_unique<map_cursor>(rows_.rows, t, prefix);
    }

  private:
    map_rows rows_;
};

} // namespace

std::unique_ptr<eventlog::row_snapshot> map_rows::snapshot() const {
    return std::make_unique<map_snapshot>(*this);
}

} // namespace rollcall::support
