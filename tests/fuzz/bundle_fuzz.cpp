// A bundle is read alike whole, in one pass, and with its head before its entries; every resource
// in it by its type.
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

        int heads = 0;
        std::size_t behindHead = 0;
        fhir::BundleReader reader(
            [&](const fhir::Bundle& first) {
                ++heads;
                fuzz::require(behindHead == 0 && first.next == whole.next);
            },
            [&](const fhir::BundleEntry&) { behindHead += heads == 1 ? 1 : 0; });
        const auto rest = reader.parse(text);
        const auto last = reader.finish(rest.root());
        fuzz::require(heads == 1 && behindHead == entries && last.next == whole.next);
    });
    return 0;
}
