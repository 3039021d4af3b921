#include "fhir/base/clock.h"

#include <array>
#include <cstdio>

namespace fhir {

std::string toRfc3339(Instant instant) {
    using namespace std::chrono;
    const auto moment = floor<milliseconds>(instant);
    const auto day = floor<days>(moment);
    const year_month_day date{day};
    const hh_mm_ss time{moment - day};
    std::array<char, 40> buffer{};
    const auto fraction = static_cast<int>(time.subseconds().count());
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    std::string text = buffer.data();
    if (fraction != 0) {
        std::snprintf(buffer.data(), buffer.size(), ".%03d", fraction);
        text += buffer.data();
    }
    return text + 'Z';
}

}  // namespace fhir
