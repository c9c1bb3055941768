// Only in a build with ThreadSanitizer, which knows threads by pthread_create and not by C11's
// thrd_create: a library that starts its threads so (librdkafka) would crash in the first memory
// that it asks for. Here the one is made of the other.
#include <memory>
#include <pthread.h>
#include <threads.h>
#include <type_traits>

static_assert(std::is_same_v<thrd_t, pthread_t>);

namespace {

struct first_call {
    thrd_start_t what;
    void* with;
};

void* start(void* given) {
    const std::unique_ptr<first_call> call(static_cast<first_call*>(given));
    return new int(call->what(call->with));
}

} // namespace

extern "C" {

int thrd_create(thrd_t* made, thrd_start_t what, void* with) {
    auto call = std::make_unique<first_call>(first_call{what, with});
    if (pthread_create(made, nullptr, start, call.get()) != 0) return thrd_error;
    call.release(); // NOLINT(bugprone-unused-return-value): the thread has it
    return thrd_success;
}

int thrd_join(thrd_t which, int* result) {
    void* came = nullptr;
    if (pthread_join(which, &came) != 0) return thrd_error;
    const std::unique_ptr<int> value(static_cast<int*>(came));
    if (result != nullptr) *result = *value;
    return thrd_success;
}
}
