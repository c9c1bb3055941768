// A real small disk (tmpfs in a mount namespace of this process) that fills up while the server
// runs: first the reserve, then the floor, then the last byte under load. Needs the right to mount;
// without it the cases say so and check nothing.
#include "tests/integration/crowd.hpp"
#include "tests/integration/installation.hpp"
#include "tests/integration/seed.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <fcntl.h>
#include <iostream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

namespace rollcall::integration {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::uint64_t mib = 1u << 20;
constexpr std::uint64_t disk_bytes = 640 * mib;
constexpr std::uint64_t reserve_bytes = 400 * mib;
/// The guard looks once a second; on a busy machine its notice may come late.
constexpr std::chrono::seconds notice_time_max{20};

class small_disk {
  public:
    small_disk() {
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", place_.path().c_str(), "tmpfs", 0,
                    ("size=" + std::to_string(disk_bytes)).c_str()) != 0) {
            std::cout << "SKIPPED: a small disk cannot be mounted here: "
                      << std::generic_category().message(errno) << '\n';
            return;
        }
        mounted_ = true;
    }

    ~small_disk() {
        if (mounted_) ::umount2(place_.path().c_str(), MNT_DETACH);
    }

    small_disk(const small_disk&) = delete;
    small_disk& operator=(const small_disk&) = delete;

    [[nodiscard]] bool mounted() const { return mounted_; }

    [[nodiscard]] const std::filesystem::path& path() const { return place_.path(); }

    /// Takes space until about `bytes` are free.
    void leave_free(std::uint64_t bytes) const {
        struct statvfs info {};

        BOOST_REQUIRE(::statvfs(path().c_str(), &info) == 0);
        const std::uint64_t now = info.f_bavail * info.f_frsize;
        const std::uint64_t held = std::filesystem::exists(ballast()) ? held_ : 0;
        BOOST_REQUIRE(now + held >= bytes);
        held_ = now + held - bytes;
        const int fd = ::open(ballast().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        BOOST_REQUIRE(fd >= 0);
        const int cut = ::ftruncate(fd, 0);
        const int error = ::posix_fallocate(fd, 0, static_cast<off_t>(held_));
        ::close(fd);
        BOOST_REQUIRE(cut == 0);
        BOOST_REQUIRE(error == 0);
    }

    /// Takes the last byte, also while others write.
    void fill() const {
        const int fd = ::open(ballast().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        BOOST_REQUIRE(fd >= 0);
        off_t size = 0;
        for (const off_t step : {off_t{1} << 20, off_t{1} << 12})
            while (::posix_fallocate(fd, size, step) == 0)
                size += step;
        ::close(fd);
    }

    void free_all() const { std::filesystem::remove(ballast()); }

  private:
    [[nodiscard]] std::filesystem::path ballast() const { return place_ / "ballast"; }

    support::temp_directory place_;
    bool mounted_ = false;
    mutable std::uint64_t held_ = 0;
};

const std::vector<std::string> options = {"--disk-reserve-mib",
                                          std::to_string(reserve_bytes / mib)};

/// Asks until the answer has this status; the last answer.
template <class F>
reply ask_until(unsigned status, F&& ask) {
    const auto until = steady::now() + notice_time_max;
    reply r = ask();
    while (r.status != status && steady::now() < until)
        r = ask();
    BOOST_REQUIRE_MESSAGE(r.status == status,
                          "status " << r.code() << ", not " << status << ": " << r.body);
    return r;
}

} // namespace

BOOST_AUTO_TEST_SUITE(disk_full_test)

BOOST_AUTO_TEST_CASE(the_reserve_is_for_deprovisioning_and_the_floor_for_nobody) {
    const small_disk disk;
    if (!disk.mounted()) return;
    installation home(disk.path());
    home.start(options);
    const std::string key = home.make_tenant("acme");
    provider server(home.address(), key);
    std::vector<std::string> ids;
    for (const std::string name : {"ann", "bob", "cid"}) {
        const reply made = server.create(user_body(name + "@example.com", "a"));
        BOOST_REQUIRE(made.status == 201u);
        ids.push_back(made.json().text("/id"));
    }
    unsigned asked = 0;
    const auto create = [&] {
        return server.create(user_body("n" + std::to_string(asked++) + "@example.com", "a"));
    };

    disk.leave_free(reserve_bytes - 60 * mib);
    BOOST_TEST(ask_until(507, create).json().has("/detail"));
    BOOST_TEST(server.patch(ids[0], patch_body("b")).code() == 507u);
    const reply deactivated = server.patch(ids[0], patch_body("b", false));
    BOOST_TEST(deactivated.code() == 200u);
    BOOST_TEST(!deactivated.json().flag("/active"));
    BOOST_TEST(server.remove(ids[1]).code() == 204u);
    BOOST_TEST(server.get(ids[2]).code() == 200u);

    disk.leave_free(150 * mib);
    ask_until(507, [&] { return server.patch(ids[0], patch_body("c", false)); });
    BOOST_TEST(server.patch(ids[2], patch_body("c", false)).code() == 507u);
    BOOST_TEST(server.remove(ids[2]).code() == 507u);
    BOOST_TEST(server.get(ids[2]).json().flag("/active"));

    disk.free_all();
    ask_until(201, create);
    BOOST_TEST(home.ask({"log", "verify"}).flag("/ok"));
    BOOST_TEST(home.stop().code == 0);
}

// Somebody else fills the disk to the last byte faster than the guard looks. The server may stop
// itself; it may not lose what it answered, nor damage what it has.
BOOST_AUTO_TEST_CASE(the_last_byte_is_taken_under_load) {
    const small_disk disk;
    if (!disk.mounted()) return;
    const std::uint64_t seed = seed_of_this_run();
    BOOST_TEST_CONTEXT("ROLLCALL_TEST_SEED=" << seed) {
        installation home(disk.path());
        home.start(options);
        const std::string key = home.make_tenant("acme");
        crowd people(8, seed);
        bool stopped_itself = false;
        people.work(home.address(), key, 300, [&] {
            disk.fill();
            provider server(home.address(), key);
            for (reply r; r.status != 507 && !stopped_itself;) {
                r = server.create(user_body("late" + std::to_string(seed) + "@example.com", "a"));
                stopped_itself = r.unknown();
            }
        });
        disk.free_all();
        if (stopped_itself) {
            BOOST_TEST(home.await_end().code == 70);
            home.start(options);
        }
        // Whether the late one got in is nobody's promise.
        provider server(home.address(), key);
        const json late = server.find("late" + std::to_string(seed) + "@example.com").json();
        if (late.number("/totalResults") == 1) {
            const std::string id = late.text("/Resources/0/id");
            // Refused until the guard has seen that there is room again.
            ask_until(204, [&] { return server.remove(id); });
        }
        for (const std::string& line : people.settle(home.address(), key, true))
            BOOST_ERROR(line);
        BOOST_TEST(home.ask({"log", "verify"}).flag("/ok"));
        BOOST_TEST(home.stop().code == 0);
    }
}

// The disk of the backups is another one: the server does not care.
BOOST_AUTO_TEST_CASE(a_backup_on_a_full_disk_leaves_the_one_of_before) {
    const small_disk disk;
    if (!disk.mounted()) return;
    installation home;
    home.start();
    const std::string key = home.make_tenant("acme");
    const std::string to = (disk.path() / "log").string();
    const std::string keys = (disk.path() / "keys").string();
    crowd people(4, seed_of_this_run());
    people.work(home.address(), key, 300, [] {});
    const std::string end = home.ask({"backup", "create", to, "--keys-to", keys}).text("/end");
    people.work(home.address(), key, 300, [] {});
    disk.fill();
    const said refused = home.run({"backup", "create", to, "--keys-to", keys});
    BOOST_TEST(refused.how.code == 1);
    BOOST_TEST_INFO(refused.complaint);
    BOOST_TEST(refused.complaint.find("No space left on device") != std::string::npos);
    BOOST_TEST(refused.complaint.find("up to " + end + " stays valid") != std::string::npos);
    BOOST_TEST(home.ask({"backup", "verify", to, "--keys-from", keys}).text("/end") == end);
    BOOST_TEST(!json(home.run({"doctor", "--json"}).output).flag("/ok"));
    people.work(home.address(), key, 50, [] {});
    disk.free_all();
    home.ask({"backup", "create", to, "--keys-to", keys});
    BOOST_TEST(home.ask({"backup", "verify", to, "--keys-from", keys}).flag("/ok"));
    BOOST_TEST(home.ask({"doctor"}).flag("/ok"));
    for (const std::string& line : people.settle(home.address(), key, true))
        BOOST_ERROR(line);
    BOOST_TEST(home.stop().code == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
