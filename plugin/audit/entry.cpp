#include "plugin/audit/entry.h"

#include <algorithm>

#include "fhir/base/base64.h"
#include "fhir/base/random.h"
#include "plugin/settings/settings.h"

namespace plugin::audit {
namespace {

using fhir::AuditEvent;
using fhir::Coding;
using fhir::Reference;

constexpr const char* kDicom = "http://dicom.nema.org/resources/ontology/DCM";
constexpr const char* kObjectRole = "http://terminology.hl7.org/CodeSystem/object-role";
constexpr const char* kEntityType = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
constexpr const char* kInteraction = "http://hl7.org/fhir/restful-interaction";
constexpr const char* kParticipation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
constexpr const char* kBalpEntity =
    "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";
constexpr const char* kUri = "urn:ietf:rfc:3986";
constexpr const char* kName = "What Matters";

struct Shape {
    const char* code;  ///< AuditEvent.action
    const char* interaction;
};

Shape shapeOf(Action action) {
    switch (action) {
        case Action::Create:
            return {"C", "create"};
        case Action::Read:
            return {"R", "read"};
        case Action::Update:
            return {"U", "update"};
        case Action::Query:
            return {"E", "search"};
    }
    return {"E", "search"};
}

fhir::CodeableConcept coded(const char* system, const char* code, const char* display) {
    return {{{system, code, display}}, {}};
}

Reference named(const std::string& identifier, const char* display = nullptr) {
    Reference reference;
    if (!identifier.empty()) reference.identifier = fhir::Identifier{{}, {}, identifier};
    if (display != nullptr) reference.display = display;
    return reference;
}

/// The kinds of http://hl7.org/fhir/network-type.
AuditEvent::Network networkOf(const std::string& address) {
    const bool isIp = address.find("://") == std::string::npos &&
                      (address.find(':') != std::string::npos ||
                       std::all_of(address.begin(), address.end(),
                                   [](char c) { return c == '.' || (c >= '0' && c <= '9'); }));
    const auto* kind = address.find("://") != std::string::npos ? "5" : isIp ? "2" : "1";
    return {address, kind};
}

/// One end of the exchange.
AuditEvent::Agent endOf(bool isSource, Reference who, const std::string& address) {
    AuditEvent::Agent agent;
    agent.type = isSource ? coded(kDicom, "110153", "Source Role ID")
                          : coded(kDicom, "110152", "Destination Role ID");
    agent.who = std::move(who);
    agent.network = networkOf(address.empty() ? "unknown" : address);
    return agent;
}

/// Ids of one EHR are not those of another: what has a base is named with it. What a companion
/// server holds is named by its whole address already.
Reference inEhr(const std::string& relative, const std::string& base) {
    if (relative.find("://") != std::string::npos) return Reference{relative, {}, {}};
    const bool needsSlash = !base.empty() && !base.ends_with('/');
    return Reference{base + (needsSlash ? "/" : "") + relative, {}, {}};
}

std::optional<AuditEvent::Agent> userOf(const Entry& entry, const std::string& base) {
    const auto& by = entry.by;
    if (by.reference.empty() && by.identifier.empty() && by.name.empty()) return std::nullopt;
    AuditEvent::Agent user;
    const bool isReading = entry.action == Action::Read || entry.action == Action::Query;
    // BALP: who reads receives; who writes is the author of the change, whoever speaks in it.
    user.type = isReading ? coded(kParticipation, "IRCP", "information recipient")
                          : coded(kParticipation, "AUT", "author (originator)");
    user.who = by.reference.empty() ? named(by.identifier) : inEhr(by.reference, base);
    if (!by.name.empty()) {
        user.name = by.name;
        user.who->display = by.name;
    }
    user.requestor = true;
    return user;
}

std::vector<AuditEvent::Agent> agentsOf(const Entry& entry, const Place& place,
                                        const std::string& base) {
    // BALP, Read: the server is the source of what is read. In all others the client is: of the
    // query, or of what is written.
    const bool isFromServer = entry.action == Action::Read;
    const auto us = named(place.service, kName);
    auto client = entry.isByUs ? endOf(!isFromServer, us, place.service)
                               : endOf(!isFromServer, named(entry.by.client), entry.by.address);
    if (!entry.by.way.empty()) client.name = entry.by.way;
    const auto other = Reference{entry.resource, {}, {}}.base();
    const auto& written = other.empty() ? base : other;
    auto server = entry.isByUs ? endOf(isFromServer, named(written), written)
                               : endOf(isFromServer, us, place.service);
    for (auto* agent : {&client, &server})
        if (!agent->who->identifier && !agent->who->display) agent->who->display = "unknown";
    std::vector<AuditEvent::Agent> agents{std::move(client), std::move(server)};
    auto user = userOf(entry, base);
    if (user)
        agents.push_back(*std::move(user));
    else
        agents.front().requestor = true;
    return agents;
}

AuditEvent::Entity entityOf(Coding type, const char* role, const char* roleName) {
    AuditEvent::Entity entity;
    entity.type = std::move(type);
    if (role != nullptr) entity.role = Coding{kObjectRole, role, roleName};
    return entity;
}

AuditEvent::Entity subjectOf(const Entry& entry, const std::string& base) {
    const Coding object{kEntityType, "2", "System Object"};
    if (entry.action == Action::Query) {
        auto query = entityOf(object, "24", "Query");
        query.query = fhir::base64(entry.query);
        return query;
    }
    auto data = entityOf(object, "4", "Domain Resource");
    if (entry.resource.starts_with("urn:")) {
        data.what = Reference{};
        data.what->identifier = fhir::Identifier{{}, kUri, entry.resource};
    } else {
        data.what =
            inEhr(entry.resource.empty() ? "Patient/" + entry.patient : entry.resource, base);
    }
    return data;
}

std::vector<AuditEvent::Entity> entitiesOf(const Entry& entry, const std::string& base) {
    std::vector<AuditEvent::Entity> entities;
    if (!entry.patient.empty()) {
        entities.push_back(entityOf({kEntityType, "1", "Person"}, "1", "Patient"));
        entities.back().what = inEhr("Patient/" + entry.patient, base);
    }
    entities.push_back(subjectOf(entry, base));
    if (!entry.encounter.empty()) {
        entities.push_back(
            entityOf({"http://hl7.org/fhir/resource-types", "Encounter", {}}, nullptr, nullptr));
        entities.back().what = inEhr("Encounter/" + entry.encounter, base);
    }
    if (!entry.requestId.empty()) {
        entities.push_back(entityOf({kBalpEntity, "XrequestId", {}}, nullptr, nullptr));
        entities.back().what = named(entry.requestId);
    }
    return entities;
}

}  // namespace

Place Place::of(const Settings& settings) {
    Place place{.service = settings.publicUrl.text()};
    for (const auto& connection : settings.connections)
        place.ehrs[connection.id] = connection.fhirBase.text();
    return place;
}

Author Author::ofService(const std::string& connection, const fhir::Url& base, std::string way) {
    Place place;
    place.ehrs[connection] = base.text();
    return {.place = std::make_shared<const Place>(std::move(place)),
            .actor = {.way = std::move(way)}};
}

Entry Author::entry(Action action, fhir::Instant at) const {
    return {.action = action, .at = at, .by = actor, .requestId = requestId};
}

AuditEvent toAuditEvent(const Entry& entry, const Place& place, const std::string& id) {
    const auto found = place.ehrs.find(entry.connection);
    const auto base = found == place.ehrs.end() ? std::string() : found->second;
    const auto shape = shapeOf(entry.action);
    AuditEvent event;
    event.id = id;
    event.meta.emplace();
    event.meta->tag = {{kUri, "urn:uuid:" + id, {}}};
    event.type = {"http://terminology.hl7.org/CodeSystem/audit-event-type", "rest",
                  "RESTful Operation"};
    event.subtype = {{kInteraction, shape.interaction, shape.interaction}};
    event.action = shape.code;
    event.recorded = fhir::DateTime::fromInstant(entry.at);
    event.outcome = entry.hasFailed ? "8" : "0";
    event.agent = agentsOf(entry, place, base);
    event.source.observer = named(place.service, kName);
    event.source.type = {
        {"http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server"}};
    event.entity = entitiesOf(entry, base);
    return event;
}

AuditRecord toRecord(const Entry& entry, const Place& place) {
    auto id = fhir::randomUuid();
    auto event = fhir::toJsonText(toAuditEvent(entry, place, id));
    return {.id = std::move(id),
            .recorded = entry.at,
            .connection = entry.connection,
            .patient = entry.patient,
            .event = std::move(event)};
}

void write(Poco::Data::Session& session, store::Database& database, const Author& author,
           const std::vector<Entry>& entries) {
    static const Place kNowhere;
    std::vector<AuditRecord> records;
    records.reserve(entries.size());
    for (const auto& entry : entries)
        records.push_back(toRecord(entry, author.place ? *author.place : kNowhere));
    AuditTable(database).append(session, records);
}

}  // namespace plugin::audit
