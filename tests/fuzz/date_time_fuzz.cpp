// A moment keeps its text, and its ends are in order.
#include "fhir/r4/date_time.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::textOf(data, size);
    const auto moment = fhir::DateTime::tryParse(text);
    if (!moment) return 0;
    fuzz::require(moment->text() == text);
    fuzz::require(moment->earliest() <= moment->latest());
    const auto again = fhir::DateTime::fromInstant(moment->earliest());
    fuzz::require(fhir::DateTime::tryParse(again.text()).has_value());
    return 0;
}
