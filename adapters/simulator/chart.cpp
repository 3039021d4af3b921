#include "adapters/simulator/chart.h"

#include <algorithm>

#include "adapters/simulator/rewrite.h"
#include "fhir/r4/observation.h"

namespace adapters::simulator {
namespace {

using namespace std::chrono;
using fhir::json::Writer;

constexpr const char* kMrnSystem = "https://hospital.example/fhir/mrn";
constexpr const char* kActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
constexpr const char* kRoleCode = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
constexpr const char* kLanguages = "urn:ietf:bcp:47";

void writeName(Writer& writer, const Person& person) {
    writer.key("name").beginArray();
    const fhir::HumanName official{
        .use = "official",
        .text = person.text.empty() ? std::nullopt : std::optional(person.text),
        .family = person.family.empty() ? std::nullopt : std::optional(person.family),
        .given = person.given,
        .prefix = person.prefix,
        .suffix = {}};
    official.toJson(writer);
    if (!person.usual.empty()) {
        auto usual = official;
        usual.use = "usual";
        usual.text = std::nullopt;
        usual.given = {person.usual};
        usual.toJson(writer);
    }
    writer.endArray();
}

void writeReference(Writer& writer, const char* name, const std::string& reference,
                    const std::string& display = {}) {
    writer.key(name)
        .beginObject()
        .member("reference", reference)
        .member("display", display)
        .endObject();
}

void writePeriod(Writer& writer, fhir::Instant start, std::optional<fhir::Instant> end) {
    writer.key("period").beginObject().member("start", fhir::toFhirInstant(start));
    if (end) writer.member("end", fhir::toFhirInstant(*end));
    writer.endObject();
}

void writePlace(Writer& writer, const Place& place, const char* status, fhir::Instant start,
                std::optional<fhir::Instant> end) {
    writer.beginObject();
    writeReference(writer, "location", "Location/" + place.id, place.name);
    writer.member("status", status);
    writePeriod(writer, start, end);
    writer.endObject();
}

/// Whoever looks after a patient: staff of the ward in turn.
std::string attending(const std::string& patientId) {
    const auto number = std::stoi(patientId.substr(patientId.rfind('-') + 1));
    return "Practitioner/practitioner-" + std::to_string(number % kStaff + 1);
}

/// Encounter up to its locations, which the caller writes into the open array.
void beginEncounter(Writer& writer, const std::string& patientId, const std::string& status,
                    fhir::Instant start, std::optional<fhir::Instant> end) {
    writer.beginObject().member("resourceType", "Encounter").member("status", status);
    writer.key("class")
        .beginObject()
        .member("system", kActCode)
        .member("code", "IMP")
        .member("display", "inpatient encounter")
        .endObject();
    writeReference(writer, "subject", "Patient/" + patientId);
    writer.key("participant").beginArray().beginObject();
    writeReference(writer, "individual", attending(patientId));
    writer.endObject().endArray();
    writePeriod(writer, start, end);
    writeReference(writer, "serviceProvider", "Organization/hospital");
    writer.key("location").beginArray();
}

/// DESIGN, section 5; what the hospital entered itself has fewer marks.
void code(fhir::Observation& observation, const Saying& saying) {
    const fhir::CodeableConcept careExperience{
        {{"http://hl7.org/fhir/us/core/CodeSystem/us-core-category", "care-experience-preference",
          "Care experience preference"}},
        {}};
    const fhir::Coding preference{"http://loinc.org", "95541-9", "Care experience preference"};
    if (saying.others == "category") {
        observation.category = {careExperience};
        observation.code = {{{"https://hospital.example/fhir/CodeSystem/notes", "family-wish", {}}},
                            "Wish of the family"};
        return;
    }
    if (saying.others == "code") {
        observation.code = {{preference}, {}};
        return;
    }
    observation.category = {
        careExperience,
        {{{"http://terminology.hl7.org/CodeSystem/observation-category", "survey", "Survey"}}, {}}};
    observation.code = {{preference,
                         {"http://loinc.org", "81363-4", "Things that matter to me"},
                         {"https://whatmatters.example/fhir/CodeSystem/aspect", saying.aspect, {}}},
                        "What matters to me"};
    observation.method = {{}, saying.method};
}

}  // namespace

fhir::Instant ChartWriter::daysAgo(int days, int hour) {
    return today_ - hours(24 * days) + hours(hour) + minutes(chance_.between(0, 59));
}

void ChartWriter::add(const char* type, const std::string& id, const std::string& json,
                      fhir::Instant updated) {
    const auto* definition = catalogue_.find(type);
    if (definition == nullptr) return;
    auto document = fhir::json::Document::parse(json);
    if (behaviour_.id)
        document = fhir::json::Document::parse(rewritten(
            document.root(), [&](Writer& writer, std::string_view name, const auto& value) {
                const auto parts = name == "reference" && value.isString()
                                       ? fhir::parseReference(value.text())
                                       : std::nullopt;
                if (parts) writer.member(name, reference(parts->type, parts->id));
                return parts.has_value();
            }));
    if (behaviour_.chart) document = fhir::json::Document::parse(behaviour_.chart(document.root()));
    store_.add(*definition, behaviour_.id ? behaviour_.id(type, id) : id, document.root(), updated);
}

std::string ChartWriter::reference(std::string_view type, std::string_view plainId) const {
    return std::string(type) + "/" +
           (behaviour_.id ? behaviour_.id(type, plainId) : std::string(plainId));
}

void ChartWriter::addPerson(int number, const Person& person, const Place& place,
                            const Place& before) {
    const auto patientId = "patient-" + std::to_string(number);
    addPatient(patientId, number, person);
    addRelatives(patientId, person);
    const auto stays = addStays(number, person, place, before);
    int count = 0;
    for (const auto& saying : person.said) {
        const auto id = "said-" + std::to_string(number) + "-" + std::to_string(++count);
        addSaying(patientId, id, person, saying, stays);
    }
}

void ChartWriter::addPatient(const std::string& id, int number, const Person& person) {
    // Born so that the age is right today, and before the stay.
    const int days = person.age == 0 ? person.stayDays + chance_.between(0, 2)
                                     : person.age * 36525 / 100 + chance_.between(2, 350);
    const auto born = fhir::toFhirInstant(today_ - hours(24 * days)).substr(0, 10);
    Writer writer;
    writer.beginObject().member("resourceType", "Patient");
    writer.key("identifier").beginArray().beginObject();
    writer.member("system", kMrnSystem).member("value", "MU-" + std::to_string(100000 + number));
    writer.endObject().endArray();
    writer.member("active", true);
    writeName(writer, person);
    writer.member("gender", person.gender).member("birthDate", born);
    writer.key("communication").beginArray().beginObject();
    writer.key("language");
    fhir::CodeableConcept{{{kLanguages, person.language, {}}}, {}}.toJson(writer);
    writer.member("preferred", true).endObject().endArray();
    add("Patient", id, writer.endObject().take(), daysAgo(person.stayDays + 1, 5));
}

void ChartWriter::addRelatives(const std::string& patientId, const Person& person) {
    for (std::size_t i = 0; i < person.relatives.size(); ++i) {
        const auto& relative = person.relatives[i];
        Writer writer;
        writer.beginObject().member("resourceType", "RelatedPerson").member("active", true);
        writeReference(writer, "patient", "Patient/" + patientId);
        writer.key("relationship").beginArray();
        fhir::CodeableConcept{{{kRoleCode, relative.relationship, {}}}, {}}.toJson(writer);
        writer.endArray();
        writer.key("name").beginArray().beginObject();
        writer.member("text", relative.name).endObject().endArray();
        add("RelatedPerson", patientId + "-relative-" + std::to_string(i + 1),
            writer.endObject().take(), daysAgo(person.stayDays + 1, 5));
    }
}

std::vector<ChartWriter::Stay> ChartWriter::addStays(int number, const Person& person,
                                                     const Place& place, const Place& before) {
    const auto patientId = "patient-" + std::to_string(number);
    const auto id = "stay-" + std::to_string(number);
    std::vector<Stay> stays;
    if (person.beforeDays) {
        constexpr int kEarlierStayDays = 5;
        const auto start = daysAgo(*person.beforeDays + kEarlierStayDays, 7);
        const auto end = daysAgo(*person.beforeDays, 11);
        Writer writer;
        beginEncounter(writer, patientId, "finished", start, end);
        writePlace(writer, place, "completed", start, end);
        add("Encounter", id + "-earlier", writer.endArray().endObject().take(), end);
        stays.push_back({id + "-earlier", start, "finished"});
    }
    const auto start = daysAgo(person.stayDays, person.status == "planned" ? 32 : 7);
    const auto end = person.status == "finished" ? std::optional(daysAgo(1, 11)) : std::nullopt;
    const auto moved = person.movedDays ? daysAgo(*person.movedDays, 14) : start;
    Writer writer;
    beginEncounter(writer, patientId, person.status, start, end);
    if (person.movedDays) writePlace(writer, before, "completed", start, moved);
    const char* placeStatus = person.status == "planned" ? "planned" : "active";
    writePlace(writer, place, end ? "completed" : placeStatus, moved, end);
    add("Encounter", id, writer.endArray().endObject().take(),
        std::min(end.value_or(moved), today_));
    stays.push_back({id, start, person.status});
    return stays;
}

void ChartWriter::addSaying(const std::string& patientId, const std::string& id,
                            const Person& person, const Saying& saying,
                            const std::vector<Stay>& stays) {
    const auto said = daysAgo(saying.days, saying.hour.value_or(chance_.between(9, 18)));
    const auto recorded = said + minutes(chance_.between(3, 45));
    fhir::Observation observation;
    if (saying.others.empty())
        observation.identifier = {{{}, "urn:ietf:rfc:3986", "urn:uuid:" + chance_.uuid()}};
    observation.status = saying.retracted ? "entered-in-error" : "final";
    code(observation, saying);
    observation.subject = {"Patient/" + patientId, {}, {}};
    for (const auto& stay : stays)
        if (stay.start <= said)
            observation.encounter = fhir::Reference{"Encounter/" + stay.id, {}, {}};
    observation.effectiveDateTime = fhir::DateTime::fromInstant(said);
    observation.issued = fhir::DateTime::fromInstant(recorded);
    if (saying.by)
        observation.performer = {
            {"RelatedPerson/" + patientId + "-relative-" + std::to_string(*saying.by + 1),
             {},
             person.relatives.at(*saying.by).name}};
    else
        observation.performer = {{"Patient/" + patientId, {}, {}}};
    if (saying.absent.empty()) {
        observation.language = saying.language;
        observation.valueString = saying.text;
    } else {
        observation.dataAbsentReason = {
            {{"http://terminology.hl7.org/CodeSystem/data-absent-reason", saying.absent, {}}}, {}};
    }
    if (!saying.note.empty()) observation.note = {{saying.note}};
    if (saying.keepToTeam) {
        observation.meta = fhir::Meta{};
        observation.meta->security = {
            {kActCode, "CTCOMPT", "care team compartment"},
            {"http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", "restricted"}};
    }
    add("Observation", id, fhir::toJsonText(observation), recorded);
}

}  // namespace adapters::simulator
