#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fhir::smart {

/// The syntax of scopes. Version 2 has a letter each for create, read, update, delete and search
/// ("system/Observation.crs"); version 1 has only read and write ("system/Observation.read").
enum class ScopeSyntax : std::uint8_t { V1, V2 };

/// The scope of one resource type, in the terms of version 2, which covers version 1: "read" is
/// `rs`, "write" is `cud`, "*" is `cruds`.
/// https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
struct ResourceScope {
    static constexpr std::uint8_t kCreate = 1, kRead = 2, kUpdate = 4, kDelete = 8, kSearch = 16;

    std::string level;  ///< "patient", "user" or "system"
    std::string type;   ///< "Observation", or "*" for every type
    std::uint8_t permissions = 0;
    std::string query;  ///< restriction, "category=…"; "" for all of the type
    /// Of a needed scope for all of the type: the restriction under which a grant still covers the
    /// need, "category=system|code,…", because nothing else is read or written; "" for none. Not
    /// written: all of the type is asked for, which every server understands.
    std::string enough{};

    bool operator==(const ResourceScope&) const = default;
};

/// The scopes requested or granted.
struct Scopes {
    std::vector<ResourceScope> resources;
    std::vector<std::string> others;  ///< "launch", "openid", "fhirUser", "launch/patient", …

    /// Reads scopes separated by spaces, in either version, also in their URI forms. A word that is
    /// no valid resource scope (also one with letters in the wrong order, ".sr") goes to `others`
    /// and grants no resource. Only the first 500 are read.
    static Scopes parse(std::string_view text);

    /// As `parse`, for scopes that an operator wrote. Throws Error{InvalidInput} for a word with a
    /// character that OAuth does not permit, and, repeating the word, for one that begins with
    /// "patient/", "user/" or "system/" and is no valid resource scope.
    static Scopes parseSetting(std::string_view text);

    bool empty() const noexcept { return resources.empty() && others.empty(); }
    /// Separated by spaces, `others` first. Version 1 asks for more if it has no smaller scope:
    /// "read" for `r` alone, "write" for `c` alone; it has no queries, so they are left out.
    std::string text(ScopeSyntax syntax) const;
};

/// The part of `needed` that was not granted, in the order of `needed`. A granted scope with a
/// query covers a needed scope with the same query, and those of the values in `enough` that its
/// only parameter lists (SMART App Launch 2.2, finer-grained resource constraints).
Scopes missingScopes(const Scopes& needed, const Scopes& granted);

/// Version 2 if the server lists `permission-v2`, version 1 if it lists only `permission-v1`. If it
/// lists neither: version 2 if one of its supported scopes is written in version 2, else version 1,
/// which older servers understand.
ScopeSyntax chooseSyntax(std::span<const std::string> capabilities,
                         std::span<const std::string> scopesSupported);

}  // namespace fhir::smart
