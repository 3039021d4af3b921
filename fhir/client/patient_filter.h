#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/r4/server_address.h"

namespace fhir {

/// Which patients a search asks for, by `patient`, `subject` or, for Patient itself, `_id`. Filters
/// the matches of a server that does not say what it filtered by.
class PatientFilter {
public:
    /// A reference to another server than `server` means somebody else. Lists (`a,b`) are read; a
    /// chain or an identifier cannot be checked.
    PatientFilter(std::string_view type, const Query& asked, ServerAddress server);

    /// The names of the search parameters that `lets` checks.
    const std::set<std::string>& names() const noexcept { return names_; }
    /// Whether a match is about a patient asked for; true if the search asks for none. False if the
    /// match does not say whom it is about.
    bool lets(const BundleEntry& entry) const;

private:
    bool isAsked(const Reference& reference) const;

    std::string type_;
    ServerAddress server_;
    std::set<std::string> names_, ids_;
};

}  // namespace fhir
