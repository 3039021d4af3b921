#include "plugin/outbox/delivery.h"

#include "fhir/r4/document_reference.h"
#include "plugin/domain/summary.h"
#include "plugin/outbox/receipt.h"
#include "plugin/store/tables/merge_table.h"
#include "tests/support/bedside_fixture.h"

namespace delivery_test {

using namespace plugin;
using namespace std::chrono_literals;
using fhir::ErrorKind;
using store::OutboxState;
using Inserted = store::StatementTable::Inserted;

namespace {

constexpr const char* kNewer = "urn:uuid:7a0d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d11";

/// A bedside where what was written down is taken back or corrected.
struct Fixture : test::Bedside {
    using Bedside::Bedside;

    bool withdraw(const domain::Statement& statement) {
        return outbox::withdrawStatement(database, "general", statement.patient, statement.id, now);
    }
    Inserted correct(const domain::Statement& statement) {
        return outbox::correctStatement(database, "general", statement, false, now);
    }
    store::OutboxEntry withdrawal(const domain::Statement& statement) {
        return *store::OutboxTable(database).find(outbox::withdrawalId(statement.id));
    }
    void sendAll() {
        while (sender.sendOne()) {
        }
    }
    /// The status of what the chart holds under our identifier, "" where it holds nothing.
    std::string statusInChart(const domain::Statement& statement) {
        std::string status;
        for (const auto& one : adapter->statements({statement.patient}).observations)
            for (const auto& identifier : one.identifier)
                if (identifier.value == statement.id) status += one.status;
        return status;
    }
    /// As the pages and cards read it.
    std::vector<domain::Statement> record(const std::string& patient) {
        std::vector<domain::Statement> fromEhr;
        for (const auto& one : adapter->statements({patient}).observations)
            if (auto statement = domain::fromObservation(one)) fromEhr.push_back(*statement);
        return domain::merge(fromEhr,
                             store::StatementTable(database).ofPatients("general", {patient}));
    }
    /// How often the record tells of these words.
    static auto times(const std::vector<domain::Statement>& all, const std::string& words) {
        return std::count_if(all.begin(), all.end(),
                             [&](const auto& one) { return one.text == words; });
    }
    domain::Judgement judgement(const std::vector<domain::Statement>& all) {
        return domain::judge(all, domain::Aspect::Now, {}, {}, now);
    }
    /// Whether a page would show these words as what holds.
    bool isShown(const domain::Statement& statement) {
        const auto all = record(statement.patient);
        const auto found = judgement(all);
        return (found.current != nullptr && found.current->text == statement.text) ||
               (found.other != nullptr && found.other->text == statement.text);
    }
    /// Words that were mistyped, and those that were said.
    domain::Statement mended(const domain::Statement& wrong) {
        auto statement = wrong;
        statement.id = kNewer;
        statement.text = "To be home before my brother's wedding.";
        statement.replaces = wrong.id;
        return statement;
    }
};

}  // namespace

TEST_CASE("correction: what was delivered is marked where it is, and shown no more", "[outbox]") {
    const auto* route = GENERATE("observation", "document-reference", "questionnaire-response",
                                 "communication", "task");
    Fixture fixture([&](adapters::Profile& profile) {
        profile.routes = {route};
        profile.questionnaire = {"https://hospital.example/fhir/Questionnaire/q", "words"};
        profile.communication.statementRecipients = {"Organization/ward-7-team"};
        profile.task.statementOwner = "Organization/ward-7-team";
    });
    const auto statement = fixture.spoken();
    fixture.capture(statement);
    fixture.sendAll();
    REQUIRE(fixture.entry(statement).route == route);
    REQUIRE(fixture.statusInChart(statement) == "final");

    CHECK(fixture.isShown(statement));
    CHECK(fixture.withdraw(statement));
    CHECK_FALSE(fixture.withdraw(statement));
    CHECK_FALSE(fixture.isShown(statement));
    fixture.sendAll();

    const auto receipt = fixture.withdrawal(statement);
    CHECK(receipt.state == OutboxState::Delivered);
    CHECK(receipt.kind == store::EntryKind::Correction);
    CHECK(receipt.placement == store::Placement::Ehr);
    CHECK(receipt.route == route);
    CHECK(receipt.location == fixture.entry(statement).location);
    CHECK(fixture.statusInChart(statement) == "entered-in-error");
    CHECK(fixture.network.creates == 1);
    CHECK(fixture.network.updates == 1);
    CHECK(outbox::whereIs(receipt) == "Taken back, and marked in the chart as entered in error.");
}

TEST_CASE("correction: what has not been sent never is", "[outbox]") {
    Fixture fixture;
    const auto statement = fixture.spoken();
    fixture.capture(statement);

    fixture.withdraw(statement);
    fixture.sendAll();

    CHECK(fixture.network.creates == 0);
    CHECK(fixture.entry(statement).state == OutboxState::Discarded);
    CHECK(outbox::whereIs(fixture.entry(statement)) ==
          "Not in the chart: taken back before it was sent.");
    CHECK(fixture.withdrawal(statement).state == OutboxState::Delivered);
    CHECK(outbox::whereIs(fixture.withdrawal(statement)) ==
          "Taken back before it was sent: it is not in the chart.");
}

TEST_CASE("correction: of what may have arrived it is found out first", "[outbox]") {
    const bool arrived = GENERATE(true, false);
    Fixture fixture;
    const auto statement = fixture.spoken();
    fixture.capture(statement);
    if (arrived)
        fixture.network.answersToLose = 1;
    else
        fixture.network.before = [](const fhir::http::Request& request) {
            if (request.method == "POST")
                throw fhir::Error(ErrorKind::Unavailable, "the request was lost");
        };
    fixture.sender.sendOne();
    fixture.network.before = nullptr;
    REQUIRE(fixture.entry(statement).mayBeThere);

    fixture.withdraw(statement);
    fixture.now += 1min;
    fixture.sendAll();

    CHECK(fixture.network.creates == (arrived ? 1 : 0));
    CHECK(fixture.network.updates == (arrived ? 1 : 0));
    CHECK(fixture.statusInChart(statement) == (arrived ? "entered-in-error" : ""));
    CHECK(fixture.entry(statement).state ==
          (arrived ? OutboxState::Delivered : OutboxState::Discarded));
    CHECK(fixture.withdrawal(statement).state == OutboxState::Delivered);
}

TEST_CASE("correction: a dead letter is looked for, and does not hold it up", "[outbox]") {
    const bool arrived = GENERATE(true, false);
    Fixture fixture;
    const auto statement = fixture.spoken();
    fixture.capture(statement);
    fixture.network.answersToLose = arrived ? 1 : 0;
    fixture.network.before = [&](const fhir::http::Request& request) {
        if (!arrived && request.method == "POST")
            throw fhir::Error(ErrorKind::Unavailable, "the request was lost");
    };
    fixture.sender.sendOne();
    fixture.network.before = nullptr;
    auto entry = *store::OutboxTable(fixture.database).claim(fixture.now + 1min, 60s);
    store::OutboxTable(fixture.database).markFailed(entry);
    REQUIRE(fixture.entry(statement).state == OutboxState::Failed);

    fixture.withdraw(statement);
    fixture.now += 5min;
    fixture.sendAll();

    CHECK(fixture.withdrawal(statement).state == OutboxState::Delivered);
    CHECK(fixture.entry(statement).state ==
          (arrived ? OutboxState::Delivered : OutboxState::Discarded));
    CHECK(fixture.statusInChart(statement) == (arrived ? "entered-in-error" : ""));
    CHECK(store::OutboxTable(fixture.database).counts() == std::pair(0, 0));
}

TEST_CASE("correction: an answer that is lost is not asked for twice", "[outbox]") {
    Fixture fixture;
    const auto statement = fixture.spoken();
    fixture.capture(statement);
    fixture.sendAll();
    fixture.withdraw(statement);
    fixture.network.answersToLose = 1;

    fixture.sender.sendOne();
    CHECK(fixture.withdrawal(statement).state == OutboxState::Waiting);
    fixture.now += 1min;
    fixture.sendAll();

    CHECK(fixture.withdrawal(statement).state == OutboxState::Delivered);
    CHECK(fixture.network.updates == 1);  // the second try read that it was done
}

TEST_CASE("correction: where the EHR takes no update, we hold it and say what to do", "[outbox]") {
    Fixture fixture([](adapters::Profile& profile) { profile.updates = {}; });
    const auto statement = fixture.spoken();
    fixture.capture(statement);
    fixture.sendAll();
    const auto place = fixture.entry(statement).location;

    fixture.withdraw(statement);
    fixture.sendAll();

    const auto receipt = fixture.withdrawal(statement);
    CHECK(receipt.route == "companion");
    CHECK(outbox::whereIs(receipt) ==
          "Taken back here. In the chart it still stands: The EHR lets no other software change "
          "Observation (its profile names no update for it): mark " +
              place + " as entered in error in the EHR itself.");
    const auto kept = store::CompanionTable(fixture.database)
                          .find("Observation", outbox::entryId(statement.id))
                          .value();
    CHECK(kept.json.find("entered-in-error") != std::string::npos);
    CHECK(fixture.statusInChart(statement) == "final");
    CHECK(Fixture::times(fixture.record(statement.patient), statement.text) == 1);
    CHECK_FALSE(fixture.isShown(statement));
}

TEST_CASE("correction: what the companion keeps is marked there", "[outbox]") {
    Fixture fixture([](adapters::Profile& profile) { profile.routes = {"companion"}; });
    const auto statement = fixture.spoken();
    fixture.capture(statement);
    fixture.sendAll();

    fixture.withdraw(statement);
    fixture.sendAll();

    const auto kept = store::CompanionTable(fixture.database)
                          .find("Observation", outbox::entryId(statement.id))
                          .value();
    CHECK(kept.json.find("entered-in-error") != std::string::npos);
    CHECK(outbox::whereIs(fixture.withdrawal(statement)) == "Taken back here, where it was kept.");
}

TEST_CASE("correction: new words stand for the old ones, which stay readable", "[outbox]") {
    const bool sentBefore = GENERATE(true, false);
    const bool keepsIdentifiers = GENERATE(true, false);
    Fixture fixture(
        [&](adapters::Profile& profile) { profile.keepsIdentifiers = keepsIdentifiers; });
    const auto wrong = fixture.spoken();
    fixture.capture(wrong);
    if (sentBefore) fixture.sendAll();
    const auto right = fixture.mended(wrong);

    CHECK(fixture.correct(right) == Inserted::New);
    CHECK(fixture.correct(right) == Inserted::Same);
    fixture.sendAll();

    CHECK(fixture.statusInChart(right) == "final");
    CHECK(fixture.statusInChart(wrong) == (sentBefore ? "entered-in-error" : ""));
    const auto record = fixture.record(wrong.patient);
    CHECK(Fixture::times(record, wrong.text) == 1);
    CHECK(Fixture::times(record, right.text) == 1);
    const auto judgement = fixture.judgement(record);
    REQUIRE(judgement.current != nullptr);
    CHECK(judgement.current->text == right.text);
    CHECK(judgement.other == nullptr);
    if (!sentBefore) return;
    const auto place = fhir::parseReference(fixture.entry(right).location).value();
    const auto written = fixture.adapter->client().read<fhir::Observation>(place.id);
    REQUIRE(written.derivedFrom.size() == 1);
    CHECK(written.derivedFrom.front().reference == fixture.entry(wrong).location);
    CHECK(written.derivedFrom.front().identifier->value == wrong.id);
    REQUIRE(written.replaces.size() == 1);
    CHECK(written.replaces.front().reference == fixture.entry(wrong).location);
    CHECK(written.replaces.front().identifier->value == wrong.id);
}

TEST_CASE("correction: a document names the document that it replaces", "[outbox]") {
    Fixture fixture([](adapters::Profile& profile) { profile.routes = {"document-reference"}; });
    const auto wrong = fixture.spoken();
    fixture.capture(wrong);
    fixture.sendAll();

    fixture.correct(fixture.mended(wrong));
    fixture.sendAll();

    const auto place = fhir::parseReference(fixture.entry(fixture.mended(wrong)).location).value();
    const auto written = fixture.adapter->client().read<fhir::DocumentReference>(place.id);
    REQUIRE(written.relatesTo.size() == 1);
    CHECK(written.relatesTo.front().code == "replaces");
    CHECK(written.relatesTo.front().target.reference == fixture.entry(wrong).location);
}

TEST_CASE("correction: words in error come back neither from a lossy form nor by age", "[outbox]") {
    Fixture fixture([](adapters::Profile& profile) {
        profile.updates = {};
        profile.keepsIdentifiers = false;
    });
    const auto statement = fixture.spoken();
    fixture.capture(statement);
    fixture.sendAll();
    fixture.withdraw(statement);
    fixture.sendAll();

    // The EHR's own copy, as of one that keeps no identifiers.
    auto theirs = statement;
    theirs.id = theirs.location.emplace(fixture.entry(statement).location);
    const auto pruned = store::StatementTable(fixture.database)
                            .pruneDelivered(fixture.now + std::chrono::hours(24 * 500));
    const auto merged = domain::merge(
        {theirs},
        store::StatementTable(fixture.database).ofPatients("general", {statement.patient}));

    CHECK(pruned == 0);
    REQUIRE(merged.size() == 1);
    CHECK(merged.front().retracted);
}

TEST_CASE("correction: others' words, another patient's and those in error are refused",
          "[outbox]") {
    Fixture fixture;
    const auto statement = fixture.spoken();
    fixture.capture(statement);
    auto foreign = statement;
    foreign.patient = "somebody-else";
    auto unknown = statement;
    unknown.id = kNewer;

    CHECK(test::errorKindOf([&] { fixture.withdraw(foreign); }) == ErrorKind::NotFound);
    CHECK(test::errorKindOf([&] { fixture.withdraw(unknown); }) == ErrorKind::NotFound);
    fixture.withdraw(statement);
    CHECK(test::errorKindOf([&] { fixture.correct(fixture.mended(statement)); }) ==
          ErrorKind::Conflict);

    CHECK_FALSE(store::StatementTable(fixture.database).find("general", kNewer));
    CHECK_FALSE(store::OutboxTable(fixture.database).find(outbox::entryId(kNewer)));
}

TEST_CASE("correction: it follows a record that was merged, and still waits for its original",
          "[outbox]") {
    Fixture fixture;
    const auto statement = fixture.spoken();
    fixture.capture(statement);
    store::OutboxTable table(fixture.database);
    auto sending = table.claim(fixture.now, 180s).value();
    fixture.withdraw(statement);
    const auto other = statement.patient == "patient-1" ? "patient-2" : "patient-1";
    store::MergeTable(fixture.database).follow("general", statement.patient, other, fixture.now);

    CHECK(fixture.sender.sendOne());  // the original, which is being sent, has kept its old key
    CHECK(fixture.withdrawal(statement).state == OutboxState::Waiting);
    CHECK(fixture.entry(statement).state == OutboxState::Waiting);
    const auto written = outbox::deliver(*fixture.adapter, {"observation"}, fixture.database,
                                         sending, fhir::Deadline::max());
    sending.placement = written.placement;
    sending.route = written.route;
    sending.location = written.location;
    table.markDelivered(sending);
    fixture.now += 1min;
    fixture.sendAll();

    CHECK(fixture.withdrawal(statement).route == "observation");
    const auto place = fhir::parseReference(written.location).value();
    CHECK(fixture.adapter->client().read<fhir::Observation>(place.id).status == "entered-in-error");
    CHECK_FALSE(fixture.withdraw(statement));  // also for who knows the old record alone
}

}  // namespace delivery_test
