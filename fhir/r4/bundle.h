#pragma once

#include "fhir/base/error.h"
#include "fhir/r4/datatypes.h"

namespace fhir {

/// One entry of a Bundle. `resource` is a view into the document that the bundle was read from.
struct BundleEntry {
    std::optional<std::string> fullUrl;
    std::string mode = "match";  ///< search.mode: match | include | outcome
    std::string resourceType;    ///< "" where the resource has none that can be read
    std::string id;              ///< "" where there is none
    json::Value resource;
    std::size_t index = 0;  ///< its place in the bundle, for error texts
};

/// A Bundle of type searchset. https://hl7.org/fhir/R4/bundle.html
/// `total` is not read: servers count pages, matches or nothing there (vendors.md, section 1.2).
struct Bundle {
    static constexpr std::string_view resourceType = "Bundle";

    std::string type;
    std::optional<std::string> next, self;  ///< link relations, as sent
    std::vector<BundleEntry> entry;         ///< entries without a resource are left out
    /// Entries that cannot be read at all, each with its path; they are not in `entry`.
    std::vector<Issue> issue{};

    static Bundle fromJson(const json::Value& json);
};

}  // namespace fhir
