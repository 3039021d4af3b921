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

TEST_CASE("errand: brings what the work returned", "[cds]") {
    WorkerPool pool(1, 4);
    DeadlineTask<int> errand(pool, [] { return 7; });

    CHECK(errand.get(fhir::deadlineIn(20s)) == 7);
    CHECK_FALSE(errand.failure());
}

TEST_CASE("errand: what is late is done without, and ends by itself", "[cds]") {
    std::promise<void> gate;
    WorkerPool pool(1, 4);
    DeadlineTask<int> errand(pool, [wait = gate.get_future().share()] {
        wait.wait();
        return 7;
    });

    CHECK_FALSE(errand.get(fhir::deadlineIn(10ms)));
    CHECK_FALSE(errand.failure());
    gate.set_value();
}

TEST_CASE("errand: says why it failed", "[cds]") {
    const Quiet quiet;
    WorkerPool pool(1, 4);
    DeadlineTask<int> refused(
        pool, []() -> int { throw fhir::Error(fhir::ErrorKind::Forbidden, "made up"); });
    DeadlineTask<int> broken(pool, []() -> int { throw std::runtime_error("made up"); });

    CHECK_FALSE(refused.get(fhir::deadlineIn(20s)));
    CHECK(refused.failure() == fhir::ErrorKind::Forbidden);
    CHECK_FALSE(broken.get(fhir::deadlineIn(20s)));
    CHECK(broken.failure() == fhir::ErrorKind::Internal);
}

TEST_CASE("errand: is not begun where too much waits already", "[cds]") {
    WorkerPool pool(1, 0);

    DeadlineTask<int> errand(pool, [] { return 7; });

    CHECK_FALSE(errand.get(fhir::deadlineIn(20s)));
}

}  // namespace deadline_task_test
