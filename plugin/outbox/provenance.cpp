#include "plugin/outbox/provenance.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "plugin/outbox/capture.h"
#include "plugin/store/tables/statement_table.h"

namespace plugin::outbox {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::Provenance;

const std::string kProvenanceType(Provenance::resourceType);
constexpr const char* kParticipant =
    "http://terminology.hl7.org/CodeSystem/provenance-participant-type";

Provenance::Agent agentOf(const char* code, const char* display, fhir::Reference who) {
    Provenance::Agent agent;
    agent.type = fhir::CodeableConcept{{{kParticipant, code, display}}, {}};
    agent.who = std::move(who);
    return agent;
}

fhir::Reference speakerOf(const domain::Statement& statement) {
    if (statement.speaker == domain::Speaker::Patient)
        return {"Patient/" + statement.patient, {}, {}};
    fhir::Reference relative;
    relative.reference = statement.speakerReference;
    if (!relative.reference) {
        relative.type = "RelatedPerson";
        relative.display = statement.speakerName.value_or("a relative");
    }
    return relative;
}

/// Refused for good: a later try would be as well.
bool saysNo(ErrorKind kind) {
    return kind == ErrorKind::Refused || kind == ErrorKind::Forbidden ||
           kind == ErrorKind::NotFound || kind == ErrorKind::Conflict ||
           kind == ErrorKind::InvalidInput;
}

DeliveryResult keptHere(const std::string& why) {
    return {.placement = store::Placement::LocalCompanion,
            .route = std::string(adapters::kCompanionRoute),
            .remark = "Who typed it is kept here: " + why};
}

DeliveryResult writtenAt(std::string location) {
    return {
        .placement = store::Placement::Ehr, .route = "provenance", .location = std::move(location)};
}

/// The one of the same target and enterer; nullopt where none is there. Throws where the EHR does
/// not let it be searched.
std::optional<std::string> findThere(const fhir::Client& client, const Provenance& ours) {
    fhir::Query query;
    query.add("target", ours.target.front().reference.value_or(""));
    std::optional<std::string> found;
    const auto outcome = client.search(kProvenanceType, query, [&](const fhir::BundleEntry& entry) {
        const auto there = entry.read<Provenance>();
        const auto& server = client.server();
        const auto names = [&](const std::vector<fhir::Reference>& all,
                               const fhir::Reference& wanted) {
            const auto one = server.find(wanted);
            return one && std::any_of(all.begin(), all.end(), [&](const auto& reference) {
                       return server.findId(reference, one->type) == one->id;
                   });
        };
        std::vector<fhir::Reference> agents;
        for (const auto& agent : there.agent) agents.push_back(agent.who);
        if (names(there.target, ours.target.front()) && names(agents, ours.agent.back().who))
            found = kProvenanceType + "/" + there.id;
    });
    if (!found && outcome.elsewhere != 0)
        throw Error(ErrorKind::BadReply, "whether it is there already cannot be found out: " +
                                             outcome.issues.back().text);
    return found;
}

}  // namespace

Provenance toProvenance(const domain::Statement& statement, const store::Enterer& enterer,
                        const std::string& target) {
    Provenance provenance;
    fhir::Reference written{target, {}, {}};
    written.identifier = fhir::Identifier{{}, std::string(adapters::kUriSystem), statement.id};
    provenance.target = {std::move(written)};
    provenance.occurredDateTime = statement.said;
    provenance.recorded = statement.recorded ? statement.recorded : statement.said;
    fhir::Reference typed;
    if (!enterer.reference.empty()) typed.reference = enterer.reference;
    if (!enterer.name.empty()) typed.display = enterer.name;
    provenance.agent = {agentOf("author", "Author", speakerOf(statement)),
                        agentOf("enterer", "Enterer", std::move(typed))};
    return provenance;
}

std::optional<store::OutboxEntry> provenanceOf(store::Database& database,
                                               const store::OutboxEntry& delivered,
                                               fhir::Instant now) {
    const bool isStatementInEhr = delivered.state == store::OutboxState::Delivered &&
                                  delivered.kind == store::EntryKind::Statement &&
                                  delivered.placement == store::Placement::Ehr &&
                                  fhir::parseReference(delivered.location);
    if (!isStatementInEhr) return std::nullopt;
    const auto id = "urn:uuid:" + delivered.id;
    const auto enterer = store::EntererTable(database).find(delivered.connection, id);
    const auto statement = store::StatementTable(database).find(delivered.connection, id);
    if (!enterer || enterer->reference.empty() || !statement || !statement->recorded)
        return std::nullopt;
    store::OutboxEntry entry;
    entry.id = derivedId("provenance", id);
    entry.connection = delivered.connection;
    entry.kind = store::EntryKind::Provenance;
    entry.resourceType = kProvenanceType;
    entry.businessKey = delivered.connection + "/provenance/" + delivered.id;
    entry.resource = fhir::toJsonText(toProvenance(*statement, *enterer, delivered.location));
    entry.created = now;
    entry.nextAttempt = now;
    return entry;
}

DeliveryResult deliverProvenance(const adapters::Adapter& adapter, const store::OutboxEntry& entry,
                                 fhir::Deadline deadline) {
    if (!adapter.capabilities().supports(kProvenanceType, "create"))
        return keptHere("the EHR takes no Provenance.");
    const auto client = adapter.client().withDeadline(deadline);
    const auto document = fhir::json::Document::parse(entry.resource);
    try {
        if (entry.mayBeThere)
            if (auto there = findThere(client, Provenance::fromJson(document.root())))
                return writtenAt(*std::move(there));
        return writtenAt(client.create(kProvenanceType, entry.resource).location);
    } catch (const Error& error) {
        if (!saysNo(error.kind())) throw;
        return keptHere("the EHR did not take it as Provenance.");
    }
}

}  // namespace plugin::outbox
