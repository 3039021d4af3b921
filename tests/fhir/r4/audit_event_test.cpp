#include "fhir/r4/audit_event.h"

#include "tests/support/resource.h"

namespace audit_event_test {

using fhir::AuditEvent;
using fhir::Coding;
using fhir::TypedValue;
using test::read;

namespace {

const std::string kMinimal =
    R"({"resourceType":"AuditEvent","type":{"code":"rest"},"source":{"observer":{}}})";

fhir::CodeableConcept codeOf(const char* system, const char* code) {
    return {{{system, code, {}}}, {}};
}

/// The shape of BALP "PatientRead", with an OAuth token that is opaque to us.
AuditEvent authored() {
    AuditEvent event;
    event.type = {"http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", {}};
    event.subtype = {{"http://hl7.org/fhir/restful-interaction", "read", {}}};
    event.action = "R";
    event.recorded = fhir::DateTime::parse("2026-03-07T08:15:00.250Z");
    event.outcome = "0";
    AuditEvent::Agent server;
    server.type = codeOf("http://dicom.nema.org/resources/ontology/DCM", "110153");
    server.who = fhir::Reference{{}, {}, "EHR"};
    server.network = AuditEvent::Network{"ehr.example", "1"};
    AuditEvent::Agent user;
    user.type = codeOf("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP");
    user.who = fhir::Reference{"Practitioner/n-1", {}, {}};
    user.requestor = true;
    user.policy = {"jti-1"};
    event.agent = {server, user};
    event.source.site = "ward-7";
    event.source.observer = fhir::Reference{{}, {}, "What Matters"};
    event.source.type = {{"http://terminology.hl7.org/CodeSystem/security-source-type", "4", {}}};
    AuditEvent::Entity patient;
    patient.what = fhir::Reference{"Patient/p-1", {}, {}};
    patient.type = Coding{"http://terminology.hl7.org/CodeSystem/audit-entity-type", "1", {}};
    patient.role = Coding{"http://terminology.hl7.org/CodeSystem/object-role", "1", {}};
    AuditEvent::Entity transaction;
    transaction.what = fhir::Reference{{}, {}, {}, fhir::Identifier{{}, {}, "request-7"}};
    transaction.type = Coding{
        "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId", {}};
    event.entity = {patient, transaction};
    return event;
}

}  // namespace

TEST_CASE("audit event: one of ours is written exactly so", "[fhir]") {
    CHECK(toJsonText(authored()) ==
          R"({"resourceType":"AuditEvent",)"
          R"("type":{"system":"http://terminology.hl7.org/CodeSystem/audit-event-type",)"
          R"("code":"rest"},)"
          R"("subtype":[{"system":"http://hl7.org/fhir/restful-interaction","code":"read"}],)"
          R"("action":"R","recorded":"2026-03-07T08:15:00.250Z","outcome":"0",)"
          R"("agent":[{"type":{"coding":[{"system":)"
          R"("http://dicom.nema.org/resources/ontology/DCM","code":"110153"}]},)"
          R"("who":{"display":"EHR"},"requestor":false,)"
          R"("network":{"address":"ehr.example","type":"1"}},)"
          R"({"type":{"coding":[{"system":)"
          R"("http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},)"
          R"("who":{"reference":"Practitioner/n-1"},"requestor":true,"policy":["jti-1"]}],)"
          R"("source":{"site":"ward-7","observer":{"display":"What Matters"},)"
          R"("type":[{"system":"http://terminology.hl7.org/CodeSystem/security-source-type",)"
          R"("code":"4"}]},)"
          R"("entity":[{"what":{"reference":"Patient/p-1"},)"
          R"("type":{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type",)"
          R"("code":"1"},)"
          R"("role":{"system":"http://terminology.hl7.org/CodeSystem/object-role","code":"1"}},)"
          R"({"what":{"identifier":{"value":"request-7"}},"type":{"system":)"
          R"("https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",)"
          R"("code":"XrequestId"}}]})");
}

TEST_CASE("audit event: what is written reads the same again", "[fhir]") {
    auto event = authored();
    event.id = "ae-1";
    event.meta = fhir::Meta{{}, {}, {"http://example.org/profile"}, {}, {}};
    event.period = fhir::Period{fhir::DateTime::parse("2026-03-07"), {}};
    event.outcomeDesc = "done";
    event.purposeOfEvent = {{{}, "treatment"}};
    event.agent[1].role = {{{}, "nurse"}};
    event.agent[1].altId = "alt";
    event.agent[1].name = "A. Nurse";
    event.agent[1].location = fhir::Reference{"Location/l-1", {}, {}};
    event.agent[1].purposeOfUse = {{{}, "treatment"}};
    event.entity[0].lifecycle = Coding{"s", "6", {}};
    event.entity[0].securityLabel = {{"s", "R", {}}};
    event.entity[0].description = "d";
    event.entity[0].query = "P25hbWU9eA==";
    event.entity[0].detail = {{"key", TypedValue{"Base64Binary", std::string("dGVh")}}};
    event.entity[1].name = "n";
    const auto text = toJsonText(event);

    CHECK(toJsonText(read<AuditEvent>(text)) == text);
}

TEST_CASE("audit event: a minimal one is read", "[fhir]") {
    const auto event = read<AuditEvent>(kMinimal);

    CHECK(event.type.code == "rest");
    CHECK_FALSE(event.recorded);
    CHECK(event.agent.empty());
}

TEST_CASE("audit event: is not written without what R4 requires", "[fhir]") {
    const auto pathWithout = [](void (*take)(AuditEvent&)) {
        auto event = authored();
        take(event);
        return test::thrown([&] { toJsonText(event); }).path();
    };

    CHECK(pathWithout([](AuditEvent& e) { e.type = {}; }) == "/type");
    CHECK(pathWithout([](AuditEvent& e) { e.recorded.reset(); }) == "/recorded");
    CHECK(pathWithout([](AuditEvent& e) { e.agent.clear(); }) == "/agent");
    CHECK(pathWithout([](AuditEvent& e) { e.source.observer = {}; }) == "/source/observer");
    CHECK(pathWithout([](AuditEvent& e) {
              e.entity[1].name = "n";
              e.entity[1].query = "cQ==";
          }) == "/entity/1/query");
}

TEST_CASE("audit event: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<AuditEvent>(kMinimal);
}

TEST_CASE("audit event: an element of the wrong type is named by its path", "[fhir]") {
    const auto pathOf = [](const std::string& text) {
        return test::thrown([&] { read<AuditEvent>(text); }).path();
    };
    CHECK(pathOf(R"({"resourceType":"AuditEvent","source":{"observer":{}}})") == "/type");
    CHECK(pathOf(R"({"resourceType":"AuditEvent","type":{}})") == "/source");
    CHECK(pathOf(R"({"resourceType":"AuditEvent","type":{},"source":{}})") == "/source/observer");
    test::checkWrongTypes<AuditEvent>(
        kMinimal,
        {{R"("subtype":{})", "/subtype"},
         {R"("action":1)", "/action"},
         {R"("period":[])", "/period"},
         {R"("recorded":"x")", "/recorded"},
         {R"("outcome":0)", "/outcome"},
         {R"("agent":[{}])", "/agent/0/requestor"},
         {R"("agent":[{"requestor":"yes"}])", "/agent/0/requestor"},
         {R"("agent":[{"requestor":true,"network":[]}])", "/agent/0/network"},
         {R"("agent":[{"requestor":true,"policy":[1]}])", "/agent/0/policy/0"},
         {R"("agent":[{"modifierExtension":[{"url":"u"}]}])", "/agent/0/modifierExtension"},
         {R"("entity":[{"what":1}])", "/entity/0/what"},
         {R"("entity":[{"detail":[{"valueString":"x"}]}])", "/entity/0/detail/0/type"},
         {R"("entity":[{"detail":[{"type":"x"}]}])", "/entity/0/detail/0"},
         {R"("entity":[{"query":{}}])", "/entity/0/query"}});
}

}  // namespace audit_event_test
