#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.h"

/// What is about the patients of one server, its home, and held by another that has none of them.
///
/// There every reference is by identifier (R4, references, section 2.3.0.2): the type, the address
/// of the type at home as its system, the id as its value. It says whom it means to everybody, and
/// a server that checks references has nothing to look for. As not every server can search by that
/// (`subject:identifier`), the resource has the same as a tag, which every server can search by.
namespace adapters {

/// The reference as it is written abroad; what names nothing at home stays as it is.
fhir::Reference abroad(fhir::Reference reference, const fhir::Url& home);
/// The way back: "Patient/1" where it names a resource at home, else as it is.
fhir::Reference atHome(fhir::Reference reference, const fhir::Url& home);

/// The resource as it is written abroad. What it is derived from keeps our identifier alone, where
/// it has one: where that lies is another matter there.
Authored abroad(const Authored& authored, const fhir::Url& home);

/// The tag that a resource about this subject, which is by identifier, bears abroad; nullopt where
/// the subject is none of such.
std::optional<fhir::Coding> tagAbroad(const fhir::Reference& subject);
/// "system|code", for the search parameter _tag.
std::string tagToken(const fhir::Coding& tag);

/// "https://ehr.example/fhir/Patient/1" of a reference by identifier, nullopt of any other.
std::optional<std::string> addressOf(const fhir::Reference& reference);

/// What people call the server of an address: "companion.example", with its port where that is not
/// the usual one. "" where it is no address.
std::string serverName(std::string_view address);

/// The statements of ours that a server holds about these patients of `home`, with references as at
/// home, and each naming its own address there in `derivedFrom`. What is about anybody else, or has
/// no identifier of ours, is left out, and the former is reported. Throws as Client::search.
FoundStatements findAbroad(const fhir::Client& client, const Profile& profile,
                           const fhir::Url& home, const std::vector<std::string>& patientIds);

}  // namespace adapters
