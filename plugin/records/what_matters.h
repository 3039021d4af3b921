#pragma once

#include "fhir/base/json.h"
#include "plugin/domain/summary.h"

namespace plugin::records {

/// Writes the object `{"text","aspect","said","by","byName","language","kept","other","unread",
/// "freshness","reason"}`. Words that are kept to the care team are left out of it: a list is read
/// over shoulders.
void writeWhatMatters(fhir::json::Writer& writer, const domain::Summary& summary);

}  // namespace plugin::records
