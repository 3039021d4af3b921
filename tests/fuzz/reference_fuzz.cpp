// What a reference is said to name is a type and an id, or the text as it was.
#include "fhir/r4/datatypes.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fhir::Reference reference{fuzz::textOf(data, size), {}, {}};
    const auto relative = reference.relative();
    const auto parts = fhir::parseReference(relative);
    fuzz::require(parts ? fhir::isId(parts->id) : relative == *reference.reference);
    fuzz::require(parts.has_value() == !reference.resourceType().empty());
    const auto base = reference.base();
    fuzz::require(base.empty() || reference.reference->starts_with(base + "/" + relative));
    return 0;
}
