#include "gateway/password_office.hpp"

#include <boost/test/unit_test.hpp>

#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace rollcall::gateway {
namespace {

using eventlog::tenant_no;
using verdict = password_office::verdict;

constexpr tenant_no acme{1};
constexpr tenant_no bold{2};

/// Hashes that cost next to nothing.
limits cheap() {
    limits bounds;
    bounds.password_hash_memory_bytes = std::size_t{8} * 1024;
    bounds.password_hash_passes = 1;
    return bounds;
}

/// Keeps the office's only thread busy until it goes.
class guest {
  public:
    explicit guest(password_office& office) {
        struct job {
            std::shared_ptr<latches> both;

            void operator()(job_turn, const std::atomic<bool>&) {
                both->started.count_down();
                both->released.wait();
            }

            [[nodiscard]] static bool wanted() { return true; }
        } sits{latches_};

        BOOST_REQUIRE((office.threads().post(sits, {tenant_no{9}}) == worker_pool::verdict::taken));
        latches_->started.wait();
    }

    guest(const guest&) = delete;
    guest& operator=(const guest&) = delete;

    ~guest() { latches_->released.count_down(); }

  private:
    struct latches {
        std::latch started{1};
        std::latch released{1};
    };

    std::shared_ptr<latches> latches_ = std::make_shared<latches>();
};

/// What the office said of each password.
struct diary {
    std::mutex mutex;
    std::vector<verdict> said;

    password_office::heard entry() {
        return [this](verdict what, const std::string& hash) {
            const std::lock_guard lock(mutex);
            said.push_back(what);
            BOOST_TEST(hash.empty() == (what != verdict::hashed));
        };
    }

    std::size_t count(verdict what) {
        const std::lock_guard lock(mutex);
        return static_cast<std::size_t>(std::count(said.begin(), said.end(), what));
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(password_office_test)

BOOST_AUTO_TEST_CASE(a_hash_says_how_it_was_made_and_fits_its_password_alone) {
    const base::secret_text right("correct horse");
    const auto hash = hash_password(right, {std::size_t{64} * 1024, 3});
    BOOST_REQUIRE(hash.has_value());
    BOOST_TEST(hash->starts_with("$argon2id$v=19$m=64,t=3,p=1$"));
    BOOST_TEST(*hash != *hash_password(right, {std::size_t{64} * 1024, 3}));
    BOOST_TEST(is_password(*hash, right));
    for (const char* wrong : {"", "Correct horse", "correct horse ", "correct hors"}) {
        BOOST_TEST(!is_password(*hash, base::secret_text(wrong)));
    }
    for (const char* damaged :
         {"", "x", "$argon2id$v=19$m=64,t=3,p=1$", "$argon2id$v=19$m=0,t=3"}) {
        BOOST_TEST(!is_password(damaged, right));
    }
}

BOOST_AUTO_TEST_CASE(the_standard_is_no_weaker_than_owasp_asks) {
    const limits standard;
    BOOST_TEST(standard.password_hash_memory_bytes >= std::size_t{19} << 20);
    BOOST_TEST(standard.password_hash_passes >= 2u);
}

BOOST_AUTO_TEST_CASE(who_has_no_password_is_verified_as_expensively_and_is_never_right) {
    password_office office(cheap());
    const base::secret_text text("s3cret");
    const auto hash = hash_password(text, {std::size_t{8} * 1024, 1});
    BOOST_TEST(office.verify(hash, text));
    BOOST_TEST(!office.verify(hash, base::secret_text("other")));
    BOOST_TEST(!office.verify(std::nullopt, text));
    const auto now = office.figures();
    BOOST_TEST(now.right == 1u);
    BOOST_TEST(now.wrong == 2u);
}

BOOST_AUTO_TEST_CASE(past_the_queue_or_a_tenants_share_one_more_is_refused_at_once) {
    struct row {
        const char* name;
        std::size_t queue, share, of_acme, of_bold, taken;
    };

    const row rows[] = {{"within both", 4, 2, 2, 2, 4},
                        {"past the share", 4, 2, 3, 0, 2},
                        {"past the queue", 3, 2, 2, 2, 3},
                        {"a share that is full is nobody else's", 8, 1, 4, 1, 2}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            limits bounds = cheap();
            bounds.password_queue_max = r.queue;
            bounds.tenant_passwords_waiting_max = r.share;
            diary all;
            std::size_t asked = 0;
            {
                password_office office(bounds);
                {
                    const guest busy(office);
                    for (const auto& [tenant, count] :
                         {std::pair{acme, r.of_acme}, {bold, r.of_bold}}) {
                        for (std::size_t i = 0; i < count; ++i, ++asked)
                            office.hash(tenant, base::secret_text("x"), all.entry());
                    }
                    BOOST_TEST(all.count(verdict::busy) == asked - r.taken);
                    BOOST_TEST(office.figures().refused == asked - r.taken);
                }
                // Whoever was taken is told, at the latest when the office closes.
            }
            BOOST_TEST(all.count(verdict::hashed) + all.count(verdict::stopping) == r.taken);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_turn_that_comes_too_late_and_an_office_that_stops_are_told) {
    limits bounds = cheap();
    bounds.password_wait_max = std::chrono::milliseconds(-1);
    diary all;
    {
        password_office office(bounds);
        const guest busy(office);
        office.hash(acme, base::secret_text("x"), all.entry());
        office.stop();
        office.hash(acme, base::secret_text("x"), all.entry());
    }
    BOOST_TEST(all.said.size() == 2u);
    BOOST_TEST(all.count(verdict::hashed) == 0u);
    BOOST_TEST(all.count(verdict::stopping) >= 1u);
}

BOOST_AUTO_TEST_CASE(verifications_have_a_pace_for_each_user_and_for_his_tenant) {
    limits bounds = cheap();
    bounds.verifications_user_burst = 2;
    bounds.verification_user_pause = std::chrono::seconds(6);
    bounds.verifications_tenant_burst = 3;
    bounds.verification_tenant_pause = std::chrono::seconds(10);
    password_office office(bounds);
    const auto start = std::chrono::steady_clock::now();

    struct row {
        const char* name;
        tenant_no tenant;
        std::string_view who;
        int at;   ///< seconds since the start
        int wait; ///< 0: within the pace
    };

    const row rows[] = {{"the first", acme, "jane", 0, 0},
                        {"the second", acme, "jane", 0, 0},
                        {"one more", acme, "jane", 0, 6},
                        {"still one more", acme, "jane", 5, 1},
                        {"another user", acme, "tom", 5, 0},
                        {"a third one, past the tenant's", acme, "ann", 5, 5},
                        {"of the same name elsewhere", bold, "jane", 5, 0},
                        {"when it was forgotten", acme, "jane", 10, 0}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto wait = office.pace(r.tenant, r.who, start + std::chrono::seconds(r.at));
            BOOST_TEST((wait ? wait->count() : 0) == r.wait);
        }
    }
    BOOST_TEST(office.figures().throttled == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::gateway
