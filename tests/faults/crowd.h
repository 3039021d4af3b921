#pragma once

#include <chrono>
#include <string>

namespace faults {

/// What came of the cards that were asked for while strangers crowded the door.
struct Crowd {
    int cards = 0;   ///< answered with the words
    int drips = 0;   ///< connections that sent a byte now and then
    int idle = 0;    ///< connections that sent nothing
    int reads = 0;   ///< of pages, of an EHR that never answers
    int forged = 0;  ///< tokens with a key id that nobody has, while the server of keys is silent
    int launches = 0;
    std::chrono::milliseconds median{}, slowest{};  ///< of the cards
    std::string fault{};
};

/// One `whatmatters serve` with 1,000 drips, 600 idle connections and 200 page reads of a silent
/// EHR at once, then forged tokens and strangers' launches beside them: every card with a full
/// prefetch and a known key is answered with the words. How fast is printed and not judged, but
/// for 5 s, in which nobody's screen would still show it. `program`: whatmatters.
Crowd crowdTheDoor(const std::string& program);

}  // namespace faults
