// A bundle is read alike whole and in one pass, and every resource in it by its type.
#include "fhir/r4/bundle.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/resources.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::mayRefuse([&] {
        const auto text = fuzz::textOf(data, size);
        std::size_t entries = 0;
        const auto head = fhir::Bundle::read(text, [&](const fhir::BundleEntry& entry) {
            ++entries;
            fuzz::mayRefuse([&] { fuzz::readResource(entry.resource); });
        });
        const auto document = fhir::json::Document::parse(text);
        const auto whole = fhir::Bundle::fromJson(document.root());
        fuzz::require(whole.entry.size() == entries && whole.next == head.next);
    });
    return 0;
}
