#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.h"

/// References of resources that a companion server holds about the EHR's patients; the companion
/// server has no Patient resources for them.
///
/// On the companion every reference is by identifier (R4, references, section 2.3.0.2): the type,
/// as system the address of that type in the EHR, as value the id. It is unambiguous everywhere,
/// and a server that checks references finds nothing to check. Not every server can search by it
/// (`subject:identifier`), so the resource also has it as a tag, which every server can search by.
namespace adapters {

/// Returns the reference for the companion; one to anything outside the EHR stays unchanged.
fhir::Reference toCompanionReferences(fhir::Reference reference, const fhir::Url& ehrBase);
/// Returns "Patient/1" if the reference names a resource of the EHR, else the reference unchanged.
fhir::Reference toEhrReferences(fhir::Reference reference, const fhir::Url& ehrBase);

/// Returns the resource for the companion. What it replaces, or is derived from,
/// keeps only our identifier if it has that:
/// the other resource has another address on the companion.
Authored toCompanionReferences(const Authored& authored, const fhir::Url& ehrBase);

/// The companion's tag for resources about this subject; nullopt if the subject is not a reference
/// by identifier.
std::optional<fhir::Coding> companionTag(const fhir::Reference& subject);
/// "system|code", for the search parameter _tag.
std::string tagToken(const fhir::Coding& tag);

/// "https://ehr.example/fhir/Patient/1" for a reference by identifier; nullopt for any other.
std::optional<std::string> addressOf(const fhir::Reference& reference);

/// The server name for people: "companion.example", with the port if the address has one. "" if it
/// is no address.
std::string serverName(std::string_view address);

/// Finds our statements on a companion server about these patients of the EHR at `ehrBase`. Their
/// references are turned into the EHR's; `derivedFrom` also names the address on the companion.
/// Statements without our identifier are left out; those about anybody else are left out and
/// reported. Throws as Client::search, and Error{InvalidInput} for an id that is no FHIR id.
FoundStatements findAtCompanion(const fhir::Client& client, const Profile& profile,
                                const fhir::Url& ehrBase,
                                const std::vector<std::string>& patientIds);

}  // namespace adapters
