#pragma once

#include "plugin/domain/statement.h"

namespace test {

/// Saturday, 7 March 2026, 08:15 UTC: the moment at which the tests take place.
inline const fhir::Instant kToday = fhir::DateTime::parse("2026-03-07T08:15:00Z").latest();

inline fhir::DateTime time(const char* text) {
    return fhir::DateTime::parse(text);
}

/// What Amara Okonkwo (made up) said; valid in every field.
inline plugin::domain::Statement statement() {
    plugin::domain::Statement result{.id = "urn:uuid:6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10",
                                     .patient = "amara-1",
                                     .said = time("2026-03-07T08:00:00Z")};
    result.text = "To be home before my sister's wedding.";
    return result;
}

}  // namespace test
