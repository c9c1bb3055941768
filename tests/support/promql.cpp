#include "tests/support/promql.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace rollcall::support {
namespace {

const std::set<std::string, std::less<>> functions{
    "rate", "increase",           "sum",       "max",    "min", "avg", "count", "topk",
    "time", "histogram_quantile", "clamp_min", "changes"};
const std::set<std::string, std::less<>> words{"and", "or", "unless", "bool"};
const std::set<std::string, std::less<>> label_lists{"by", "without", "on", "ignoring"};

bool in_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':';
}

class reader {
  public:
    reader(std::string_view text, const scrape& figures) : rest_(text), figures_(figures) {}

    std::vector<std::string> read() {
        if (std::count(rest_.begin(), rest_.end(), '(') !=
            std::count(rest_.begin(), rest_.end(), ')')) {
            faults_.emplace_back("unbalanced parentheses");
        }
        for (skip(); !rest_.empty(); skip()) {
            const char c = rest_[0];
            if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
                take([](char d) { return in_name(d) || d == '.'; });
            } else if (in_name(c)) {
                name(take(in_name));
            } else if (c == '[') {
                until(']');
            } else if (std::string_view("()+-*/%<>=!,").find(c) != std::string_view::npos) {
                rest_.remove_prefix(1);
            } else {
                faults_.push_back("not understood: " + std::string(rest_));
                break;
            }
        }
        if (!any_metric_) faults_.emplace_back("no metric");
        for (const std::string& label : grouped_) {
            if (!labels_.contains(label))
                faults_.push_back("no metric here has the label " + label);
        }
        return faults_;
    }

  private:
    void skip() {
        while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_[0])) != 0)
            rest_.remove_prefix(1);
    }

    template <class F>
    std::string take(F&& wanted) {
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), wanted);
        std::string part(rest_.begin(), end);
        rest_.remove_prefix(part.size());
        return part;
    }

    std::string until(char end) {
        const std::size_t at = rest_.find(end);
        if (at == std::string_view::npos) faults_.push_back(std::string("no ") + end);
        std::string part(rest_.substr(1, at == std::string_view::npos ? at : at - 1));
        rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + 1);
        return part;
    }

    void name(const std::string& what) {
        skip();
        if (words.contains(what)) return;
        if (label_lists.contains(what)) {
            std::string list = rest_.starts_with('(') ? until(')') : "";
            std::replace(list.begin(), list.end(), ',', ' ');
            reader inside(list, figures_);
            for (inside.skip(); !inside.rest_.empty(); inside.skip()) {
                const std::string label = inside.take(in_name);
                if (label.empty()) {
                    faults_.push_back("not a list of labels: " + list);
                    return;
                }
                grouped_.push_back(label);
            }
            return;
        }
        const bool grouped = rest_.starts_with("by ") || rest_.starts_with("without ");
        if (rest_.starts_with('(') || grouped) {
            if (!functions.contains(what)) faults_.push_back("unknown function " + what);
            return;
        }
        metric(what);
    }

    void metric(const std::string& what) {
        any_metric_ = true;
        const scrape::family* family = figures_.find(what);
        if (family == nullptr && what != "up") {
            faults_.push_back("no metric " + what);
        }
        auto known = family != nullptr ? scrape::labels_of(*family)
                                       : std::map<std::string, std::vector<std::string>>();
        for (const auto& [label, values] : known)
            labels_.insert(label);
        if (!rest_.starts_with('{')) return;
        rest_.remove_prefix(1);
        for (skip(); !rest_.empty() && rest_[0] != '}'; skip()) {
            const std::string label = take(in_name);
            skip();
            const std::string how = take([](char c) { return c == '=' || c == '!' || c == '~'; });
            skip();
            if (label.empty() || how.empty() || !rest_.starts_with('"')) {
                faults_.push_back("not a matcher: " + std::string(rest_));
                return;
            }
            rest_.remove_prefix(1);
            const std::string value(rest_.substr(0, rest_.find('"')));
            rest_.remove_prefix(std::min(value.size() + 1, rest_.size()));
            skip();
            if (rest_.starts_with(',')) rest_.remove_prefix(1);
            if (label == "job" || label == "instance") continue;
            const auto at = known.find(label);
            if (at == known.end()) {
                faults_.push_back(std::string(what).append(" has no label ").append(label));
            } else if ((how == "=" || how == "!=") &&
                       std::find(at->second.begin(), at->second.end(), value) == at->second.end()) {
                faults_.push_back(std::string(what)
                                      .append(" never has ")
                                      .append(label)
                                      .append(" ")
                                      .append(value));
            }
        }
        if (rest_.empty()) {
            faults_.emplace_back("no }");
        } else {
            rest_.remove_prefix(1);
        }
    }

    std::string_view rest_;
    const scrape& figures_;
    bool any_metric_ = false;
    std::set<std::string, std::less<>> labels_{"job", "instance", "le"};
    std::vector<std::string> grouped_;
    std::vector<std::string> faults_;
};

} // namespace

std::vector<std::string> faults_of(std::string_view expression, const scrape& figures) {
    return reader(expression, figures).read();
}

} // namespace rollcall::support
