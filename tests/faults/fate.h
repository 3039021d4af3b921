#pragma once

#include <array>

#include "tests/faults/stage.h"

namespace faults {

/// What becomes of a request.
enum class Fate { Fine, Lost, Closed, Half, Empty, Page, Throttled, Down, Broken, Denied, Refused };

/// Mostly Fine. `refusals`: the probability that the request is refused for good.
inline Fate drawFate(Stage& stage, double refusals) {
    static constexpr std::array<Fate, 20> kFates{
        Fate::Fine, Fate::Fine,      Fate::Fine, Fate::Fine, Fate::Fine,   Fate::Fine,  Fate::Fine,
        Fate::Fine, Fate::Fine,      Fate::Lost, Fate::Lost, Fate::Closed, Fate::Half,  Fate::Empty,
        Fate::Page, Fate::Throttled, Fate::Down, Fate::Down, Fate::Broken, Fate::Denied};
    if (stage.happens(refusals)) return Fate::Refused;
    return kFates.at(stage.draw(kFates.size()));
}

}  // namespace faults
