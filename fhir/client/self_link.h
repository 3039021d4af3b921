#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/url.h"

namespace fhir {

/// The names of the filters of a search that the server did not use, as it says itself by the
/// bundle's `self` link (R4, search, section 3.1.1.1.3). Empty where the link says nothing: one
/// that is no address, or that does not name the search any more ("[base]?_getpages=…").
///
/// What shapes the answer and filters nothing (`_count`, `_sort`, `_include`, …) is not looked at.
std::vector<std::string> droppedFilters(std::string_view type, const Query& asked,
                                        std::string_view self, const Url& from);

/// The names of the filters of a search.
std::vector<std::string> filtersOf(const Query& asked);

/// Whether a search without this filter would hold other people's data: `patient` and `subject`
/// with any modifier or chain, and for Patient itself `_id` and `identifier`.
bool isPatientFilter(std::string_view type, std::string_view name) noexcept;

}  // namespace fhir
