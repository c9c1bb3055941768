// Ends the binary if a case takes far longer than any should, and says which one it was.
#pragma once

#include <boost/test/framework.hpp>
#include <boost/test/tree/observer.hpp>
#include <boost/test/tree/test_unit.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

namespace rollcall::support {

class watchdog : public boost::unit_test::test_observer {
  public:
    watchdog() : thread_([this] { watch(); }) {
        boost::unit_test::framework::register_observer(*this);
    }

    ~watchdog() override {
        boost::unit_test::framework::deregister_observer(*this);
        {
            const std::lock_guard lock(mutex_);
            over_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }

    watchdog(const watchdog&) = delete;
    watchdog& operator=(const watchdog&) = delete;

    void test_unit_start(const boost::unit_test::test_unit& unit) override {
        if (unit.p_type != boost::unit_test::TUT_CASE) return;
        {
            const std::lock_guard lock(mutex_);
            running_ = unit.full_name();
            ++cases_;
        }
        changed_.notify_one();
    }

  private:
    /// Below the time that a binary has in all, beyond what the longest case takes on a machine
    /// that does other things besides.
    static constexpr std::chrono::seconds case_time_max{240};

    void watch() {
        std::unique_lock lock(mutex_);
        while (!over_) {
            const auto seen = cases_;
            const auto changed = [&] { return over_ || cases_ != seen; };
            if (changed_.wait_for(lock, case_time_max, changed)) continue;
            if (running_.empty()) continue;
            std::fprintf(stderr, "%s has not ended in %lld seconds\n", running_.c_str(),
                         static_cast<long long>(case_time_max.count()));
            std::abort();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::string running_;
    unsigned cases_ = 0;
    bool over_ = false;
    std::thread thread_;
};

} // namespace rollcall::support
