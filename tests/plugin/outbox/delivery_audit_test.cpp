#include "plugin/outbox/delivery_audit.h"

#include "fhir/r4/audit_event.h"
#include "plugin/audit/audit_table.h"
#include "plugin/outbox/capture.h"
#include "tests/support/bedside_fixture.h"
#include "tests/support/statements.h"

namespace delivery_audit_test {

namespace audit = plugin::audit;
namespace outbox = plugin::outbox;
namespace store = plugin::store;
using test::Bedside;

namespace {

std::vector<fhir::AuditEvent> eventsIn(store::Database& database) {
    std::vector<fhir::AuditEvent> events;
    for (const auto& record : audit::AuditTable(database).list({})) {
        const auto document = fhir::json::Document::parse(record.event);
        events.push_back(fhir::AuditEvent::fromJson(document.root()));
    }
    return events;
}

/// "C Patient/17 urn:uuid:…" for each: what was done, whose it was, and what it was about.
std::vector<std::string> told(store::Database& database) {
    std::vector<std::string> lines;
    for (const auto& event : eventsIn(database)) {
        auto& line = lines.emplace_back(event.action.value_or(""));
        if (event.outcome != "0") line += " failed";
        for (const auto& entity : event.entity) {
            if (entity.type->code == "Encounter" || !entity.what) continue;
            line += " " + (entity.what->reference ? *entity.what->reference
                                                  : entity.what->identifier->value.value_or(""));
        }
    }
    return lines;
}

audit::Author nurse() {
    audit::Author author;
    author.actor.reference = "Practitioner/7";
    return author;
}

}  // namespace

TEST_CASE("account: a statement that is written down is on record with who did it", "[audit]") {
    Bedside bedside;
    const auto statement = bedside.spoken();
    const auto capture = [&] {
        return outbox::captureStatement(bedside.database, "general", statement, false, bedside.now,
                                        nurse());
    };
    REQUIRE(capture() == store::StatementTable::Inserted::New);
    REQUIRE(capture() == store::StatementTable::Inserted::Same);

    CHECK(told(bedside.database) ==
          std::vector<std::string>{"C Patient/" + statement.patient + " " + statement.id});
    CHECK(eventsIn(bedside.database).front().agent.back().who->reference == "Practitioner/7");
}

TEST_CASE("account: a correction tells of both statements, a withdrawal of the one", "[audit]") {
    Bedside bedside;
    const auto wrong = bedside.spoken();
    bedside.capture(wrong);
    auto right = wrong;
    right.id.back() = right.id.back() == '0' ? '1' : '0';
    right.text = "Made up: better words.";
    right.replaces = wrong.id;

    outbox::correctStatement(bedside.database, "general", right, false, bedside.now, nurse());
    outbox::withdrawStatement(bedside.database, "general", right.patient, right.id, bedside.now,
                              nurse());
    outbox::withdrawStatement(bedside.database, "general", right.patient, right.id, bedside.now,
                              nurse());

    const auto patient = " Patient/" + wrong.patient + " ";
    CHECK(told(bedside.database) ==
          std::vector<std::string>{"C" + patient + wrong.id, "C" + patient + right.id,
                                   "U" + patient + wrong.id, "U" + patient + right.id});
}

TEST_CASE("account: a delivery is on record once, with where it went", "[audit]") {
    Bedside bedside;
    bedside.network.answersToLose = 1;  // it is there, and we do not know
    const auto statement = bedside.spoken();
    bedside.capture(statement);

    bedside.sender.sendOne();
    CHECK(told(bedside.database).size() == 1);
    bedside.now += std::chrono::hours(1);
    bedside.sender.sendOne();

    const auto location = bedside.entry(statement).location;
    REQUIRE_FALSE(location.empty());
    CHECK(told(bedside.database) ==
          std::vector<std::string>{"C Patient/" + statement.patient + " " + statement.id,
                                   "C Patient/" + statement.patient + " " + location});
    CHECK(audit::AuditTable(bedside.database).verify().isWhole());
}

TEST_CASE("account: what is given up is on record as failed", "[audit]") {
    Bedside bedside;
    auto statement = bedside.spoken();
    bedside.capture(statement);
    outbox::Sender refused(
        bedside.database,
        [](const store::OutboxEntry&, fhir::Deadline) -> outbox::DeliveryResult {
            throw fhir::Error(fhir::ErrorKind::Refused, "made up");
        },
        bedside.options());

    refused.sendOne();

    CHECK(told(bedside.database).back() ==
          "C failed Patient/" + statement.patient + " " + statement.id);
}

TEST_CASE("account: who typed a statement is on record as about its patient", "[audit]") {
    Bedside bedside;
    auto statement = bedside.spoken();
    statement.recorded = fhir::DateTime::fromInstant(bedside.now);
    auto by = nurse();
    by.actor.reference = "Practitioner/practitioner-1";
    outbox::captureStatement(bedside.database, "general", statement, false, bedside.now, by);

    while (bedside.sender.sendOne()) continue;

    const auto provenance =
        store::OutboxTable(bedside.database).find(outbox::derivedId("provenance", statement.id));
    REQUIRE(provenance);
    CHECK(told(bedside.database) ==
          std::vector<std::string>{
              "C Patient/" + statement.patient + " " + statement.id,
              "C Patient/" + statement.patient + " " + bedside.entry(statement).location,
              "C Patient/" + statement.patient + " " + provenance->location});
}

TEST_CASE("account: what the companion keeps has not left us", "[audit]") {
    Bedside bedside([](adapters::Profile& profile) { profile.routes = {"companion"}; });
    bedside.capture(bedside.spoken());

    bedside.sender.sendOne();

    CHECK(told(bedside.database).size() == 1);
}

}  // namespace delivery_audit_test
