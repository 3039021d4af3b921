#include "fhir/r4/appointment.h"

#include "tests/support/resource.h"

namespace appointment_test {

using fhir::Appointment;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Appointment","status":"booked"})";

}  // namespace

TEST_CASE("appointment: a full one is read", "[fhir]") {
    const auto appointment = read<Appointment>(R"({
        "resourceType": "Appointment", "id": "a-1", "status": "booked",
        "start": "2026-03-07T09:00:00+01:00",
        "participant": [
            {"type": [{"text": "attender"}], "status": "accepted",
             "actor": {"reference": "https://ehr.example/fhir/Practitioner/n-1"}},
            {"actor": {"type": "Patient", "display": "Somebody made up"}, "status": "tentative"},
            {"status": "accepted"}]})");

    CHECK(appointment.id == "a-1");
    CHECK(appointment.status == "booked");
    CHECK(appointment.start->text() == "2026-03-07T09:00:00+01:00");
    REQUIRE(appointment.participant.size() == 3);
    CHECK(appointment.participant[0].actor->resourceType() == "Practitioner");
    CHECK(appointment.participant[1].actor->resourceType() == "Patient");
    CHECK_FALSE(appointment.participant[2].actor);
}

TEST_CASE("appointment: a minimal one is read", "[fhir]") {
    const auto appointment = read<Appointment>(kMinimal);

    CHECK_FALSE(appointment.start);
    CHECK(appointment.participant.empty());
}

TEST_CASE("appointment: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Appointment>(kMinimal);
}

TEST_CASE("appointment: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<Appointment>(R"({"resourceType":"Appointment"})"); }).path() ==
          "/status");
    test::checkWrongTypes<Appointment>(
        kMinimal, {{R"("start":"tomorrow")", "/start"},
                   {R"("participant":{})", "/participant"},
                   {R"("participant":[{"actor":"Patient/1"}])", "/participant/0/actor"},
                   {R"("participant":[{},{"modifierExtension":[{"url":"u"}]}])",
                    "/participant/1/modifierExtension"}});
}

}  // namespace appointment_test
