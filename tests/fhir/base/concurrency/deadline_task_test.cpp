#include "fhir/base/concurrency/deadline_task.h"

#include "fhir/base/log.h"

namespace deadline_task_test {

using fhir::DeadlineTask;
using fhir::WorkerPool;
using namespace std::chrono_literals;

namespace {

/// Log lines are expected here and are not for whoever reads the test's output.
struct Quiet {
    Quiet() {
        fhir::log::redirect([](const std::string&) {});
    }
    ~Quiet() { fhir::log::redirect(nullptr); }
};

}  // namespace

TEST_CASE("deadline task: brings what the work returned", "[cds]") {
    WorkerPool pool(1, 4);
    DeadlineTask<int> task(pool, [] { return 7; });

    CHECK(task.get(fhir::deadlineIn(20s)) == 7);
    CHECK_FALSE(task.error());
}

TEST_CASE("deadline task: what is late is done without, and ends by itself", "[cds]") {
    std::promise<void> gate;
    WorkerPool pool(1, 4);
    DeadlineTask<int> task(pool, [wait = gate.get_future().share()] {
        wait.wait();
        return 7;
    });

    CHECK_FALSE(task.get(fhir::deadlineIn(10ms)));
    CHECK_FALSE(task.error());
    gate.set_value();
}

TEST_CASE("deadline task: says why it failed", "[cds]") {
    const Quiet quiet;
    WorkerPool pool(1, 4);
    DeadlineTask<int> refused(
        pool, []() -> int { throw fhir::Error(fhir::ErrorKind::Forbidden, "made up"); });
    DeadlineTask<int> broken(pool, []() -> int { throw std::runtime_error("made up"); });

    CHECK_FALSE(refused.get(fhir::deadlineIn(20s)));
    REQUIRE(refused.error());
    CHECK(refused.error()->kind() == fhir::ErrorKind::Forbidden);
    CHECK(refused.error()->what() == std::string("made up"));
    CHECK_FALSE(broken.get(fhir::deadlineIn(20s)));
    REQUIRE(broken.error());
    CHECK(broken.error()->kind() == fhir::ErrorKind::Internal);
}

TEST_CASE("deadline task: is not begun where too much waits already", "[cds]") {
    WorkerPool pool(1, 0);

    DeadlineTask<int> task(pool, [] { return 7; });

    CHECK_FALSE(task.get(fhir::deadlineIn(20s)));
}

}  // namespace deadline_task_test
