#include "fhir/r4/communication.h"

#include "tests/support/resource.h"

namespace communication_test {

using fhir::Communication;
using fhir::TypedValue;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Communication","status":"completed"})";

Communication authored() {
    Communication message;
    message.language = "ar";
    message.identifier = {
        {{}, "urn:ietf:rfc:3986", "urn:uuid:11111111-2222-4333-8444-555555555555"}};
    message.status = "completed";
    message.subject = fhir::Reference{"Patient/p-1", {}, {}};
    message.topic = fhir::CodeableConcept{{{"http://loinc.org", "95541-9", {}}}, {}};
    message.encounter = fhir::Reference{"Encounter/e-1", {}, {}};
    message.sent = fhir::DateTime::parse("2026-03-07T08:15:00Z");
    message.recipient = {{"CareTeam/t-1", {}, {}}};
    message.sender = fhir::Reference{"Patient/p-1", {}, {}};
    message.payload = {{TypedValue::ofString("أريد أن أصلي عند الفجر")}};
    return message;
}

}  // namespace

TEST_CASE("communication: one of ours is written exactly so", "[fhir]") {
    CHECK(toJsonText(authored()) ==
          R"({"resourceType":"Communication","language":"ar",)"
          R"("identifier":[{"system":"urn:ietf:rfc:3986",)"
          R"("value":"urn:uuid:11111111-2222-4333-8444-555555555555"}],"status":"completed",)"
          R"("subject":{"reference":"Patient/p-1"},)"
          R"("topic":{"coding":[{"system":"http://loinc.org","code":"95541-9"}]},)"
          R"("encounter":{"reference":"Encounter/e-1"},"sent":"2026-03-07T08:15:00Z",)"
          R"("recipient":[{"reference":"CareTeam/t-1"}],"sender":{"reference":"Patient/p-1"},)"
          R"("payload":[{"contentString":"أريد أن أصلي عند الفجر"}]})");
}

TEST_CASE("communication: what is written reads the same again", "[fhir]") {
    auto message = authored();
    message.id = "c-1";
    message.meta = fhir::Meta{{}, {}, {}, {{"s", "R", {}}}, {}};
    message.payload.push_back({TypedValue{"Reference", fhir::Reference{"Observation/o", {}, {}}}});
    const auto text = toJsonText(message);

    CHECK(toJsonText(read<Communication>(text)) == text);
}

TEST_CASE("communication: a minimal one is read", "[fhir]") {
    const auto message = read<Communication>(kMinimal);

    CHECK(message.status == "completed");
    CHECK(message.payload.empty());
    CHECK_FALSE(message.sent);
}

TEST_CASE("communication: a status that the server does not know is unknown", "[fhir]") {
    const auto message = read<Communication>(
        R"({"resourceType":"Communication","_status":{"extension":[{"valueCode":"masked",
            "url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason"}]}})");

    CHECK(message.status == "unknown");
}

TEST_CASE("communication: is not written without what R4 requires", "[fhir]") {
    auto withoutStatus = authored();
    withoutStatus.status.clear();

    CHECK(test::thrown([&] { toJsonText(withoutStatus); }).path() == "/status");
}

TEST_CASE("communication: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Communication>(kMinimal);
}

TEST_CASE("communication: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<Communication>(R"({"resourceType":"Communication"})"); }).path() ==
          "/status");
    test::checkWrongTypes<Communication>(
        kMinimal, {{R"("identifier":{})", "/identifier"},
                   {R"("subject":[])", "/subject"},
                   {R"("topic":"x")", "/topic"},
                   {R"("encounter":[])", "/encounter"},
                   {R"("sent":"x")", "/sent"},
                   {R"("recipient":{})", "/recipient"},
                   {R"("sender":[])", "/sender"},
                   {R"("payload":[{}])", "/payload/0/contentString"},
                   {R"("payload":[{"contentString":1}])", "/payload/0/contentString"},
                   {R"("payload":[{"contentAttachment":[]}])", "/payload/0/contentAttachment"},
                   {R"("payload":[{"contentString":"x","modifierExtension":[{"url":"u"}]}])",
                    "/payload/0/modifierExtension"}});
}

}  // namespace communication_test
