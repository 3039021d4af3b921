#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/url.h"

namespace fhir {

/// The names of a search's filters that the server did not use, according to the bundle's `self`
/// link (R4, search, section 3.1.1.1.3). Empty if the link says nothing: it is no address, or no
/// longer names the search ("[base]?_getpages=…").
///
/// Parameters that filter nothing (`_count`, `_sort`, `_include`, …) are ignored.
std::vector<std::string> droppedFilters(std::string_view type, const Query& asked,
                                        std::string_view self, const Url& from);

/// The names of the filters of a search.
std::vector<std::string> filtersOf(const Query& asked);

/// Whether a search without this filter would return other people's data: `patient` and `subject`
/// with any modifier or chain, and for Patient itself `_id` and `identifier`.
bool isPatientFilter(std::string_view type, std::string_view name) noexcept;

}  // namespace fhir
