#include "adapters/fan_out.h"

#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <stdexcept>
#include <vector>

#include "tests/support/hospital_fixture.h"

namespace fan_out_test {

using fhir::Error;
using fhir::ErrorKind;
using Ids = std::vector<std::string>;

namespace {

Error answered(ErrorKind kind, int status) {
    return Error(kind, "answered").withStatus(status);
}

/// Which of the ids `fanOutLists` says to have failed.
std::set<std::string> failed(const Ids& ids, int size,
                             const std::function<void(const Ids&)>& work) {
    std::set<std::string> result;
    for (const auto& [id, error] : adapters::fanOutLists(ids, size, 1, work)) result.insert(id);
    return result;
}

bool has(const Ids& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

TEST_CASE("fan out: everything is done once", "[adapters]") {
    const auto atOnce = GENERATE(0, 1, 3, 100);
    std::vector<std::atomic<int>> done(50);

    CHECK(adapters::fanOut(done.size(), atOnce, [&](std::size_t i) { ++done[i]; }).empty());

    for (const auto& one : done) CHECK(one == 1);
    adapters::fanOut(0, atOnce, [](std::size_t) { FAIL("there is nothing to do"); });
}

TEST_CASE("fan out: so many run at once as were allowed", "[adapters]") {
    // Each waits for the others: it ends only where all four run side by side.
    std::latch together(4);

    adapters::fanOut(4, 4, [&](std::size_t) { together.arrive_and_wait(); });

    CHECK(together.try_wait());
}

TEST_CASE("fan out: what fails costs nobody else their turn", "[adapters]") {
    const auto [kind, status] = GENERATE(table<ErrorKind, int>({{ErrorKind::Forbidden, 403},
                                                                {ErrorKind::NotFound, 404},
                                                                {ErrorKind::Refused, 400},
                                                                {ErrorKind::Unavailable, 500},
                                                                {ErrorKind::Unavailable, 0},
                                                                {ErrorKind::BadReply, 200}}));
    const auto error = answered(kind, status);
    std::atomic<int> done{0};

    const auto failures = adapters::fanOut(50, GENERATE(1, 4), [&](std::size_t i) {
        if (i == 7 || i == 31) throw error;
        ++done;
    });

    CHECK(done == 48);
    REQUIRE(failures.size() == 2);
    CHECK(failures.at(7).kind() == error.kind());
    CHECK(failures.count(31) == 1);
}

TEST_CASE("fan out: what every call would meet ends it and comes out", "[adapters]") {
    auto rest = answered(ErrorKind::Unavailable, 503);
    rest.withRetryAfter(std::chrono::seconds(30));
    const auto error = GENERATE_COPY(
        answered(ErrorKind::Unauthorized, 401), answered(ErrorKind::Unavailable, 429), rest,
        Error(ErrorKind::Internal, "ours"), Error(ErrorKind::InvalidInput, "ours"));
    std::atomic<int> begun{0};

    const auto thrown = test::thrown([&] {
        adapters::fanOut(1000, 1, [&](std::size_t i) {
            ++begun;
            if (i == 3) throw error;
        });
    });

    CHECK(thrown.kind() == error.kind());
    CHECK(begun == 4);
    CHECK_THROWS_AS(
        adapters::fanOut(9, 1, [](std::size_t) { throw std::logic_error("not an Error"); }),
        std::logic_error);
}

TEST_CASE("fan out: a server that is not there is not asked a thousand times", "[adapters]") {
    std::atomic<int> begun{0};

    const auto error = test::thrown([&] {
        adapters::fanOut(1000, 1, [&](std::size_t i) {
            ++begun;
            if (i >= 5) throw Error(ErrorKind::Unavailable, "no answer");
        });
    });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK(begun == 8);
}

TEST_CASE("fan out: where nothing works the rest is not tried, and has failed too", "[adapters]") {
    std::atomic<int> begun{0};

    const auto failures = adapters::fanOut(1000, 1, [&](std::size_t) {
        ++begun;
        throw answered(ErrorKind::Forbidden, 403);
    });

    CHECK(failures.size() == 1000);
    CHECK(failures.at(999).kind() == ErrorKind::Forbidden);
    CHECK(begun == 8);
}

TEST_CASE("fan out: a list that is refused is tried once more, each by itself", "[adapters]") {
    std::vector<Ids> asked;
    const auto work = [&](const Ids& some) {
        asked.push_back(some);
        if (has(some, "c")) throw answered(ErrorKind::Forbidden, 403);
    };

    CHECK(failed({"a", "b", "c", "d"}, 2, work) == std::set<std::string>{"c"});
    CHECK(asked == std::vector<Ids>{{"a", "b"}, {"c", "d"}, {"c"}, {"d"}});
    CHECK(failed({"c"}, 2, work) == std::set<std::string>{"c"});
    CHECK(asked.size() == 5);  // of one there is nothing to split
}

TEST_CASE("fan out: a list that got no answer is not asked for again one by one", "[adapters]") {
    std::vector<Ids> asked;

    const auto result = failed({"a", "b", "c"}, 2, [&](const Ids& some) {
        asked.push_back(some);
        if (has(some, "a")) throw Error(ErrorKind::Unavailable, "no answer in time");
    });

    CHECK(result == std::set<std::string>{"a", "b"});
    CHECK(asked.size() == 2);
}

}  // namespace fan_out_test
