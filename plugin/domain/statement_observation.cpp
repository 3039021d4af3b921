// How a statement and an Observation become each other.
#include <algorithm>
#include <array>

#include "fhir/r4/server_address.h"
#include "plugin/domain/statement.h"
#include "plugin/domain/text.h"

namespace plugin::domain {
namespace {

constexpr const char* kLoinc = "http://loinc.org";
constexpr const char* kCareExperiencePreference = "95541-9";
constexpr const char* kThingsThatMatterToMe = "81363-4";
constexpr const char* kUriSystem = "urn:ietf:rfc:3986";
constexpr const char* kPcoSystem = "http://hl7.org/fhir/us/pco/CodeSystem/pco-concepts-temporary";
constexpr const char* kWhatMatters = "what-matters";
constexpr const char* kAbsentSystem = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
/// Its address before R4, which some servers still write.
constexpr const char* kAbsentSystemOnce = "http://hl7.org/fhir/data-absent-reason";
constexpr const char* kActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
constexpr const char* kConfidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
constexpr const char* kUnnamed = "Related person, name not recorded";
constexpr const char* kUnknownTime = "1700";  // see isTimeKnown
constexpr std::string_view kUuidPrefix = "urn:uuid:";

fhir::CodeableConcept coded(const char* system, const char* code, const char* display) {
    return {{fhir::Coding{system, code, display}}, std::nullopt};
}

const char* display(Aspect aspect) noexcept {
    switch (aspect) {
        case Aspect::Now:
            return "What matters most now";
        case Aspect::AboutMe:
            return "About me";
        case Aspect::WhoMatters:
            return "Who matters to me";
        case Aspect::PleaseDo:
            return "Please do";
        case Aspect::PleaseDoNot:
            return "Please do not";
        case Aspect::HowToTalkWithMe:
            return "How to talk with me";
    }
    return "";
}

const char* display(Absent reason) noexcept {
    switch (reason) {
        case Absent::AskedDeclined:
            return "Asked But Declined";
        case Absent::AskedUnknown:
            return "Asked But Unknown";
        case Absent::TempUnknown:
            return "Temporarily Unknown";
    }
    return "";
}

/// Observation.method.text: for people.
const char* methodText(Method method) noexcept {
    switch (method) {
        case Method::InPerson:
            return "in person";
        case Method::Phone:
            return "by phone";
        case Method::Portal:
            return "through the portal";
        case Method::Interpreter:
            return "through an interpreter";
        case Method::Observed:
            return "observed";
    }
    return "";
}

fhir::CodeableConcept statementCode(Aspect aspect) {
    return {{{kLoinc, "95541-9", "Care experience preference"},
             {kLoinc, kThingsThatMatterToMe, "Things that matter to me"},
             {std::string(kAspectSystem), toString(aspect), display(aspect)}},
            "What matters to me"};
}

fhir::Reference performer(const Statement& statement) {
    fhir::Reference reference;
    if (statement.speaker == Speaker::Patient) {
        reference.reference = "Patient/" + statement.patient;
        return reference;
    }
    reference.reference = statement.speakerReference;
    if (statement.speaker == Speaker::RelatedPerson) reference.type = "RelatedPerson";
    reference.display = statement.speakerName;
    // R4 references need a reference, an identifier or a display.
    if (!reference.reference && !reference.display) reference.display = kUnnamed;
    return reference;
}

/// By our identifier: where it is in the EHR is known when the newer one gets there.
fhir::Reference replaced(const std::string& name) {
    if (!std::string_view(name).starts_with(kUuidPrefix)) return {name, {}, {}};
    return {{}, "Observation", {}, fhir::Identifier{{}, kUriSystem, name}};
}

std::optional<std::string> idOf(const fhir::Observation& observation) {
    for (const auto& identifier : observation.identifier) {
        const auto value = identifier.value.value_or("");
        const bool isUri = !identifier.system || *identifier.system == kUriSystem;
        if (isUri && std::string_view(value).substr(0, kUuidPrefix.size()) == kUuidPrefix)
            return value;
    }
    if (observation.id.empty()) return std::nullopt;
    return "Observation/" + observation.id;
}

/// Whether what an Observation is derived from is itself: one that stands for another resource
/// bears that one's type in its id; one that is held by another server than its patient is names
/// its whole address there.
bool isItself(const fhir::Reference& source, const fhir::Observation& observation) {
    const auto parts = fhir::parseReference(source.relative());
    if (!parts) return false;
    if (!source.base().empty())
        return parts->type == fhir::Observation::resourceType && parts->id == observation.id;
    return observation.id == parts->type + "-" + parts->id;
}

/// Where it is held.
std::optional<std::string> locationOf(const fhir::Observation& observation) {
    if (observation.id.empty()) return std::nullopt;
    for (const auto& source : observation.derivedFrom)
        if (isItself(source, observation))
            return source.base().empty() ? source.relative() : source.reference;
    return "Observation/" + observation.id;
}

/// What is absolute here is another server's (adapters::nameLocally).
std::optional<std::string> patientOf(const fhir::Observation& observation) {
    return fhir::ServerAddress().findId(observation.subject, "Patient");
}

bool isSaying(std::string_view status) noexcept {
    static constexpr std::array<std::string_view, 5> kSayings{"final", "amended", "corrected",
                                                              "preliminary", "entered-in-error"};
    return std::find(kSayings.begin(), kSayings.end(), status) != kSayings.end();
}

/// "Yes" to a question is no words of its own (LOINC answer lists, HL7 v2-0136, SNOMED CT).
bool isYesOrNo(const fhir::Coding& coding) {
    static constexpr std::array<std::string_view, 7> kCodes{"LA33-6", "LA32-8",    "LA14495-8", "Y",
                                                            "N",      "373066001", "373067005"};
    return std::find(kCodes.begin(), kCodes.end(), coding.code.value_or("")) != kCodes.end();
}

/// A code is words only as the answer to the question, and then by what somebody can read of it. A
/// text without any code is words whatever it answers.
std::string wordsOf(const fhir::Observation& observation) {
    if (observation.valueString && !isBlank(*observation.valueString))
        return *observation.valueString;
    if (!observation.valueCodeableConcept) return {};
    const auto& answer = *observation.valueCodeableConcept;
    const bool isAsked = observation.code.has(kLoinc, kCareExperiencePreference) ||
                         observation.code.has(kLoinc, kThingsThatMatterToMe);
    const bool isWords =
        answer.coding.empty() ||
        (isAsked && std::none_of(answer.coding.begin(), answer.coding.end(), isYesOrNo));
    auto words = isWords ? answer.words() : std::string();
    return isBlank(words) ? std::string() : words;
}

std::optional<Absent> absentOf(const fhir::Observation& observation) {
    if (!observation.dataAbsentReason) return std::nullopt;
    for (const auto& coding : observation.dataAbsentReason->coding) {
        const bool isTheirs = !coding.system || *coding.system == kAbsentSystem ||
                              *coding.system == kAbsentSystemOnce;
        if (!isTheirs || !coding.code) continue;
        if (const auto reason = parseAbsent(*coding.code)) return reason;
    }
    return std::nullopt;
}

Aspect aspectOf(const fhir::Observation& observation) {
    for (const auto& coding : observation.code.coding)
        if (coding.system && *coding.system == kAspectSystem && coding.code)
            if (const auto aspect = parseAspect(*coding.code)) return *aspect;
    const bool isOfTheDay = observation.code.has(kLoinc, kThingsThatMatterToMe) ||
                            observation.hasCategory(kPcoSystem, kWhatMatters);
    return isOfTheDay ? Aspect::Now : Aspect::AboutMe;
}

fhir::DateTime saidOf(const fhir::Observation& observation) {
    if (observation.effectiveDateTime) return *observation.effectiveDateTime;
    if (observation.issued) return *observation.issued;
    if (observation.meta && observation.meta->lastUpdated)
        if (auto moment = fhir::DateTime::tryParse(*observation.meta->lastUpdated))
            return *std::move(moment);
    return fhir::DateTime::parse(kUnknownTime);
}

/// Who one of the performers is to the patient.
enum class Performer { Patient, Staff, Related, Unknown };

Performer performerOf(const fhir::Reference& one, const fhir::Observation& observation,
                      const std::string& patient) {
    static constexpr std::array<std::string_view, 6> kStaff{"Practitioner", "PractitionerRole",
                                                            "Organization", "CareTeam",
                                                            "Device",       "HealthcareService"};
    const auto type = one.resourceType();
    if (type == "RelatedPerson") return Performer::Related;
    if (std::find(kStaff.begin(), kStaff.end(), type) != kStaff.end()) return Performer::Staff;
    if (type != "Patient") return Performer::Unknown;
    // Another patient beside this one: a mother for her child.
    if (const auto id = fhir::ServerAddress().findId(one, "Patient"))
        return *id == patient ? Performer::Patient : Performer::Related;
    // Of another server, contained, or by an identifier that may be anybody's.
    const auto& known = observation.subject->identifier;
    const bool isSubject = one.identifier && known && one.identifier->value &&
                           one.identifier->system == known->system &&
                           one.identifier->value == known->value;
    return isSubject ? Performer::Patient : Performer::Unknown;
}

/// Who spoke. Staff who recorded it, or nobody named: the words of such an Observation are the
/// patient's by the definition of its code. Where more than one may have spoken, or somebody whom
/// nobody can tell, it is not known: those words are never the patient's own.
void readSpeaker(const fhir::Observation& observation, Statement& statement) {
    bool isPatientNamed = false;
    const fhir::Reference* related = nullptr;
    const fhir::Reference* unknown = nullptr;
    for (const auto& one : observation.performer)
        switch (performerOf(one, observation, statement.patient)) {
            case Performer::Patient:
                isPatientNamed = true;
                break;
            case Performer::Related:
                related = &one;
                break;
            case Performer::Unknown:
                unknown = &one;
                break;
            case Performer::Staff:
                break;
        }
    const auto* other = related != nullptr ? related : unknown;
    if (other == nullptr) return;
    const bool isKnown = unknown == nullptr && !isPatientNamed;
    statement.speaker = isKnown ? Speaker::RelatedPerson : Speaker::Unknown;
    if (other->display && *other->display != kUnnamed) statement.speakerName = other->display;
    if (const auto person = fhir::ServerAddress().find(*other);
        person && person->type == "RelatedPerson")
        statement.speakerReference = person->text();
}

std::optional<Method> methodOf(const fhir::Observation& observation) {
    if (!observation.method) return std::nullopt;
    const auto label = observation.method->label();
    for (const auto method :
         {Method::InPerson, Method::Phone, Method::Portal, Method::Interpreter, Method::Observed})
        if (label == methodText(method)) return method;
    return parseMethod(label);
}

std::optional<std::string> noteOf(const fhir::Observation& observation) {
    std::string text;
    for (const auto& note : observation.note) {
        if (isBlank(note.text)) continue;
        if (!text.empty()) text += '\n';
        text += note.text;
    }
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

/// The statement that a reference means: one of ours by our identifier, or one beside it.
std::optional<std::string> statementIn(const fhir::Reference& reference) {
    if (reference.identifier && reference.identifier->system == kUriSystem &&
        reference.identifier->value.value_or("").starts_with(kUuidPrefix))
        return reference.identifier->value;
    const auto there = fhir::ServerAddress().find(reference);
    return there ? std::optional(there->text()) : std::nullopt;
}

/// What it replaces is what it says to replace. What an Observation is derived from it does not
/// replace: a member of a panel is derived from the panel. Only of our own, which said it by that
/// alone in earlier versions, the one that it is derived from is the one that it replaces.
std::optional<std::string> replacedBy(const fhir::Observation& observation, const std::string& id) {
    for (const auto& older : observation.replaces)
        if (auto name = statementIn(older); name && name != id && name != locationOf(observation))
            return name;
    if (!std::string_view(id).starts_with(kUuidPrefix)) return std::nullopt;
    for (const auto& older : observation.derivedFrom)
        if (auto name = statementIn(older); name && name->starts_with(kUuidPrefix)) return name;
    return std::nullopt;
}

bool isRestricted(const fhir::Observation& observation) {
    if (!observation.meta) return false;
    static constexpr std::array<std::array<std::string_view, 2>, 4> kLabels{
        {{kActCode, "CTCOMPT"},
         {kActCode, "PRS"},
         {kConfidentiality, "R"},
         {kConfidentiality, "V"}}};
    const auto& labels = observation.meta->security;
    return std::any_of(labels.begin(), labels.end(), [](const fhir::Coding& label) {
        return std::any_of(kLabels.begin(), kLabels.end(), [&](const auto& known) {
            return label.system == known[0] && label.code == known[1];
        });
    });
}

}  // namespace

fhir::Observation toObservation(const Statement& statement, bool withPcoCategory) {
    fhir::Observation observation;
    if (statement.keepToTeam)
        observation.meta.emplace().security = {{kActCode, "CTCOMPT", "care team compartment"},
                                               {kConfidentiality, "R", "restricted"}};
    observation.language = statement.language;
    observation.identifier = {{std::nullopt, kUriSystem, statement.id}};
    observation.status = statement.retracted ? "entered-in-error" : "final";
    observation.category = {
        coded("http://terminology.hl7.org/CodeSystem/observation-category", "survey", "Survey"),
        coded("http://hl7.org/fhir/us/core/CodeSystem/us-core-category",
              "care-experience-preference", "Care Experience Preference")};
    if (withPcoCategory)
        observation.category.push_back(coded(kPcoSystem, kWhatMatters, "What Matters"));
    observation.code = statementCode(statement.aspect);
    observation.subject = fhir::Reference{"Patient/" + statement.patient, {}, {}};
    if (statement.encounter)
        observation.encounter = fhir::Reference{"Encounter/" + *statement.encounter, {}, {}};
    observation.effectiveDateTime = statement.said;
    // `issued` is an instant: a date alone would not be valid.
    if (statement.recorded && statement.recorded->precision() == fhir::DateTime::Precision::Second)
        observation.issued = statement.recorded;
    observation.performer = {performer(statement)};
    if (statement.absent)
        observation.dataAbsentReason =
            coded(kAbsentSystem, toString(*statement.absent), display(*statement.absent));
    else
        observation.valueString = statement.text;
    if (statement.method)
        observation.method = fhir::CodeableConcept{{}, methodText(*statement.method)};
    if (statement.note) observation.note = {{*statement.note}};
    if (statement.replaces) {
        // Derived from it as well, for readers who know no extensions.
        observation.replaces = {replaced(*statement.replaces)};
        observation.derivedFrom = observation.replaces;
    }
    return observation;
}

std::optional<Statement> fromObservation(const fhir::Observation& observation) {
    auto id = idOf(observation);
    auto patient = patientOf(observation);
    if (!id || !patient || !isSaying(observation.status)) return std::nullopt;
    if (observation.isAboutAnother()) return std::nullopt;
    Statement statement{
        .id = *std::move(id), .patient = *std::move(patient), .said = saidOf(observation)};
    statement.retracted = observation.status == "entered-in-error";
    statement.text = wordsOf(observation);
    if (statement.text.empty()) statement.absent = absentOf(observation);
    if (statement.text.empty() && !statement.absent && !statement.retracted) return std::nullopt;
    statement.encounter = fhir::ServerAddress().findId(observation.encounter, "Encounter");
    statement.aspect = aspectOf(observation);
    statement.language = observation.language;
    statement.recorded = observation.issued;
    readSpeaker(observation, statement);
    statement.method = methodOf(observation);
    statement.note = noteOf(observation);
    statement.keepToTeam = isRestricted(observation);
    statement.location = locationOf(observation);
    statement.replaces = replacedBy(observation, statement.id);
    return statement;
}

}  // namespace plugin::domain
