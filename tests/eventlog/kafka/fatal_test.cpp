// What a producer makes of errors that a real broker gives once in a blue moon: a broker of the
// client library's own, which answers as it is told.
#include "tests/eventlog/kafka/support.hpp"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

BOOST_AUTO_TEST_SUITE(fatal_test)

using namespace rollcall;
using namespace rollcall::kafka;
using namespace rollcall::kafka::testing;

namespace {

constexpr std::int16_t produce_request = 0;
constexpr std::int16_t producer_id_request = 22;

class scripted_broker {
  public:
    scripted_broker() {
        rd_kafka_conf_t* const conf = rd_kafka_conf_new();
        char reason[256];
        rd_kafka_conf_set(conf, "log_level", "0", reason, sizeof reason);
        library_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
        BOOST_REQUIRE(library_ != nullptr);
        cluster_ = rd_kafka_mock_cluster_new(library_, 1);
        BOOST_REQUIRE(cluster_ != nullptr);
        rd_kafka_mock_topic_create(cluster_, "t", 1, 1);
    }

    ~scripted_broker() {
        rd_kafka_mock_cluster_destroy(cluster_);
        rd_kafka_destroy(library_);
    }

    scripted_broker(const scripted_broker&) = delete;
    scripted_broker& operator=(const scripted_broker&) = delete;

    [[nodiscard]] std::string address() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }

    /// The next requests of this kind fail, one after the other.
    void fail(std::int16_t request, const std::vector<rd_kafka_resp_err_t>& with) {
        for (const rd_kafka_resp_err_t error : with)
            rd_kafka_mock_push_request_errors(cluster_, request, 1, error);
    }

  private:
    rd_kafka_t* library_ = nullptr;
    rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

message numbered(std::uint64_t number) {
    message m;
    m.topic = "t";
    m.key = "k";
    m.value = "v";
    m.number = number;
    return m;
}

using errors = std::vector<rd_kafka_resp_err_t>;

} // namespace

BOOST_AUTO_TEST_CASE(what_goes_away_by_itself_is_tried_again) {
    struct row {
        const char* name;
        std::int16_t request;
        errors with;
        std::int64_t first_offset = 0;
    };

    const std::vector<row> rows = {
        {"a leader that has moved", produce_request,
         errors(3, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION)},
        {"no answer from replicas", produce_request,
         errors(2, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT)},
        {"too few replicas", produce_request, errors(4, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS)},
        {"too few after it was written", produce_request,
         errors(2, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND)},
        {"a producer that the broker has forgotten", produce_request,
         errors(1, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID)},
        {"what it has already, and does not know where", produce_request,
         errors(1, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER), -1},
        {"a connection that breaks", produce_request, errors(2, RD_KAFKA_RESP_ERR__TRANSPORT)},
        {"no id for the producer yet", producer_id_request,
         errors(2, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS)},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            scripted_broker script;
            script.fail(r.request, r.with);
            loop l;
            l.run([&]() -> awaitable<void> {
                producer out = must(producer::open(l.get(), plain(script.address())));
                for (std::uint64_t i = 0; i < 20; ++i)
                    must(out.send(numbered(i)));
                std::int64_t next = r.first_offset;
                for (const auto& [number, one] : co_await all_deliveries(out)) {
                    BOOST_TEST(!one.failed);
                    BOOST_TEST(one.offset == next++);
                }
                co_await out.close();
            });
        }
    }
}

BOOST_AUTO_TEST_CASE(what_ends_a_producer_comes_out_as_a_value) {
    struct row {
        const char* name;
        std::int16_t request;
        rd_kafka_resp_err_t with;
        const char* says;
    };

    const std::vector<row> rows = {
        {"counts that do not fit together", produce_request,
         RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "OUT_OF_ORDER_SEQUENCE_NUMBER"},
        {"somebody newer with our id", produce_request, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
         "Producer attempted"},
        {"an id that the broker has forgotten", produce_request,
         RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING, "Producer"},
        {"no right to be idempotent", producer_id_request,
         RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, "CLUSTER_AUTHORIZATION_FAILED"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            scripted_broker script;
            script.fail(r.request, {r.with});
            loop l;
            l.run([&]() -> awaitable<void> {
                producer out = must(producer::open(l.get(), plain(script.address())));
                for (std::uint64_t i = 0; i < 20; ++i)
                    must(out.send(numbered(i)));
                // Whatever is reported is reported once; then the reason.
                const auto until = soon();
                std::size_t failed = 0;
                base::result<std::vector<delivery>> last;
                while ((last = co_await out.deliveries(until)) && !last->empty()) {
                    for (const delivery& one : *last)
                        failed += one.failed ? 1u : 0u;
                }
                check_fails(last, kafka_errc::fatal_producer, r.says);
                BOOST_TEST(failed + out.unreported() == 20u);
                check_fails(out.send(numbered(99)), kafka_errc::fatal_producer, r.says);
                check_fails(co_await out.deliveries(soon()), kafka_errc::fatal_producer, r.says);
                co_await out.close();
                check_fails(co_await out.deliveries(soon()), kafka_errc::closed);

                // The next one works.
                producer again = must(producer::open(l.get(), plain(script.address())));
                must(again.send(numbered(1)));
                BOOST_TEST(!(co_await all_deliveries(again)).at(1).failed);
                co_await again.close();
            });
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_told_of_the_message_alone) {
    struct row {
        const char* name;
        rd_kafka_resp_err_t with;
        kafka_errc code;
    };

    const std::vector<row> rows = {
        {"no right to write", RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
         kafka_errc::not_authorized},
        {"too large for the broker", RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
         kafka_errc::message_too_large},
        {"against the topic's rules", RD_KAFKA_RESP_ERR_POLICY_VIOLATION, kafka_errc::bad_options},
        {"what we have no word for", RD_KAFKA_RESP_ERR_INVALID_RECORD, kafka_errc::other},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            scripted_broker script;
            loop l;
            l.run([&]() -> awaitable<void> {
                producer out = must(producer::open(l.get(), plain(script.address())));
                must(out.send(numbered(1)));
                BOOST_TEST(!(co_await all_deliveries(out)).at(1).failed);
                script.fail(produce_request, {r.with});
                must(out.send(numbered(2)));
                const auto reports = co_await all_deliveries(out);
                BOOST_REQUIRE(reports.at(2).failed.has_value());
                BOOST_TEST_CONTEXT(reports.at(2).failed->message) {
                    BOOST_TEST(reports.at(2).failed->code == make_error_code(r.code));
                    BOOST_TEST(reports.at(2).failed->message.find("t[0]") == 0u);
                }
                co_await out.close();
            });
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
