#include "plugin/outbox/receipt.h"

#include "tests/support/store_fixture.h"

namespace receipt_test {

using namespace plugin;
using store::EntryKind;
using store::OutboxState;
using store::Placement;

namespace {

store::OutboxEntry entry(OutboxState state) {
    auto result = test::entry("6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10");
    result.state = state;
    result.attempts = 2;
    return result;
}

}  // namespace

TEST_CASE("receipt: delivered, whole", "[outbox]") {
    auto delivered = entry(OutboxState::Delivered);
    delivered.placement = store::Placement::Ehr;
    delivered.route = "document-reference";
    delivered.location = "DocumentReference/9";
    delivered.remark = "the EHR changed the note";
    delivered.skipped = {{"observation", "The EHR takes no new Observation."}};

    CHECK(outbox::receiptJson(delivered) ==
          R"({"id":"6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10","state":"delivered",)"
          R"("route":"document-reference","location":"DocumentReference/9","skipped":[)"
          R"({"route":"observation","why":"The EHR takes no new Observation."}],)"
          R"("remark":"the EHR changed the note","attempts":2,)"
          R"("where":"In the chart as a DocumentReference."})");
}

TEST_CASE("receipt: waiting says when it is tried again, and nothing that is not so", "[outbox]") {
    auto waiting = entry(OutboxState::Waiting);
    waiting.lastError = "the EHR cannot be reached.";
    waiting.nextAttempt = test::kNoon + std::chrono::seconds(90);

    CHECK(outbox::receiptJson(waiting) ==
          R"({"id":"6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10","state":"waiting","skipped":[],)"
          R"("attempts":2,"nextAttempt":"2026-03-07T12:01:30Z",)"
          R"("lastError":"the EHR cannot be reached.",)"
          R"("where":"Not yet in the chart: the EHR cannot be reached; next try at )"
          R"(2026-03-07T12:01:30Z."})");
}

TEST_CASE("receipt: where it is, for people", "[outbox]") {
    struct Case {
        OutboxState state;
        Placement placement;
        EntryKind kind;
        const char *route, *location, *lastError;
        std::vector<store::SkippedRoute> skipped;
        const char* where;
    };
    const auto one = GENERATE(values<Case>({
        {OutboxState::Waiting,
         Placement::Nowhere,
         EntryKind::Statement,
         "",
         "",
         "",
         {},
         "Not yet in the chart: it is on its way."},
        {OutboxState::Delivered,
         Placement::Ehr,
         EntryKind::Statement,
         "observation",
         "Observation/9",
         "",
         {},
         "In the chart as an Observation."},
        {OutboxState::Delivered,
         Placement::Ehr,
         EntryKind::Flag,
         "flag",
         "Flag/9",
         "",
         {},
         "In the chart as a Flag."},
        {OutboxState::Delivered,
         Placement::Ehr,
         EntryKind::Statement,
         "observation",
         "",
         "",
         {},
         "In the chart."},
        {OutboxState::Delivered,
         Placement::LocalCompanion,
         EntryKind::Statement,
         "companion",
         "Observation/9",
         "",
         {{"observation", "The EHR takes no new Observation."},
          {"flag", "This route writes flags about teams."},
          {"task", "HTTP 403"}},
         "Kept here, because the EHR takes no new Observation; HTTP 403."},
        {OutboxState::Delivered,
         Placement::LocalCompanion,
         EntryKind::Flag,
         "companion",
         "Flag/9",
         "",
         {{"observation", "This route writes what matters to a patient."},
          {"flag", "The EHR takes no new Flag."}},
         "Kept here, because the EHR takes no new Flag."},
        {OutboxState::Delivered,
         Placement::LocalCompanion,
         EntryKind::Statement,
         "companion",
         "Observation/9",
         "",
         {},
         "Kept here, as this site is set up."},
        {OutboxState::Delivered,
         Placement::RemoteCompanion,
         EntryKind::Statement,
         "companion",
         "https://companion.example/fhir/Observation/9",
         "",
         {{"observation", "The EHR takes no new Observation."}},
         "Kept on the companion server companion.example, because the EHR takes no new "
         "Observation."},
        {OutboxState::Delivered,
         Placement::Nowhere,
         EntryKind::RemoveCopy,
         "companion-drop",
         "https://companion.example/fhir/Observation/9",
         "",
         {},
         "In the chart, and not on the companion server any more."},
        {OutboxState::Failed,
         Placement::Nowhere,
         EntryKind::Statement,
         "",
         "",
         "no write route took it.",
         {},
         "Not in the chart, and somebody who runs this service must look: no write route took "
         "it."},
        {OutboxState::InDoubt,
         Placement::Nowhere,
         EntryKind::Statement,
         "",
         "",
         "nobody can tell.",
         {},
         "Perhaps in the chart: it was sent, and the EHR gave no sure answer. It is not sent again "
         "before somebody who runs this service has looked: nobody can tell."},
        {OutboxState::Discarded,
         Placement::Nowhere,
         EntryKind::Statement,
         "",
         "",
         "wrong patient",
         {},
         "Not in the chart: taken off its way by hand (wrong patient)."},
    }));
    auto receipt = entry(one.state);
    receipt.placement = one.placement;
    receipt.kind = one.kind;
    receipt.route = one.route;
    receipt.location = one.location;
    receipt.lastError = one.lastError;
    receipt.skipped = one.skipped;

    CHECK(outbox::whereIs(receipt) == one.where);
}

TEST_CASE("receipt: what becomes of a withdrawal, and of what it takes back", "[outbox]") {
    struct Case {
        OutboxState state;
        Placement placement;
        const char *route, *lastError;
        std::vector<store::SkippedRoute> skipped;
        const char* where;
    };
    const auto one = GENERATE(values<Case>({
        {OutboxState::Waiting,
         Placement::Nowhere,
         "",
         "",
         {},
         "Taken back here; it is not yet marked in the chart: "
         "that is on its way."},
        {OutboxState::Waiting,
         Placement::Nowhere,
         "",
         "the EHR cannot be reached.",
         {},
         "Taken back here; it is not yet marked in the chart: the EHR cannot be reached; next try "
         "at 2026-03-07T12:00:00Z."},
        {OutboxState::Delivered,
         Placement::Nowhere,
         "",
         "",
         {},
         "Taken back before it was sent: it is not in the chart."},
        {OutboxState::Delivered,
         Placement::Ehr,
         "task",
         "",
         {},
         "Taken back, and marked in the chart as entered in error."},
        {OutboxState::Delivered,
         Placement::LocalCompanion,
         "companion",
         "",
         {},
         "Taken back here, where it was kept."},
        {OutboxState::Delivered,
         Placement::LocalCompanion,
         "companion",
         "",
         {{"task", "No: mark Task/9 as entered in error in the EHR itself."}},
         "Taken back here. In the chart it still stands: No: mark Task/9 as entered in error in "
         "the EHR itself."},
        {OutboxState::Failed,
         Placement::Nowhere,
         "",
         "no way.",
         {},
         "Taken back here. In the chart it may still stand, and somebody who runs this service "
         "must look: no way."},
        {OutboxState::InDoubt,
         Placement::Nowhere,
         "",
         "nobody can tell.",
         {},
         "Taken back here. Whether it is marked in the chart is not known, and somebody who runs "
         "this service must look: nobody can tell."},
        {OutboxState::Discarded,
         Placement::Nowhere,
         "",
         "done by hand.",
         {},
         "Taken back here. In the chart it may still stand: the correction was taken off its way "
         "by hand (done by hand)."},
    }));
    auto withdrawal = entry(one.state);
    withdrawal.kind = EntryKind::Correction;
    withdrawal.corrects = "another";
    withdrawal.placement = one.placement;
    withdrawal.route = one.route;
    withdrawal.lastError = one.lastError;
    withdrawal.skipped = one.skipped;
    auto takenBack = entry(OutboxState::Discarded);
    takenBack.correctedBy = "another";

    CHECK(outbox::whereIs(withdrawal) == one.where);
    CHECK(outbox::receiptJson(withdrawal).find(R"("corrects":"another")") != std::string::npos);
    CHECK(outbox::whereIs(takenBack) == "Not in the chart: taken back before it was sent.");
    CHECK(outbox::receiptJson(takenBack).find(R"("correctedBy":"another")") != std::string::npos);
}

}  // namespace receipt_test
