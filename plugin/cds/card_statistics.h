#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plugin/cds/cds_table.h"

namespace plugin::cds {

/// Numbers about one kind of card, for those who decide whether to keep it. Never about a person.
struct CardStatistics {
    std::string connection{}, service{}, kind{};
    std::int64_t shown = 0;
    std::int64_t accepted = 0;                      ///< as the EHR reports it
    std::int64_t overridden = 0;                    ///< put aside by clinicians
    std::map<std::string, std::int64_t> reasons{};  ///< of `overridden`; "" if none was given
    std::string advice{};  ///< "keep", "consider retiring", "too few to say"
};

/// Returns one line for each kind of card of each service. Advises to retire a kind if clinicians
/// put aside at least half of at least 100 cards: half of all alerts are put aside, and each costs
/// attention for the next (domain.md, section 6).
std::vector<CardStatistics> cardStatistics(const std::vector<CardCount>& counts);

}  // namespace plugin::cds
