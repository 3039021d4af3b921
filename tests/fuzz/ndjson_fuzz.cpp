// Lines of an export: each is a resource, or is refused alone.
#include <sstream>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/resources.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::istringstream lines(fuzz::textOf(data, size));
    for (std::string line; std::getline(lines, line);)
        fuzz::mayRefuse([&] { fuzz::readResource(fhir::json::Document::parse(line).root()); });
    return 0;
}
