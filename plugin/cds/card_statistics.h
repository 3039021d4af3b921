#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plugin/cds/cds_table.h"

namespace plugin::cds {

/// How a kind of card is doing, for those who decide whether it stays. Never about a person.
struct CardStatistics {
    std::string connection{}, service{}, kind{};
    std::int64_t shown = 0;
    std::int64_t accepted = 0;                      ///< as the EHR reports it
    std::int64_t overridden = 0;                    ///< put aside
    std::map<std::string, std::int64_t> reasons{};  ///< of `overridden`; "" where none was given
    std::string advice{};  ///< "keep", "consider retiring", "too few to say"
};

/// One line for each kind of card of each service. Retiring is advised where clinicians put at
/// least half of at least 100 cards aside: half of all alerts are, and each of them costs the
/// attention for the next (domain.md, section 6).
std::vector<CardStatistics> cardStatistics(const std::vector<CardCount>& counts);

}  // namespace plugin::cds
