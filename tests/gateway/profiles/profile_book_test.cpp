#include "gateway/profiles/profile_book.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <unistd.h>

namespace rollcall::profiles {
namespace {

class scratch {
  public:
    scratch() { std::filesystem::create_directories(path); }

    ~scratch() { std::filesystem::remove_all(path); }

    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path / name) << text;
    }

    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("rollcall-book-" + std::to_string(::getpid()));
};

BOOST_AUTO_TEST_SUITE(profile_book_test)

BOOST_AUTO_TEST_CASE(the_program_brings_its_own) {
    const auto book = profile_book::open({});
    BOOST_REQUIRE(book.has_value());
    BOOST_TEST((*book)->ids() == "auzmor, generic, zamp, zenzap, ziflow, zkipster");
    const auto generic = (*book)->find(usual_profile);
    BOOST_REQUIRE(generic != nullptr);
    BOOST_TEST(!generic->judges_users());
    BOOST_TEST(generic->base_paths.empty());
    BOOST_TEST(generic->source == "shipped");
    BOOST_TEST(((*book)->find("nobody") == nullptr));
    BOOST_TEST(((*book)->base_paths() == std::vector<std::string>{"/auth/scim"}));
}

BOOST_AUTO_TEST_CASE(files_add_and_replace) {
    const scratch at;
    at.write("acme.toml",
             "id = \"acme\"\nversion = 1\nbase_paths = [\"/a\", \"/a/b\", \"/auth/scim\"]");
    at.write("zamp.toml", "id = \"zamp\"\nversion = 9\n");
    at.write("README.md", "not a profile");
    const auto book = profile_book::open(at.path);
    BOOST_REQUIRE_MESSAGE(book.has_value(), (book ? "" : book.error()));
    BOOST_TEST((*book)->ids() == "acme, auzmor, generic, zamp, zenzap, ziflow, zkipster");
    BOOST_TEST((*book)->find("zamp")->version == 9u);
    BOOST_TEST((*book)->find("zamp")->source == (at.path / "zamp.toml").string());
    // The longest first, each once: the first that fits is the right one.
    BOOST_TEST(((*book)->base_paths() == std::vector<std::string>{"/auth/scim", "/a/b", "/a"}));
}

BOOST_AUTO_TEST_CASE(one_file_that_does_not_hold_and_there_is_no_book) {
    const scratch at;
    at.write("a.toml", "id = \"a\"\nversion = 1\n");
    at.write("b.toml", "id = \"b\"\n");
    at.write("c.toml", "id = \"c\"\nversion = 0\nx = 1\n");
    const auto book = profile_book::open(at.path);
    BOOST_REQUIRE(!book.has_value());
    const std::string in = at.path.string();
    BOOST_TEST(book.error() ==
               in +
                   "/b.toml:1:1: version is missing: a whole number, raised with each change of "
                   "the file\n" +
                   in + "/c.toml:2:11: version must be a whole number from 1 on, without quotes\n" +
                   in +
                   "/c.toml:3:1: x is no key of a profile; known here: id, version, title, "
                   "about, base_paths, gates, users, manager, groups, answers, approvals, "
                   "passwords");
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_none) {
    const auto book = profile_book::open("/nonexistent/profiles");
    BOOST_REQUIRE(!book.has_value());
    BOOST_TEST(book.error().starts_with(
        "the directory of profiles /nonexistent/profiles cannot be read: "));
}

BOOST_AUTO_TEST_CASE(more_profiles_than_fit) {
    const scratch at;
    for (std::size_t i = 0; i + 6 < profiles_max; ++i) {
        const std::string id = "p" + std::to_string(i);
        at.write(id + ".toml", "id = \"" + id + "\"\nversion = 1\n");
    }
    const auto full = profile_book::open(at.path);
    BOOST_REQUIRE(full.has_value());
    BOOST_TEST((*full)->all().size() == profiles_max);
    at.write("more.toml", "id = \"more\"\nversion = 1\n");
    BOOST_TEST(!profile_book::open(at.path).has_value());
}

BOOST_AUTO_TEST_CASE(a_change_without_a_new_version_is_told) {
    const scratch at;
    at.write("a.toml", "id = \"a\"\nversion = 1\n");
    at.write("b.toml", "id = \"b\"\nversion = 1\n");
    at.write("c.toml", "id = \"c\"\nversion = 1\n");
    const auto before = profile_book::open(at.path);
    at.write("a.toml", "id = \"a\"\nversion = 1\ntitle = \"A\"\n");
    at.write("b.toml", "id = \"b\"\nversion = 2\ntitle = \"B\"\n");
    at.write("d.toml", "id = \"d\"\nversion = 1\n");
    const auto after = profile_book::open(at.path);
    BOOST_TEST((changed_without_version(**before, **after) == std::vector<std::string>{"a"}));
}

BOOST_AUTO_TEST_CASE(who_reads_keeps_his_book) {
    const scratch at;
    at.write("a.toml", "id = \"a\"\nversion = 1\n");
    profile_shelf shelf;
    const auto old = shelf.book();
    shelf.replace(*profile_book::open(at.path));
    BOOST_TEST((old->find("a") == nullptr));
    BOOST_TEST((shelf.book()->find("a") != nullptr));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::profiles
