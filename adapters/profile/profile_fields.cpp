#include "adapters/profile/profile_fields.h"

#include <algorithm>
#include <array>

#include "adapters/routes/route.h"
#include "adapters/worklist/worklist.h"
#include "fhir/base/url.h"
#include "fhir/r4/datatypes.h"

namespace adapters {
namespace {

using fhir::json::Value;
using fhir::json::Writer;
using Names = Profile::Names;
using Texts = Profile::Texts;
/// Accepts the text of a value or throws `value.refuse(…)`.
using Check = void (*)(const Value& value, std::string_view text);

constexpr int kTimeoutSecondsMax = 300;
constexpr int kPageSizeMax = 1000;
constexpr int kListMax = 200;  ///< more ids in one search make a URL that servers refuse
constexpr int kRequestsPerMinuteMax = 100'000;
constexpr int kConcurrentMax = 16;
constexpr std::size_t kTextBytesMax = 1000;

std::string joinedNames(const Names& names) {
    std::string result;
    for (const auto& name : names) result += (result.empty() ? "" : ", ") + name;
    return result;
}

void requireOneOf(const Value& value, std::string_view text, const Names& known) {
    if (std::find(known.begin(), known.end(), text) == known.end())
        value.refuse("must be one of: " + joinedNames(known));
}

template <const auto& Known>
void oneOf(const Value& value, std::string_view text) {
    requireOneOf(value, text, {Known.begin(), Known.end()});
}

/// Encounter.status (R4, value set encounter-status).
constexpr std::array<const char*, 9> kEncounterStatuses{
    "planned",  "arrived",   "triaged",          "in-progress", "onleave",
    "finished", "cancelled", "entered-in-error", "unknown"};
/// Appointment.status (R4, value set appointmentstatus).
constexpr std::array<const char*, 10> kAppointmentStatuses{
    "proposed",  "pending", "booked",           "arrived",    "fulfilled",
    "cancelled", "noshow",  "entered-in-error", "checked-in", "waitlist"};
constexpr std::array<const char*, 5> kAuthMethods{"none", "basic", "client-secret-basic",
                                                  "client-secret-post", "private-key-jwt"};
constexpr std::array<const char*, 3> kScopeForms{"discovered", "v1", "v2"};
constexpr std::array<const char*, 3> kPageSizeParameters{"", "_count", "_maxresults"};
constexpr std::array<const char*, 2> kAppointmentDates{"date", "date-time"};
constexpr std::array<const char*, 2> kStatementSearches{"code", "category"};
constexpr std::array<const char*, 2> kIncludes{"patient", "location"};
constexpr std::array<const char*, 2> kContentTypes{"text/plain", "application/xhtml+xml"};
constexpr std::array<const char*, 2> kPayloads{"string", "attachment"};
constexpr std::array<const char*, 3> kDocStatuses{"", "preliminary", "final"};
constexpr std::array<const char*, 3> kCardDetails{"markdown", "plain", "html"};
constexpr std::array<const char*, 10> kSteps{
    "tls",      "metadata", "smart-configuration", "token",      "scopes",
    "worklist", "read",     "write-route",         "flag-route", "general"};
/// v3 ActCode, the codes of Encounter.class (R4, value set v3-ActEncounterCode).
constexpr std::array<const char*, 10> kEncounterClasses{"AMB",   "EMER",  "FLD",    "HH", "IMP",
                                                        "ACUTE", "NONAC", "OBSENC", "SS", "VR"};

void any(const Value&, std::string_view) {}

void notEmpty(const Value& value, std::string_view text) {
    if (text.empty()) value.refuse("must not be empty");
}

void route(const Value& value, std::string_view text) {
    if (findRoute(text) == nullptr)
        value.refuse("is no write route; there are " + joinedNames(routeNames()));
}

void worklistSource(const Value& value, std::string_view text) {
    requireOneOf(value, text, worklistSources());
}

void resourceType(const Value& value, std::string_view text) {
    if (text.empty() || text.front() < 'A' || text.front() > 'Z' ||
        !fhir::parseReference(std::string(text) + "/1"))
        value.refuse("is no resource type");
}

void baseAddress(const Value& value, std::string_view text) {
    try {
        if (fhir::Url::parse(text).query.empty()) return;
    } catch (const fhir::Error& error) {
        value.refuse(error.what());
    }
    value.refuse("must have no query");
}

void parameterName(const Value& value, std::string_view text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
    if (text.empty() || !plain) value.refuse("is no name of a query parameter");
}

/// Field names are tokens (RFC 9110, section 5.6.2).
bool isToken(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

void fieldName(const Value& value, std::string_view text) {
    if (text.empty()) return;
    if (!isToken(text)) value.refuse("is no name of an HTTP header field");
    if (fhir::equalsIgnoringCase(text, "Authorization"))
        value.refuse("must be another field than Authorization");
}

void signatureHeader(const Value& value, std::string_view text) {
    notEmpty(value, text);
    fieldName(value, text);
}

/// "Type/id" or "": of those types where some are named.
void requireReferenceField(const Value& value, std::string_view text, const Names& types) {
    if (text.empty()) return;
    const auto parts = fhir::parseReference(text);
    if (!parts) value.refuse("must be written Type/id");
    if (!types.empty()) requireOneOf(value, parts->type, types);
}
void reference(const Value& value, std::string_view text) {
    requireReferenceField(value, text, {});
}
/// A flag is about a team and goes to a team: no field may name one person.
void teamReference(const Value& value, std::string_view text) {
    requireReferenceField(value, text, {"Group", "Organization"});
}
void authorReference(const Value& value, std::string_view text) {
    requireReferenceField(value, text,
                          {"Practitioner", "PractitionerRole", "Organization", "Device"});
}
void ownerReference(const Value& value, std::string_view text) {
    requireReferenceField(
        value, text,
        {"Practitioner", "PractitionerRole", "Organization", "CareTeam", "HealthcareService"});
}

std::string checkedText(const Value& value, Check check) {
    const auto text = value.text();
    if (text.size() > kTextBytesMax)
        value.refuse("must have at most " + std::to_string(kTextBytesMax) + " bytes");
    if (std::any_of(text.begin(), text.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
        value.refuse("holds a control character");
    check(value, text);
    return std::string(text);
}

template <class Place>
ProfileField text(Place place, Check check = any) {
    return {[=](Profile& p, const Value& v) { place(p) = checkedText(v, check); },
            [=](const Profile& p, Writer& w) { w.string(place(p)); }};
}

template <class Place>
ProfileField flag(Place place) {
    return {[=](Profile& p, const Value& v) { place(p) = v.boolean(); },
            [=](const Profile& p, Writer& w) { w.boolean(place(p)); }};
}

int integerBetween(const Value& value, int least, int most) {
    const auto number = value.integer();
    if (number < least || number > most)
        value.refuse("must be from " + std::to_string(least) + " to " + std::to_string(most));
    return static_cast<int>(number);
}

template <class Place>
ProfileField number(Place place, int least, int most) {
    return {[=](Profile& p, const Value& v) { place(p) = integerBetween(v, least, most); },
            [=](const Profile& p, Writer& w) { w.integer(place(p)); }};
}

enum class Least { None, One };

/// A list without doubles, each element of which `check` accepts.
template <class Place>
ProfileField list(Place place, Check check, Least least = Least::None) {
    const auto read = [=](Profile& p, const Value& v) {
        Names names;
        for (const auto element : v.array()) {
            notEmpty(element, element.text());
            auto name = checkedText(element, check);
            if (std::find(names.begin(), names.end(), name) != names.end())
                element.refuse("is named twice");
            names.push_back(std::move(name));
        }
        if (names.empty() && least == Least::One) v.refuse("must name at least one");
        place(p) = std::move(names);
    };
    return {read, [=](const Profile& p, Writer& w) {
                w.beginArray();
                for (const auto& name : place(p)) w.string(name);
                w.endArray();
            }};
}

/// An object of texts. It is replaced whole: an override says all that holds.
template <class Place>
ProfileField texts(Place place, Check checkName, Check checkText) {
    const auto read = [=](Profile& p, const Value& v) {
        Texts result;
        for (const auto [name, value] : v.object()) {
            checkName(value, name);
            result[std::string(name)] = checkedText(value, checkText);
        }
        place(p) = std::move(result);
    };
    return {read, [=](const Profile& p, Writer& w) {
                w.beginObject();
                for (const auto& [name, value] : place(p)) w.key(name).string(value);
                w.endObject();
            }};
}

ProfileField headers() {
    const auto read = [](Profile& p, const Value& v) {
        fhir::Headers result;
        for (const auto [name, content] : v.object()) {
            if (!isToken(name)) content.refuse("has a name that is no HTTP header field");
            if (fhir::equalsIgnoringCase(name, "Authorization"))
                content.refuse("is not set here: credentials belong to the connection's auth");
            result.add(std::string(name), checkedText(content, any));
        }
        p.headers = std::move(result);
    };
    return {read, [](const Profile& p, Writer& w) {
                w.beginObject();
                for (const auto& [name, value] : p.headers) w.key(name).string(value);
                w.endObject();
            }};
}

ProfileField timeout() {
    return {[](Profile& p, const Value& v) {
                p.timeout = std::chrono::seconds(integerBetween(v, 1, kTimeoutSecondsMax));
            },
            [](const Profile& p, Writer& w) { w.integer(p.timeout.count()); }};
}

/// The member that a field reads and writes, of a constant profile and of one that is made.
// NOLINTBEGIN(bugprone-macro-parentheses): what follows a dot cannot stand in parentheses.
#define PLACE(member)      \
    [](auto& p) -> auto& { \
        return p.member;   \
    }
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace

const std::map<std::string_view, ProfileField>& profileFields() {
    static const std::map<std::string_view, ProfileField> table{
        {"vendor", text(PLACE(vendor), notEmpty)},
        {"protocol", text(PLACE(protocol), notEmpty)},
        {"product", text(PLACE(product))},
        {"documentation", text(PLACE(documentation))},
        {"hints", texts(PLACE(hints), oneOf<kSteps>, notEmpty)},

        {"headers", headers()},
        {"queryParameters", texts(PLACE(queryParameters), parameterName, notEmpty)},
        {"requiredQueryParameters", list(PLACE(requiredQueryParameters), parameterName)},
        {"timeoutSeconds", timeout()},
        {"requestsPerMinute", number(PLACE(requestsPerMinute), 0, kRequestsPerMinuteMax)},
        {"concurrentRequests", number(PLACE(concurrentRequests), 1, kConcurrentMax)},
        {"idempotencyHeader", text(PLACE(idempotencyHeader), fieldName)},
        {"requestIdHeader", text(PLACE(requestIdHeader), fieldName)},
        {"linkAliases", list(PLACE(linkAliases), baseAddress)},
        {"selfLinkNamesParameters", flag(PLACE(selfLinkNamesParameters))},

        {"auth.methods", list(PLACE(auth.methods), oneOf<kAuthMethods>, Least::One)},
        {"auth.scopeForm", text(PLACE(auth.scopeForm), oneOf<kScopeForms>)},
        {"auth.sendsScope", flag(PLACE(auth.sendsScope))},

        {"pageSize", number(PLACE(pageSize), 1, kPageSizeMax)},
        {"pageSizeMax", number(PLACE(pageSizeMax), 1, kPageSizeMax)},
        {"pageSizeParameter", text(PLACE(pageSizeParameter), oneOf<kPageSizeParameters>)},
        {"patientsPerSearch", number(PLACE(patientsPerSearch), 1, kListMax)},
        {"locationsPerSearch", number(PLACE(locationsPerSearch), 1, kListMax)},
        {"typedReferences", flag(PLACE(typedReferences))},
        {"includes", list(PLACE(includes), oneOf<kIncludes>)},
        {"locationHierarchy", flag(PLACE(locationHierarchy))},
        {"worklists", list(PLACE(worklists), worklistSource, Least::One)},
        {"patientListCode", text(PLACE(patientListCode))},
        {"encounterSearchNeedsPatient", flag(PLACE(encounterSearchNeedsPatient))},
        {"encounterLastUpdated", flag(PLACE(encounterLastUpdated))},
        {"currentStatuses", list(PLACE(currentStatuses), oneOf<kEncounterStatuses>, Least::One)},
        {"searchableStatuses", list(PLACE(searchableStatuses), oneOf<kEncounterStatuses>)},
        {"encounterClasses", texts(PLACE(encounterClasses), notEmpty, oneOf<kEncounterClasses>)},
        {"appointmentDate", text(PLACE(appointmentDate), oneOf<kAppointmentDates>)},
        {"appointmentStatuses",
         list(PLACE(appointmentStatuses), oneOf<kAppointmentStatuses>, Least::One)},
        {"statementSearches", list(PLACE(statementSearches), oneOf<kStatementSearches>)},
        {"answersWithSuccessor", flag(PLACE(answersWithSuccessor))},

        {"routes", list(PLACE(routes), route, Least::One)},
        {"conditionalCreate", flag(PLACE(conditionalCreate))},
        {"readBack", flag(PLACE(readBack))},
        {"whatMattersCategory", flag(PLACE(whatMattersCategory))},
        {"keepsIdentifiers", flag(PLACE(keepsIdentifiers))},
        {"keepsSecurityLabels", flag(PLACE(keepsSecurityLabels))},
        {"createsBeyondMetadata", list(PLACE(createsBeyondMetadata), resourceType)},
        {"updates", list(PLACE(updates), resourceType)},

        {"observation.categories", list(PLACE(observation.categories), any)},
        {"observation.encounterRequired", flag(PLACE(observation.encounterRequired))},

        {"flowsheet.system", text(PLACE(flowsheet.system))},
        {"flowsheet.code", text(PLACE(flowsheet.code))},
        {"flowsheet.display", text(PLACE(flowsheet.display))},
        {"flowsheet.category", text(PLACE(flowsheet.category), notEmpty)},
        {"flowsheet.loinc", flag(PLACE(flowsheet.loinc))},
        {"flowsheet.encounterRequired", flag(PLACE(flowsheet.encounterRequired))},

        {"document.typeSystem", text(PLACE(document.typeSystem))},
        {"document.typeCode", text(PLACE(document.typeCode), notEmpty)},
        {"document.typeDisplay", text(PLACE(document.typeDisplay))},
        {"document.categorySystem", text(PLACE(document.categorySystem))},
        {"document.categoryCode", text(PLACE(document.categoryCode))},
        {"document.contentType", text(PLACE(document.contentType), oneOf<kContentTypes>)},
        {"document.docStatus", text(PLACE(document.docStatus), oneOf<kDocStatuses>)},
        {"document.author", text(PLACE(document.author), authorReference)},
        {"document.authorRequired", flag(PLACE(document.authorRequired))},
        {"document.authorIsPractitioner", flag(PLACE(document.authorIsPractitioner))},
        {"document.encounterRequired", flag(PLACE(document.encounterRequired))},
        {"document.period", flag(PLACE(document.period))},
        {"document.pagesApart", flag(PLACE(document.pagesApart))},

        {"questionnaire.url", text(PLACE(questionnaire.url))},
        {"questionnaire.linkId", text(PLACE(questionnaire.linkId))},

        {"communication.sender", text(PLACE(communication.sender), reference)},
        {"communication.payload", text(PLACE(communication.payload), oneOf<kPayloads>)},
        {"communication.statementRecipients",
         list(PLACE(communication.statementRecipients), reference)},
        {"communication.flagRecipients", list(PLACE(communication.flagRecipients), teamReference)},

        {"task.statementOwner", text(PLACE(task.statementOwner), ownerReference)},
        {"task.flagOwner", text(PLACE(task.flagOwner), teamReference)},

        {"cards.detail", text(PLACE(cards.detail), oneOf<kCardDetails>)},
        {"cards.detailExtension", text(PLACE(cards.detailExtension))},
        {"cards.smartLinks", flag(PLACE(cards.smartLinks))},

        {"subscriptions.signatureHeader",
         text(PLACE(subscriptions.signatureHeader), signatureHeader)},
        {"subscriptions.numbersEvents", flag(PLACE(subscriptions.numbersEvents))},
    };
    return table;
}

}  // namespace adapters
