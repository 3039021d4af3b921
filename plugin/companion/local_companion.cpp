#include "plugin/companion/local_companion.h"

#include "fhir/base/error.h"
#include "plugin/domain/team_flag.h"
#include "plugin/domain/uuid_urn.h"
#include "plugin/store/tables/companion_table.h"

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
    for (auto* all : {&observation.derivedFrom, &observation.replaces})
        for (auto& source : *all)
            if (source.identifier) source.reference.reset();
}

void keepOwnReferences(fhir::Flag&) {}

template <class Resource>
std::string idOf(const Resource& resource) {
    return domain::uuidOf(
        resource.identifier.empty() ? "" : resource.identifier.front().value.value_or(""));
}

template <class Resource>
store::CompanionResource kept(Resource resource, const std::string& connection, fhir::Instant now) {
    auto subject = subjectOf(resource);
    resource.id = idOf(resource);
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

void requireHeld(Poco::Data::Session& session, const store::OutboxEntry& entry) {
    if (!store::OutboxTable::isHeld(session, entry))
        throw fhir::Error(fhir::ErrorKind::Unavailable,
                          "this try took so long that another has begun");
}

std::optional<CompanionPlace> LocalCompanion::find(const adapters::Authored& authored) {
    return std::visit(
        [&](const auto& one) -> std::optional<CompanionPlace> {
            const std::string type(one.resourceType);
            const auto id = idOf(one);
            if (!store::CompanionTable(database_).find(type, id)) return std::nullopt;
            return CompanionPlace{placement(), type + "/" + id};
        },
        authored);
}

std::string LocalCompanion::keep(const adapters::Authored& authored) {
    const auto resource = std::visit(
        [&](const auto& one) { return kept(one, entry_.connection, clock_.now()); }, authored);
    const auto* observation = std::get_if<fhir::Observation>(&authored);
    const bool isRetracted = observation != nullptr && observation->status == "entered-in-error";
    database_.transaction([&](Poco::Data::Session& session) {
        requireHeld(session, entry_);
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
