#include "adapters/simulator/ward_lists.h"

#include "adapters/simulator/people.h"
#include "fhir/r4/date_time.h"

namespace adapters::simulator {
namespace {

using fhir::json::Writer;

constexpr const char* kListSystem = "urn:oid:1.2.840.114350.1.13.0.1.7.2.806567";
// In the evening: whoever asks for today's appointments at whatever time finds all of them.
constexpr std::chrono::hours kRoundBegins{22};
constexpr std::chrono::minutes kVisit{1};

void writeListReference(Writer& writer, const char* name, const std::string& reference) {
    writer.key(name).beginObject().member("reference", reference).endObject();
}

void writeIdentifier(Writer& writer, const char* system, const std::string& value) {
    writer.key("identifier").beginArray().beginObject();
    writer.member("system", system).member("value", value).endObject().endArray();
}

std::string staffId(int number) {
    return "practitioner-" + std::to_string(number);
}

}  // namespace

std::string WardLists::listIdentifier(const std::string& wardId) {
    return std::string(kListSystem) + "|" + wardId;
}

void WardLists::addStaff(fhir::Instant opened) {
    const auto& names = people().staff;
    for (int i = 0; i < kStaff; ++i) {
        const auto id = staffId(i + 1);
        Writer person;
        person.beginObject().member("resourceType", "Practitioner").member("active", true);
        writeIdentifier(person, "https://hospital.example/fhir/staff",
                        "S-" + std::to_string(i + 1));
        person.key("name").beginArray().beginObject();
        person.member("text", names.at(static_cast<std::size_t>(i))).endObject().endArray();
        charts_.add("Practitioner", id, person.endObject().take(), opened);
        Writer role;
        role.beginObject().member("resourceType", "PractitionerRole").member("active", true);
        writeListReference(role, "practitioner", "Practitioner/" + id);
        writeListReference(role, "organization", "Organization/hospital");
        charts_.add("PractitionerRole", id + "-role", role.endObject().take(), opened);
    }
}

void WardLists::addQuestionnaire(fhir::Instant opened) {
    Writer writer;
    writer.beginObject()
        .member("resourceType", "Questionnaire")
        .member("url", "https://hospital.example/fhir/Questionnaire/what-matters")
        .member("status", "active")
        .member("title", "What matters to you?");
    writer.key("item").beginArray().beginObject();
    writer.member("linkId", "what-matters").member("text", "What matters to you?");
    writer.member("type", "text").endObject().endArray();
    charts_.add("Questionnaire", "what-matters", writer.endObject().take(), opened);
}

void WardLists::addWard(const std::string& id, const std::string& name, int first, int last) {
    Writer list;
    Writer group;
    list.beginObject().member("resourceType", "List");
    writeIdentifier(list, kListSystem, id);
    list.member("status", "current").member("mode", "working").member("title", name);
    list.key("code").beginObject().key("coding").beginArray().beginObject();
    list.member("code", "patients").endObject().endArray().endObject();
    list.key("entry").beginArray();
    group.beginObject().member("resourceType", "Group");
    writeIdentifier(group, "https://hospital.example/fhir/groups", id);
    group.member("active", true).member("type", "person").member("actual", true);
    group.member("name", name).key("member").beginArray();
    for (int number = first; number <= last; ++number) {
        const auto patient = "Patient/patient-" + std::to_string(number);
        writeListReference(list.beginObject(), "item", patient);
        list.endObject();
        writeListReference(group.beginObject(), "entity", patient);
        group.endObject();
        addAppointment(id, name, number);
    }
    charts_.add("List", id + "-list", list.endArray().endObject().take(), today_);
    charts_.add("Group", id + "-patients", group.endArray().endObject().take(), today_);
}

void WardLists::addAppointment(const std::string& wardId, const std::string& wardName, int number) {
    const auto patient = "patient-" + std::to_string(number);
    const auto start = today_ + kRoundBegins + kVisit * (number % 60);
    Writer writer;
    writer.beginObject().member("resourceType", "Appointment").member("status", "booked");
    writer.member("description", "Round on " + wardName);
    writer.member("start", fhir::toFhirInstant(start));
    writer.member("end", fhir::toFhirInstant(start + kVisit));
    writer.key("participant").beginArray();
    for (const auto& actor :
         {"Patient/" + patient, "Location/" + wardId, "Practitioner/" + staffId(1)}) {
        writeListReference(writer.beginObject(), "actor", actor);
        writer.member("status", "accepted").endObject();
    }
    writer.endArray();
    charts_.add("Appointment", "appointment-" + std::to_string(number), writer.endObject().take(),
                today_);
}

}  // namespace adapters::simulator
