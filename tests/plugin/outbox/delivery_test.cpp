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
struct Desk : test::Bedside {
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
    Desk desk([&](adapters::Profile& profile) {
        profile.routes = {route};
        profile.questionnaire = {"https://hospital.example/fhir/Questionnaire/q", "words"};
        profile.communication.statementRecipients = {"Organization/ward-7-team"};
        profile.task.statementOwner = "Organization/ward-7-team";
    });
    const auto statement = desk.spoken();
    desk.capture(statement);
    desk.sendAll();
    REQUIRE(desk.entry(statement).route == route);
    REQUIRE(desk.statusInChart(statement) == "final");

    CHECK(desk.isShown(statement));
    CHECK(desk.withdraw(statement));
    CHECK_FALSE(desk.withdraw(statement));
    CHECK_FALSE(desk.isShown(statement));
    desk.sendAll();

    const auto receipt = desk.withdrawal(statement);
    CHECK(receipt.state == OutboxState::Delivered);
    CHECK(receipt.route == route);
    CHECK(receipt.location == desk.entry(statement).location);
    CHECK(desk.statusInChart(statement) == "entered-in-error");
    CHECK(desk.network.creates == 1);
    CHECK(desk.network.updates == 1);
    CHECK(outbox::whereIs(receipt) == "Taken back, and marked in the chart as entered in error.");
}

TEST_CASE("correction: what has not been sent never is", "[outbox]") {
    Desk desk;
    const auto statement = desk.spoken();
    desk.capture(statement);

    desk.withdraw(statement);
    desk.sendAll();

    CHECK(desk.network.creates == 0);
    CHECK(desk.entry(statement).state == OutboxState::Discarded);
    CHECK(outbox::whereIs(desk.entry(statement)) ==
          "Not in the chart: taken back before it was sent.");
    CHECK(desk.withdrawal(statement).state == OutboxState::Delivered);
    CHECK(outbox::whereIs(desk.withdrawal(statement)) ==
          "Taken back before it was sent: it is not in the chart.");
}

TEST_CASE("correction: of what may have arrived it is found out first", "[outbox]") {
    const bool arrived = GENERATE(true, false);
    Desk desk;
    const auto statement = desk.spoken();
    desk.capture(statement);
    if (arrived)
        desk.network.answersToLose = 1;
    else
        desk.network.before = [](const fhir::http::Request& request) {
            if (request.method == "POST")
                throw fhir::Error(ErrorKind::Unavailable, "the request was lost");
        };
    desk.sender.sendOne();
    desk.network.before = nullptr;
    REQUIRE(desk.entry(statement).mayBeThere);

    desk.withdraw(statement);
    desk.now += 1min;
    desk.sendAll();

    CHECK(desk.network.creates == (arrived ? 1 : 0));
    CHECK(desk.network.updates == (arrived ? 1 : 0));
    CHECK(desk.statusInChart(statement) == (arrived ? "entered-in-error" : ""));
    CHECK(desk.entry(statement).state ==
          (arrived ? OutboxState::Delivered : OutboxState::Discarded));
    CHECK(desk.withdrawal(statement).state == OutboxState::Delivered);
}

TEST_CASE("correction: a dead letter is looked for, and does not hold it up", "[outbox]") {
    const bool arrived = GENERATE(true, false);
    Desk desk;
    const auto statement = desk.spoken();
    desk.capture(statement);
    desk.network.answersToLose = arrived ? 1 : 0;
    desk.network.before = [&](const fhir::http::Request& request) {
        if (!arrived && request.method == "POST")
            throw fhir::Error(ErrorKind::Unavailable, "the request was lost");
    };
    desk.sender.sendOne();
    desk.network.before = nullptr;
    auto entry = *store::OutboxTable(desk.database).claim(desk.now + 1min, 60s);
    store::OutboxTable(desk.database).markFailed(entry);
    REQUIRE(desk.entry(statement).state == OutboxState::Failed);

    desk.withdraw(statement);
    desk.now += 5min;
    desk.sendAll();

    CHECK(desk.withdrawal(statement).state == OutboxState::Delivered);
    CHECK(desk.entry(statement).state ==
          (arrived ? OutboxState::Delivered : OutboxState::Discarded));
    CHECK(desk.statusInChart(statement) == (arrived ? "entered-in-error" : ""));
    CHECK(store::OutboxTable(desk.database).counts() == std::pair(0, 0));
}

TEST_CASE("correction: an answer that is lost is not asked for twice", "[outbox]") {
    Desk desk;
    const auto statement = desk.spoken();
    desk.capture(statement);
    desk.sendAll();
    desk.withdraw(statement);
    desk.network.answersToLose = 1;

    desk.sender.sendOne();
    CHECK(desk.withdrawal(statement).state == OutboxState::Waiting);
    desk.now += 1min;
    desk.sendAll();

    CHECK(desk.withdrawal(statement).state == OutboxState::Delivered);
    CHECK(desk.network.updates == 1);  // the second try read that it was done
}

TEST_CASE("correction: where the EHR takes no update, we hold it and say what to do", "[outbox]") {
    Desk desk([](adapters::Profile& profile) { profile.updates = {}; });
    const auto statement = desk.spoken();
    desk.capture(statement);
    desk.sendAll();
    const auto place = desk.entry(statement).location;

    desk.withdraw(statement);
    desk.sendAll();

    const auto receipt = desk.withdrawal(statement);
    CHECK(receipt.route == "companion");
    CHECK(outbox::whereIs(receipt) ==
          "Taken back here. In the chart it still stands: The EHR lets no other software change "
          "Observation (its profile names no update for it): mark " +
              place + " as entered in error in the EHR itself.");
    const auto kept = store::CompanionTable(desk.database)
                          .find("Observation", outbox::entryId(statement.id))
                          .value();
    CHECK(kept.json.find("entered-in-error") != std::string::npos);
    CHECK(desk.statusInChart(statement) == "final");
    CHECK(Desk::times(desk.record(statement.patient), statement.text) == 1);
    CHECK_FALSE(desk.isShown(statement));
}

TEST_CASE("correction: what the companion keeps is marked there", "[outbox]") {
    Desk desk([](adapters::Profile& profile) { profile.routes = {"companion"}; });
    const auto statement = desk.spoken();
    desk.capture(statement);
    desk.sendAll();

    desk.withdraw(statement);
    desk.sendAll();

    const auto kept = store::CompanionTable(desk.database)
                          .find("Observation", outbox::entryId(statement.id))
                          .value();
    CHECK(kept.json.find("entered-in-error") != std::string::npos);
    CHECK(outbox::whereIs(desk.withdrawal(statement)) == "Taken back here, where it was kept.");
}

TEST_CASE("correction: new words stand for the old ones, which stay readable", "[outbox]") {
    const bool sentBefore = GENERATE(true, false);
    const bool keepsIdentifiers = GENERATE(true, false);
    Desk desk([&](adapters::Profile& profile) { profile.keepsIdentifiers = keepsIdentifiers; });
    const auto wrong = desk.spoken();
    desk.capture(wrong);
    if (sentBefore) desk.sendAll();
    const auto right = desk.mended(wrong);

    CHECK(desk.correct(right) == Inserted::New);
    CHECK(desk.correct(right) == Inserted::Same);
    desk.sendAll();

    CHECK(desk.statusInChart(right) == "final");
    CHECK(desk.statusInChart(wrong) == (sentBefore ? "entered-in-error" : ""));
    const auto record = desk.record(wrong.patient);
    CHECK(Desk::times(record, wrong.text) == 1);
    CHECK(Desk::times(record, right.text) == 1);
    const auto judgement = desk.judgement(record);
    REQUIRE(judgement.current != nullptr);
    CHECK(judgement.current->text == right.text);
    CHECK(judgement.other == nullptr);
    if (!sentBefore) return;
    const auto place = fhir::parseReference(desk.entry(right).location).value();
    const auto written = desk.adapter->client().read<fhir::Observation>(place.id);
    REQUIRE(written.derivedFrom.size() == 1);
    CHECK(written.derivedFrom.front().reference == desk.entry(wrong).location);
    CHECK(written.derivedFrom.front().identifier->value == wrong.id);
}

TEST_CASE("correction: a document names the document that it replaces", "[outbox]") {
    Desk desk([](adapters::Profile& profile) { profile.routes = {"document-reference"}; });
    const auto wrong = desk.spoken();
    desk.capture(wrong);
    desk.sendAll();

    desk.correct(desk.mended(wrong));
    desk.sendAll();

    const auto place = fhir::parseReference(desk.entry(desk.mended(wrong)).location).value();
    const auto written = desk.adapter->client().read<fhir::DocumentReference>(place.id);
    REQUIRE(written.relatesTo.size() == 1);
    CHECK(written.relatesTo.front().code == "replaces");
    CHECK(written.relatesTo.front().target.reference == desk.entry(wrong).location);
}

TEST_CASE("correction: words in error come back neither from a lossy form nor by age", "[outbox]") {
    Desk desk([](adapters::Profile& profile) {
        profile.updates = {};
        profile.keepsIdentifiers = false;
    });
    const auto statement = desk.spoken();
    desk.capture(statement);
    desk.sendAll();
    desk.withdraw(statement);
    desk.sendAll();

    // The EHR's own copy, as of one that keeps no identifiers.
    auto theirs = statement;
    theirs.id = theirs.location.emplace(desk.entry(statement).location);
    const auto pruned = store::StatementTable(desk.database)
                            .pruneDelivered(desk.now + std::chrono::hours(24 * 500));
    const auto merged = domain::merge(
        {theirs}, store::StatementTable(desk.database).ofPatients("general", {statement.patient}));

    CHECK(pruned == 0);
    REQUIRE(merged.size() == 1);
    CHECK(merged.front().retracted);
}

TEST_CASE("correction: others' words, another patient's and those in error are refused",
          "[outbox]") {
    Desk desk;
    const auto statement = desk.spoken();
    desk.capture(statement);
    auto foreign = statement;
    foreign.patient = "somebody-else";
    auto unknown = statement;
    unknown.id = kNewer;

    CHECK(test::errorKindOf([&] { desk.withdraw(foreign); }) == ErrorKind::NotFound);
    CHECK(test::errorKindOf([&] { desk.withdraw(unknown); }) == ErrorKind::NotFound);
    desk.withdraw(statement);
    CHECK(test::errorKindOf([&] { desk.correct(desk.mended(statement)); }) == ErrorKind::Conflict);

    CHECK_FALSE(store::StatementTable(desk.database).find("general", kNewer));
    CHECK_FALSE(store::OutboxTable(desk.database).find(outbox::entryId(kNewer)));
}

TEST_CASE("correction: it follows a record that was merged, and still waits for its original",
          "[outbox]") {
    Desk desk;
    const auto statement = desk.spoken();
    desk.capture(statement);
    store::OutboxTable table(desk.database);
    auto sending = table.claim(desk.now, 180s).value();
    desk.withdraw(statement);
    const auto other = statement.patient == "patient-1" ? "patient-2" : "patient-1";
    store::MergeTable(desk.database).follow("general", statement.patient, other, desk.now);

    CHECK(desk.sender.sendOne());  // the original, which is being sent, has kept its old key
    CHECK(desk.withdrawal(statement).state == OutboxState::Waiting);
    CHECK(desk.entry(statement).state == OutboxState::Waiting);
    const auto written = outbox::deliver(*desk.adapter, {"observation"}, desk.database, sending,
                                         fhir::Deadline::max());
    sending.route = written.route;
    sending.location = written.location;
    table.markDelivered(sending);
    desk.now += 1min;
    desk.sendAll();

    CHECK(desk.withdrawal(statement).route == "observation");
    const auto place = fhir::parseReference(written.location).value();
    CHECK(desk.adapter->client().read<fhir::Observation>(place.id).status == "entered-in-error");
    CHECK_FALSE(desk.withdraw(statement));  // also for who knows the old record alone
}

}  // namespace delivery_test
