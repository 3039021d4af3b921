#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/url.h"
#include "fhir/r4/bundle.h"

namespace fhir {

/// The one answer to "is this the same server?": the base of one FHIR server, under each of its
/// names. Addresses are compared normalised (RFC 3986, sections 6.2.2 and 6.2.3).
///
/// An id means somebody only together with its server (R4, references, section 2.3.0): Patient/1 of
/// another server is another person.
class ServerAddress {
public:
    /// A server whose address is not known: nothing absolute is its own.
    ServerAddress() = default;
    /// `aliases`: other addresses of the same base, for example behind a proxy:
    /// "http://internal:8080/fhir". One without a path stands for the origin alone.
    explicit ServerAddress(const Url& base, const std::vector<Url>& aliases = {});

    /// Whether `url` is the base itself, under any of its names. False if it is no address.
    bool isSame(std::string_view url) const;

    /// Returns the address to ask for: `url` unchanged on the base's own origin, moved to the base
    /// where it lies at or below an alias; nullopt for any other, which is another server's.
    std::optional<Url> atBase(const Url& url) const;

    /// Returns what a reference in a resource of this server names on this server, with or without
    /// version: "Patient/1", or the same below the base. nullopt for anything else: another server,
    /// a contained resource, an identifier, no reference.
    std::optional<TypeAndId> find(const Reference& reference) const;
    /// The same for a reference or an address that is only text.
    std::optional<TypeAndId> find(std::string_view reference) const;
    /// The id of what `find` returns if it is of `type`; nullopt for any other.
    std::optional<std::string> findId(const Reference& reference, std::string_view type) const;
    std::optional<std::string> findId(const std::optional<Reference>& reference,
                                      std::string_view type) const;

    /// Whether an entry says by its `fullUrl` that its resource is another server's. Its relative
    /// references then mean resources of that server (R4, bundle, section 2.36.4.1). One without
    /// address ("urn:uuid:…", none) is of the server that sent it.
    bool isElsewhere(const BundleEntry& entry) const;

private:
    std::optional<std::string> below(std::string_view address) const;

    std::optional<Url> base_;     // normalised
    std::vector<Url> aliases_{};  // normalised
};

}  // namespace fhir
