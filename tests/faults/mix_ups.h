#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace faults {

/// What came of reading an EHR that lies (`Liar`).
struct MixUps {
    std::map<std::string, int> lies;      ///< how often each was told
    int cards = 0, pages = 0, wards = 0;  ///< that were read while it lied
    int right = 0;                        ///< words or names seen where they belong
    int naive = 0;  ///< words under another's name, for a reader that takes what it is given
    std::string fault{};
};

/// One `whatmatters serve` whose EHR lies: its sync reads the ward, patients' pages are opened and
/// written on, cards are asked for with and without prefetch, and no word or name of one person may
/// ever stand under another. In the end the EHR speaks the truth again, and everybody's words are
/// there. `program`: whatmatters.
MixUps readLiar(const std::string& program, std::uint64_t seed);

}  // namespace faults
