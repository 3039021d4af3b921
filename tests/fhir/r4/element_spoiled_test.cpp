// An element costs only itself: every element of every resource that is read from an EHR is spoiled
// in every way, and what that may cost stands in a table, written by hand from what the product
// needs and not from the readers.
#include <algorithm>
#include <map>

#include "fhir/r4/appointment.h"
#include "fhir/r4/communication.h"
#include "fhir/r4/document_reference.h"
#include "fhir/r4/encounter.h"
#include "fhir/r4/flag.h"
#include "fhir/r4/group.h"
#include "fhir/r4/list.h"
#include "fhir/r4/location.h"
#include "fhir/r4/observation.h"
#include "fhir/r4/patient.h"
#include "fhir/r4/practitioner_role.h"
#include "fhir/r4/provenance.h"
#include "fhir/r4/questionnaire_response.h"
#include "fhir/r4/task.h"
#include "tests/support/resource.h"
#include "tests/support/spoil.h"
#include "tests/support/whole_resources.h"

namespace element_spoiled_test {

using fhir::DateTime;
using fhir::json::Document;
using fhir::json::Type;
using fhir::json::Value;
using fhir::json::Wanted;

namespace {

/// What a spoiled element costs. Any that is in none of these costs itself.
struct Costs {
    /// The resource: without it, it says nothing, or may say something else.
    std::vector<std::string> resource{};
    /// A part that says nothing without it: the element, and the part. An element at one place of
    /// a list is named by its pointer.
    std::map<std::string, std::string> part{};
    /// Its absence would be the dangerous reading: see `isSafe`.
    std::vector<std::string> safe{};
    /// Nothing: it is not read, nor what is in it.
    std::vector<std::string> nothing{};
};

/// "/name/1/given/0" as "name.given".
std::string elementOf(std::string_view place) {
    std::string element;
    for (auto rest = place; !rest.empty();) {
        rest.remove_prefix(1);
        const auto step = rest.substr(0, rest.find('/'));
        rest.remove_prefix(step.size());
        if (step.find_first_not_of("0123456789") == std::string_view::npos) continue;
        if (!element.empty()) element += '.';
        element += step;
    }
    return element;
}

bool contains(const std::vector<std::string>& list, const std::string& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

/// Of an element and all that it is in.
bool isWithin(const std::vector<std::string>& list, const std::string& element) {
    return std::any_of(list.begin(), list.end(), [&](const std::string& one) {
        return element == one || element.starts_with(one + ".");
    });
}

/// The part that an element costs; "" where it is none's. A reference that cannot be read names
/// nothing, whatever stands beside it, nor does a number of nobody knows what.
std::string partOf(const Costs& costs, const std::string& place) {
    const auto element = elementOf(place);
    for (const auto& key : {place, element})
        if (const auto found = costs.part.find(key); found != costs.part.end())
            return found->second;
    const auto dot = element.rfind('.');
    const bool isKey =
        element.ends_with(".reference") || (element + "|").ends_with("identifier.system|");
    return isKey ? element.substr(0, dot) : "";
}

/// The innermost place around `place` that is that element.
std::string placeOf(const std::string& part, std::string place) {
    while (elementOf(place) != part || place.empty()) {
        REQUIRE(!place.empty());
        place.erase(place.rfind('/'));
    }
    return place;
}

bool isMoment(const Value& value, const std::string& place) {
    return value.isString() && !place.ends_with("lastUpdated") && DateTime::tryParse(value.text());
}

/// Whether `instead` is of another type or form than what belongs at that place.
bool isSpoiled(const Value& valid, const std::string& place, const std::string& instead) {
    const auto document = Document::parse(instead);
    const auto other = document.root();
    const bool isBoolean = valid.type() == Type::True || valid.type() == Type::False;
    const auto isText = [&] {
        try {
            static_cast<void>(other.text());
            return true;
        } catch (const fhir::Error&) {
            return false;
        }
    };
    switch (valid.type()) {
        case Type::True:
        case Type::False:
            return isBoolean && other.type() != Type::True && other.type() != Type::False;
        case Type::Number:
            return instead != "7" && instead != "-1";
        case Type::String:
            if (!isText()) return true;
            return isMoment(valid, place) && !isMoment(other, place);
        default:
            return other.type() != valid.type();
    }
}

template <class Resource>
struct Read {
    std::optional<Resource> resource;
    std::vector<fhir::Issue> problems;
    std::string refusedAt;
};

template <class Resource>
Read<Resource> readAgain(const std::string& text) {
    const auto document = Document::parse(text);
    Wanted wanted;
    try {
        auto resource = Resource::fromJson(document.root(), wanted);
        return {std::move(resource), wanted.takeProblems(), {}};
    } catch (const fhir::Error& error) {
        REQUIRE(error.kind() == fhir::ErrorKind::InvalidInput);
        return {{}, {}, error.path()};
    }
}

bool isStrictest(const std::optional<fhir::Meta>& meta) {
    return meta && std::any_of(meta->security.begin(), meta->security.end(),
                               [](const auto& label) { return label.code == "V"; });
}

/// Whether what was read instead is the safe reading, and all else as it was.
template <class Resource>
bool isSafe(const std::string& place, const Resource& whole, Resource read) {
    if constexpr (requires { read.meta; })
        if (place.starts_with("/meta")) {
            if (!isStrictest(read.meta)) return false;
            read.meta = whole.meta;
        }
    if constexpr (requires { read.performer; }) {
        const auto& all = read.performer;
        if (place.starts_with("/performer")) {
            if (std::find(all.begin(), all.end(), fhir::somebody()) == all.end()) return false;
            read.performer = whole.performer;
        }
    }
    if constexpr (requires { read.source; })
        if (place.starts_with("/source")) {
            if (read.source != fhir::somebody()) return false;
            read.source = whole.source;
        }
    if constexpr (requires { read.deceased; })
        if (place.starts_with("/deceased")) {
            if (read.deceased == false) return false;
            read.deceased = whole.deceased;
        }
    return read == whole;
}

bool namesIt(const std::vector<fhir::Issue>& problems, const std::string& place) {
    return problems.size() == 1 && problems.front().path.starts_with(place) &&
           !problems.front().text.empty();
}

/// What is wrong with how a resource was read in which one element was spoiled; "" if nothing.
template <class Resource>
std::string faultOf(const Costs& costs, const std::string& text, const std::string& place,
                    const std::string& instead) {
    const auto element = elementOf(place);
    const auto whole = *readAgain<Resource>(text).resource;
    const auto read = readAgain<Resource>(test::spoiled(text, place, instead));
    const auto without = [&](const std::string& gone) {
        return readAgain<Resource>(test::spoiled(text, gone, std::nullopt)).resource;
    };
    if (isWithin(costs.nothing, element))
        return read.resource == whole && read.problems.empty() ? "" : "is not to be read";
    if (contains(costs.resource, element)) {
        if (read.resource) return "is needed, and was done without";
        return read.refusedAt.starts_with(place) ? "" : "is refused for " + read.refusedAt;
    }
    if (!read.resource) return "costs the resource";
    if (!namesIt(read.problems, place)) return "is not named by one problem";
    if (contains(costs.safe, element))
        return isSafe(place, whole, *read.resource) ? "" : "is not read in the safe way";
    const auto part = partOf(costs, place);
    const auto gone = part.empty() ? place : placeOf(part, place);
    return read.resource == without(gone) ? "" : "costs something else than " + gone;
}

/// Spoils every element of a whole resource in every way that is wrong for it.
template <class Resource>
void spoil(const Costs& costs, const std::string& text) {
    const auto document = Document::parse(text);
    REQUIRE(readAgain<Resource>(text).problems.empty());
    std::size_t tried = 0;
    for (const auto& place : test::placesIn(document.root())) {
        if (place == "/resourceType") continue;
        const auto valid = test::valueAt(document.root(), place);
        for (const auto& instead : test::spoilers()) {
            if (!isSpoiled(valid, place, instead)) continue;
            ++tried;
            const auto fault = faultOf<Resource>(costs, text, place, instead);
            if (fault.empty()) continue;
            FAIL_CHECK(Resource::resourceType << place << " " << fault << ": "
                                              << instead.substr(0, 60));
        }
        // An element that is null is absent; so are most of which only an extension is there.
        const bool isInList = place.find_last_of("0123456789") == place.size() - 1;
        if (isInList) continue;
        const auto null = readAgain<Resource>(test::spoiled(text, place, "null"));
        const auto none = readAgain<Resource>(test::spoiled(text, place, std::nullopt));
        CHECK(null.resource == none.resource);
        CHECK(null.problems.size() == none.problems.size());
    }
    CHECK(tried > 30);
}

const Costs kOfPatient{
    .resource = {"id"},
    .part = {{"link.other", "link"}, {"link.other.reference", "link"}, {"link.type", "link"}},
    .safe = {"deceasedBoolean", "deceasedDateTime"},
    .nothing = {"language", "meta", "text", "identifier.period", "telecom", "maritalStatus",
                "contact", "generalPractitioner", "managingOrganization"}};

/// Nobody is told to be at a place of which nobody knows whether and when.
const Costs kOfEncounter{
    .resource = {"id", "status", "subject", "subject.reference"},
    .part = {{"location.status", "location"},
             {"location.location", "location"},
             {"location.location.reference", "location"},
             {"location.period", "location"},
             {"location.period.end", "location"},
             {"/location/0/period/start", "location"}},
    .safe = {"meta", "meta.security", "meta.security.system", "meta.security.code"},
    .nothing = {"language", "contained.resourceType", "identifier", "statusHistory", "type",
                "participant", "hospitalization", "serviceProvider"}};

const Costs kOfObservation{
    .resource = {"id", "status", "code", "subject", "subject.reference", "focus", "focus.reference",
                 "valueString", "valueCodeableConcept", "dataAbsentReason"},
    .part = {{"note.text", "note"}},
    .safe = {"meta", "meta.security", "meta.security.system", "meta.security.code", "performer",
             "performer.reference"},
    .nothing = {"extension.valueString", "basedOn", "interpretation", "note.time",
                "note.authorString", "hasMember", "component", "effectivePeriod.end"}};

/// The resource with some more that is not read of one fixture.
Costs with(Costs costs, const std::string& nothing) {
    costs.nothing.push_back(nothing);
    return costs;
}

const std::vector<std::string> kMetaSafe{"meta", "meta.security", "meta.security.system",
                                         "meta.security.code"};

}  // namespace

TEST_CASE("spoiled: an element of a patient costs itself", "[fhir][spoiled]") {
    spoil<fhir::Patient>(kOfPatient, test::whole::kPatient);
    spoil<fhir::Patient>(kOfPatient, test::whole::kPatientWhoDied);
}

TEST_CASE("spoiled: an element of an encounter costs itself", "[fhir][spoiled]") {
    spoil<fhir::Encounter>(kOfEncounter, test::whole::kEncounter);
}

TEST_CASE("spoiled: an element of an observation costs itself", "[fhir][spoiled]") {
    // The words have a language of their own.
    spoil<fhir::Observation>(with(kOfObservation, "language"), test::whole::kStatement);
    spoil<fhir::Observation>(kOfObservation, test::whole::kCodedStatement);
    spoil<fhir::Observation>(kOfObservation, test::whole::kDeclined);
}

TEST_CASE("spoiled: an element of a place, a list, a group or a role costs itself",
          "[fhir][spoiled]") {
    spoil<fhir::Location>(
        {.resource = {"id"}, .nothing = {"status", "alias", "mode", "physicalType"}},
        test::whole::kLocation);
    spoil<fhir::List>({.resource = {"id", "status"},
                       .part = {{"entry.item", "entry"}, {"entry.item.reference", "entry"}},
                       .nothing = {"mode", "title", "date", "source", "entry.date"}},
                      test::whole::kList);
    spoil<fhir::Group>(
        {.resource = {"id"},
         .part = {{"member.entity", "member"}, {"member.entity.reference", "member"}},
         .nothing = {"active", "type", "actual", "name", "quantity"}},
        test::whole::kGroup);
    spoil<fhir::PractitionerRole>(
        {.resource = {"id"}, .nothing = {"active", "organization", "code"}},
        test::whole::kPractitionerRole);
}

TEST_CASE("spoiled: an element of an appointment costs itself", "[fhir][spoiled]") {
    spoil<fhir::Appointment>({.resource = {"id", "status", "start"},
                              .part = {{"participant.actor", "participant"},
                                       {"participant.actor.reference", "participant"}},
                              .nothing = {"description", "serviceType", "end", "participant.status",
                                          "participant.type"}},
                             test::whole::kAppointment);
}

TEST_CASE("spoiled: an element of a form or a document costs itself", "[fhir][spoiled]") {
    auto safe = kMetaSafe;
    safe.insert(safe.end(), {"source", "source.reference"});
    spoil<fhir::QuestionnaireResponse>(
        {.resource = {"id", "status", "subject", "subject.reference"},
         .part = {{"item.linkId", "item"},
                  {"item.answer.valueString", "item.answer"},
                  {"item.answer.valueCoding", "item.answer"},
                  {"item.answer.item.linkId", "item.answer.item"},
                  {"item.answer.item.answer.valueBoolean", "item.answer.item.answer"},
                  {"item.item.linkId", "item.item"},
                  {"item.item.answer.valueDate", "item.item.answer"}},
         .safe = safe,
         .nothing = {"author", "item.text"}},
        test::whole::kQuestionnaireResponse);
    spoil<fhir::DocumentReference>({.resource = {"id", "status", "subject", "subject.reference"},
                                    .part = {{"relatesTo.code", "relatesTo"},
                                             {"relatesTo.target", "relatesTo"},
                                             {"relatesTo.target.reference", "relatesTo"},
                                             {"content.attachment", "content"}},
                                    .safe = kMetaSafe,
                                    .nothing = {"custodian", "content.attachment.hash",
                                                "content.format", "context.facilityType"}},
                                   test::whole::kDocumentReference);
}

TEST_CASE("spoiled: an element of a message, a task or a flag costs itself", "[fhir][spoiled]") {
    spoil<fhir::Communication>(
        {.resource = {"id", "status", "subject", "subject.reference"},
         .part = {{"payload.contentString", "payload"}, {"payload.contentAttachment", "payload"}},
         .safe = kMetaSafe,
         .nothing = {"category", "priority", "received", "note"}},
        test::whole::kCommunication);
    spoil<fhir::Task>({.resource = {"id", "status", "intent", "for", "for.reference"},
                       .part = {{"note.text", "note"}},
                       .safe = kMetaSafe,
                       .nothing = {"priority", "focus", "lastModified", "requester", "input"}},
                      test::whole::kTask);
    spoil<fhir::Flag>(
        {.resource = {"id", "status", "code", "subject", "subject.reference"}, .safe = kMetaSafe},
        test::whole::kFlag);
}

TEST_CASE("spoiled: an element of who made what costs itself", "[fhir][spoiled]") {
    spoil<fhir::Provenance>({.resource = {"id"},
                             .part = {{"agent.who", "agent"},
                                      {"agent.who.reference", "agent"},
                                      {"entity.role", "entity"},
                                      {"entity.what", "entity"},
                                      {"entity.what.reference", "entity"}},
                             .safe = kMetaSafe,
                             .nothing = {"signature"}},
                            test::whole::kProvenance);
}

TEST_CASE("spoiled: what may reverse a resource refuses it, also where it cannot be read",
          "[fhir][spoiled]") {
    const std::string member = GENERATE(
        as<std::string>(), R"("modifierExtension":[{"url":"u"}])", R"("modifierExtension":"x")",
        R"("implicitRules":"http://example.org/rules")", R"("implicitRules":7)");
    INFO(member);

    CHECK_FALSE(readAgain<fhir::Patient>(test::with(test::whole::kPatient, member)).resource);
    CHECK_FALSE(readAgain<fhir::Encounter>(test::with(test::whole::kEncounter, member)).resource);
    CHECK_FALSE(readAgain<fhir::Observation>(test::with(test::whole::kStatement, member)).resource);
    CHECK_FALSE(readAgain<fhir::Task>(test::with(test::whole::kTask, member)).resource);
}

}  // namespace element_spoiled_test
