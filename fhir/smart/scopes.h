#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fhir::smart {

/// How scopes are written. Version 2 names create, read, update, delete and search one by one
/// ("system/Observation.crs"), version 1 knows read and write ("system/Observation.read").
enum class ScopeSyntax : std::uint8_t { V1, V2 };

/// The scope of one resource type, in the terms of version 2, which can say all that version 1 can:
/// "read" is `rs`, "write" is `cud`, "*" is `cruds`.
/// https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
struct ResourceScope {
    static constexpr std::uint8_t kCreate = 1, kRead = 2, kUpdate = 4, kDelete = 8, kSearch = 16;

    std::string level;  ///< "patient", "user" or "system"
    std::string type;   ///< "Observation", or "*" for every type
    std::uint8_t permissions = 0;
    std::string query;  ///< what it is narrowed to, "category=…"; "" for all of the type

    bool operator==(const ResourceScope&) const = default;
};

/// What was asked for, or granted.
struct Scopes {
    std::vector<ResourceScope> resources;
    std::vector<std::string> others;  ///< "launch", "openid", "fhirUser", "launch/patient", …

    /// Reads scopes separated by spaces, in either version and also in their forms as a URI. What
    /// is no resource scope, or one that no server may act on ("Observation.sr"), is one of the
    /// others: it grants nothing by itself. At most 500 count.
    static Scopes parse(std::string_view text);

    /// As `parse`, for scopes that an operator wrote. Throws Error{InvalidInput} that repeats the
    /// word that is no scope: one with "/" and "." that is not written as a resource scope is, and
    /// one with characters that OAuth does not permit.
    static Scopes parseSetting(std::string_view text);

    bool empty() const noexcept { return resources.empty() && others.empty(); }
    /// Separated by spaces, in their order. Version 1 asks for more where it has no smaller word:
    /// "read" for `r` alone, "write" for `c` alone. A query is left out there: it would be no
    /// scope.
    std::string text(ScopeSyntax syntax) const;
};

/// What of `needed` was not granted, in the order of `needed`; empty where all was. A grant
/// narrowed by a query covers a need of the same query only.
Scopes missingScopes(const Scopes& needed, const Scopes& granted);

/// Version 2 where the server lists `permission-v2`, version 1 where it lists only
/// `permission-v1`. Where it lists neither, version 2 if it names a supported scope that only
/// version 2 can write; else version 1, which all servers of that age understand.
ScopeSyntax chooseSyntax(std::span<const std::string> capabilities,
                         std::span<const std::string> scopesSupported);

}  // namespace fhir::smart
