#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.h"

/// Resources about the patients of the EHR that are held by a companion server, which has none of
/// those patients.
///
/// On the companion every reference is by identifier (R4, references, section 2.3.0.2): the type,
/// the address of the type in the EHR as its system, the id as its value. It says whom it means to
/// everybody, and a server that checks references has nothing to look for. As not every server can
/// search by that
/// (`subject:identifier`), the resource has the same as a tag, which every server can search by.
namespace adapters {

/// Returns the reference as the companion is sent it; what names nothing in the EHR stays as it is.
fhir::Reference toCompanionReferences(fhir::Reference reference, const fhir::Url& ehrBase);
/// Returns "Patient/1" where the reference names a resource of the EHR, else the reference as it
/// is.
fhir::Reference toEhrReferences(fhir::Reference reference, const fhir::Url& ehrBase);

/// Returns the resource as the companion is sent it. `derivedFrom` keeps our identifier alone,
/// where it has one: where the other resource lies is another matter on the companion.
Authored toCompanionReferences(const Authored& authored, const fhir::Url& ehrBase);

/// The tag that a resource about this subject, which is by identifier, bears on the companion;
/// nullopt where the subject is none of such.
std::optional<fhir::Coding> companionTag(const fhir::Reference& subject);
/// "system|code", for the search parameter _tag.
std::string tagToken(const fhir::Coding& tag);

/// "https://ehr.example/fhir/Patient/1" of a reference by identifier, nullopt of any other.
std::optional<std::string> addressOf(const fhir::Reference& reference);

/// What people call the server of an address: "companion.example", with its port where that is not
/// the usual one. "" where it is no address.
std::string serverName(std::string_view address);

/// The statements of ours that a server holds about these patients of the EHR at `ehrBase`, with
/// references as the EHR has them, and each naming its own address on the companion in
/// `derivedFrom`. What is about anybody else, or has no identifier of ours, is left out, and the
/// former is reported. Throws as Client::search.
FoundStatements findAtCompanion(const fhir::Client& client, const Profile& profile,
                                const fhir::Url& ehrBase,
                                const std::vector<std::string>& patientIds);

}  // namespace adapters
