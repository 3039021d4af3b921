#include "plugin/outbox/provenance.h"

#include "tests/support/bedside_fixture.h"
#include "tests/support/statements.h"

namespace outbox_provenance_test {

namespace domain = plugin::domain;
namespace outbox = plugin::outbox;
namespace store = plugin::store;
using plugin::audit::Author;
using test::Bedside;

namespace {

Author typedBy(const std::string& reference, const std::string& name = "Made Up") {
    Author author;
    author.actor.reference = reference;
    author.actor.name = name;
    return author;
}

/// A statement that somebody typed.
domain::Statement type(Bedside& bedside, const Author& by) {
    auto statement = bedside.spoken();
    statement.recorded = fhir::DateTime::fromInstant(bedside.now);
    outbox::captureStatement(bedside.database, "general", statement, false, bedside.now, by);
    return statement;
}

/// What the EHR holds about the statement.
std::vector<fhir::Provenance> inEhr(Bedside& bedside, const std::string& target) {
    std::vector<fhir::Provenance> found;
    bedside.adapter->client().search(
        "Provenance", {{"target", target}}, [&](const fhir::BundleEntry& entry) {
            found.push_back(fhir::Provenance::fromJson(entry.resource));
        });
    return found;
}

std::size_t entries(Bedside& bedside) {
    return store::OutboxTable(bedside.database).list(true, 99).size();
}

}  // namespace

TEST_CASE("provenance: who typed a statement follows it into the EHR, once", "[outbox]") {
    Bedside bedside;
    const auto statement = type(bedside, typedBy("Practitioner/practitioner-1"));

    while (bedside.sender.sendOne()) continue;

    const auto location = bedside.entry(statement).location;
    const auto found = inEhr(bedside, location);
    REQUIRE(found.size() == 1);
    REQUIRE(found.front().agent.size() == 2);
    CHECK(found.front().target.front().reference == location);
    CHECK(found.front().target.front().identifier->value == statement.id);
    CHECK(found.front().agent.front().type->coding.front().code == "author");
    CHECK(found.front().agent.front().who.reference == "Patient/" + statement.patient);
    CHECK(found.front().agent.back().type->coding.front().code == "enterer");
    CHECK(found.front().agent.back().who.reference == "Practitioner/practitioner-1");
    const auto written =
        *store::OutboxTable(bedside.database).find(outbox::derivedId("provenance", statement.id));
    CHECK(written.state == store::OutboxState::Delivered);
    CHECK(written.kind == store::EntryKind::Provenance);
    CHECK(written.placement == store::Placement::Ehr);
    CHECK(written.route == "provenance");
}

TEST_CASE("provenance: an answer that was lost doubles neither it nor the statement", "[outbox]") {
    Bedside bedside;
    const auto statement = type(bedside, typedBy("Practitioner/practitioner-1"));
    REQUIRE(bedside.sender.sendOne());
    bedside.network.answersToLose = 1;

    REQUIRE(bedside.sender.sendOne());
    CHECK(bedside.network.creates == 2);
    bedside.now += std::chrono::hours(1);
    REQUIRE(bedside.sender.sendOne());

    CHECK(bedside.network.creates == 2);
    CHECK(inEhr(bedside, bedside.entry(statement).location).size() == 1);
    CHECK(bedside.inChart(statement) == 1);
}

TEST_CASE("provenance: one that is refused does not touch the statement", "[outbox]") {
    Bedside bedside;
    const auto statement = type(bedside, typedBy("Practitioner/practitioner-1"));
    REQUIRE(bedside.sender.sendOne());
    bedside.network.before = [](const fhir::http::Request& request) {
        if (request.method == "POST") throw fhir::Error(fhir::ErrorKind::Refused, "made up");
    };

    REQUIRE(bedside.sender.sendOne());

    CHECK(bedside.entry(statement).state == store::OutboxState::Delivered);
    CHECK(bedside.inChart(statement) == 1);
    const auto kept =
        *store::OutboxTable(bedside.database).find(outbox::derivedId("provenance", statement.id));
    CHECK(kept.state == store::OutboxState::Delivered);
    CHECK(kept.placement == store::Placement::LocalCompanion);
    CHECK(kept.route == "companion");
    CHECK(store::EntererTable(bedside.database).find("general", statement.id)->name == "Made Up");
}

TEST_CASE("provenance: nothing is sent where nobody can be named, or it stays here", "[outbox]") {
    SECTION("a name is not a reference") {
        Bedside bedside;
        const auto statement = type(bedside, typedBy(""));
        while (bedside.sender.sendOne()) continue;
        CHECK(entries(bedside) == 1);
        CHECK(store::EntererTable(bedside.database).find("general", statement.id)->name ==
              "Made Up");
    }
    SECTION("the companion has the statement") {
        Bedside bedside([](adapters::Profile& profile) { profile.routes = {"companion"}; });
        type(bedside, typedBy("Practitioner/practitioner-1"));
        while (bedside.sender.sendOne()) continue;
        CHECK(entries(bedside) == 1);
    }
    SECTION("nobody is known") {
        Bedside bedside;
        const auto statement = type(bedside, {});
        while (bedside.sender.sendOne()) continue;
        CHECK(entries(bedside) == 1);
        CHECK_FALSE(store::EntererTable(bedside.database).find("general", statement.id));
    }
}

TEST_CASE("provenance: a relative who spoke is its author", "[outbox]") {
    auto statement = test::statement();
    statement.recorded = fhir::DateTime::parse("2026-03-07T10:00:00Z");
    statement.speaker = domain::Speaker::RelatedPerson;
    statement.speakerName = "Amina, daughter";

    const auto provenance =
        outbox::toProvenance(statement, {.name = "alice as whatmatters"}, statement.id);

    CHECK(provenance.agent.front().who.display == "Amina, daughter");
    CHECK(provenance.agent.front().who.type == "RelatedPerson");
    CHECK(provenance.agent.back().who.display == "alice as whatmatters");
    CHECK(provenance.target.front().reference == statement.id);
    const auto text = fhir::toJsonText(provenance);
    CHECK(text.find("2026-03-07T10:00:00Z") != std::string::npos);
}

}  // namespace outbox_provenance_test
