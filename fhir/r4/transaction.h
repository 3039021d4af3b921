#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// A Bundle of ours that asks for several things at once.
/// https://hl7.org/fhir/R4/http.html#transaction
struct Transaction {
    static constexpr std::string_view resourceType = "Bundle";

    struct Entry {
        /// "urn:uuid:…" of a resource that is to be made, so that other entries can refer to it.
        std::optional<std::string> fullUrl;
        std::string method;    ///< GET | POST | PUT | PATCH | DELETE
        std::string url;       ///< below the base, "Observation" or "Patient/1?_summary=true"
        std::string resource;  ///< JSON; "" for GET and DELETE
        std::optional<std::string> ifNoneExist;  ///< a query, without "?"
        std::optional<std::string> ifMatch;      ///< W/"3"

        void toJson(json::Writer& writer) const;
    };

    std::string type = "transaction";  ///< or "batch": each entry by itself
    std::vector<Entry> entry;

    /// Throws Error{InvalidInput} where an entry has no method or URL, or lacks the resource that
    /// its method needs, or has one that it must not have.
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
