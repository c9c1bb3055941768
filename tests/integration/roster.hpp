// The sample subscriber of docs/SUBSCRIBE.md, with a file of its own.
#pragma once

#include "tests/integration/child.hpp"
#include "tests/integration/installation.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace rollcall::integration {

class roster {
  public:
    roster(std::string brokers, std::string prefix)
        : brokers_(std::move(brokers)), prefix_(std::move(prefix)) {}

    /// Takes what there is: `TENANT NAME STATUS` for each person, sorted.
    std::vector<std::string> read() {
        const said all = run_once();
        BOOST_REQUIRE_MESSAGE(all.ok(), all.complaint);
        std::vector<std::string> people;
        std::istringstream in(all.output);
        for (std::string line; std::getline(in, line);) {
            // What happened is told as `TENANT SEQ TYPE SUBJECT`.
            const char second = line.at(line.find(' ') + 1);
            if (second < '0' || second > '9') people.push_back(line);
        }
        std::sort(people.begin(), people.end());
        return people;
    }

    said run_once() {
        child one(words({"--once"}), place_ / "complaints");
        said all;
        all.output = one.rest();
        all.how = one.wait(std::chrono::minutes(2));
        all.complaint = support::read_bytes(place_ / "complaints");
        return all;
    }

    /// Follows until it has told of something, and is killed there.
    void read_and_die() {
        child one(words({}), place_ / "complaints");
        static_cast<void>(one.line(std::chrono::seconds(30)));
        one.signal(SIGKILL);
        one.wait(std::chrono::seconds(30));
    }

  private:
    [[nodiscard]] std::vector<std::string> words(const std::vector<std::string>& more) const {
        const std::string tree = ROLLCALL_TREE;
        std::vector<std::string> all{tree + "/build/python/bin/python",
                                     tree + "/docs/examples/roster/roster.py",
                                     brokers_,
                                     (place_ / "roster.db").string(),
                                     "--prefix",
                                     prefix_};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    std::string brokers_;
    std::string prefix_;
    support::temp_directory place_;
};

} // namespace rollcall::integration
