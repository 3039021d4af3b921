#pragma once

#include <cstdint>

#include "adapters/simulator/behaviour.h"
#include "adapters/simulator/simulator.h"
#include "adapters/simulator/store.h"

namespace adapters::simulator {

/// Fills the store with a made-up hospital: wards of up to 40 patients each, the first one with the
/// people of people.json. Depends on the arguments alone, of `now` only on the day; everything in
/// it happened before that day began (UTC). Types that the vendor lacks are left out; ids and forms
/// are the vendor's.
WardSummary fillWard(Store& store, const Behaviour& behaviour, const Catalogue& catalogue,
                     int patients, std::uint64_t seed, fhir::Instant now);

}  // namespace adapters::simulator
