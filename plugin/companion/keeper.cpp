#include "plugin/companion/keeper.h"

#include "fhir/base/error.h"
#include "plugin/domain/team_flag.h"
#include "plugin/domain/uuid_urn.h"
#include "plugin/store/companion_table.h"

namespace plugin::companion {
namespace {

std::string subjectOf(const fhir::Observation& observation) {
    return observation.subject ? observation.subject->relative() : "";
}

std::string subjectOf(const fhir::Flag& flag) {
    auto subject = flag.subject.reference.value_or("");
    if (const auto why = domain::whyNotTeam(subject))
        throw fhir::Error(fhir::ErrorKind::InvalidInput, "the subject " + *why,
                          "/subject/reference");
    return subject;
}

/// A literal reference names a resource of the EHR: here only our identifier tells.
void keepOwnReferences(fhir::Observation& observation) {
    for (auto& source : observation.derivedFrom)
        if (source.identifier) source.reference.reset();
}

void keepOwnReferences(fhir::Flag&) {}

template <class Resource>
store::KeptResource kept(Resource resource, const std::string& connection, fhir::Instant now) {
    auto subject = subjectOf(resource);
    const auto urn =
        resource.identifier.empty() ? "" : resource.identifier.front().value.value_or("");
    resource.id = domain::uuidOf(urn);
    keepOwnReferences(resource);
    if (!resource.meta) resource.meta.emplace();
    resource.meta->lastUpdated = fhir::toFhirInstant(now);
    return {.type = std::string(Resource::resourceType),
            .id = resource.id,
            .connection = connection,
            .subject = std::move(subject),
            .json = fhir::toJsonText(resource),
            .lastUpdated = now};
}

}  // namespace

std::string Keeper::keep(const adapters::Authored& authored) {
    const auto resource = std::visit(
        [&](const auto& one) { return kept(one, entry_.connection, clock_.now()); }, authored);
    const auto* observation = std::get_if<fhir::Observation>(&authored);
    const bool isRetracted = observation != nullptr && observation->status == "entered-in-error";
    database_.transaction([&](Poco::Data::Session& session) {
        if (!store::OutboxTable::isHeld(session, entry_))
            throw fhir::Error(fhir::ErrorKind::Unavailable,
                              "this try took so long that another has begun");
        store::CompanionTable table(database_);
        // Words in error must not stand beside, or before, what says so.
        if (isRetracted)
            table.replace(session, resource);
        else
            table.keep(session, resource);
    });
    return resource.type + "/" + resource.id;
}

}  // namespace plugin::companion
