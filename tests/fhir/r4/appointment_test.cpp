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
        "resourceType": "Appointment", "id": "a-1", "identifier": [{"value": "7"}],
        "status": "booked", "serviceType": [{"text": "Memory clinic"}],
        "appointmentType": {"text": "Follow-up"}, "description": "Made up",
        "start": "2026-03-07T09:00:00+01:00", "end": "2026-03-07T09:30:00+01:00",
        "participant": [
            {"type": [{"text": "attender"}], "status": "accepted",
             "actor": {"reference": "https://ehr.example/fhir/Practitioner/n-1"}},
            {"actor": {"type": "Patient", "display": "Somebody made up"}, "status": "tentative"},
            {"status": "accepted"}]})");

    CHECK(appointment.id == "a-1");
    CHECK(appointment.identifier.at(0).value == "7");
    CHECK(appointment.status == "booked");
    CHECK(appointment.serviceType.at(0).label() == "Memory clinic");
    CHECK(appointment.appointmentType->label() == "Follow-up");
    CHECK(appointment.description == "Made up");
    CHECK(appointment.start->text() == "2026-03-07T09:00:00+01:00");
    CHECK(appointment.end->text() == "2026-03-07T09:30:00+01:00");
    REQUIRE(appointment.participant.size() == 3);
    CHECK(appointment.participant[0].type.at(0).label() == "attender");
    REQUIRE(appointment.find("Patient") == &appointment.participant[1]);
    CHECK(appointment.find("Patient")->status == "tentative");
    CHECK(appointment.find("Practitioner") == &appointment.participant[0]);
    CHECK(appointment.find("Location") == nullptr);
}

TEST_CASE("appointment: a minimal one is read", "[fhir]") {
    const auto appointment = read<Appointment>(kMinimal);

    CHECK_FALSE(appointment.start);
    CHECK(appointment.participant.empty());
}

TEST_CASE("appointment: a participant who says nothing has yet to answer", "[fhir]") {
    const auto appointment = read<Appointment>(test::with(kMinimal, R"("participant":[{}])"));

    CHECK(appointment.participant.at(0).status == "needs-action");
}

TEST_CASE("appointment: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Appointment>(kMinimal);
}

TEST_CASE("appointment: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<Appointment>(R"({"resourceType":"Appointment"})"); }).path() ==
          "/status");
    test::checkWrongTypes<Appointment>(
        kMinimal, {{R"("identifier":{})", "/identifier"},
                   {R"("serviceType":{})", "/serviceType"},
                   {R"("appointmentType":[])", "/appointmentType"},
                   {R"("description":1)", "/description"},
                   {R"("start":"tomorrow")", "/start"},
                   {R"("end":7)", "/end"},
                   {R"("participant":{})", "/participant"},
                   {R"("participant":[{"actor":"Patient/1"}])", "/participant/0/actor"},
                   {R"("participant":[{"status":1}])", "/participant/0/status"},
                   {R"("participant":[{"type":1}])", "/participant/0/type"},
                   {R"("participant":[{},{"modifierExtension":[{"url":"u"}]}])",
                    "/participant/1/modifierExtension"}});
}

}  // namespace appointment_test
