// What is read is written and read the same again, whole or element by element.
#include "fhir/base/json.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using fhir::json::Document;
    fuzz::mayRefuse([&] {
        const auto text = fuzz::textOf(data, size);
        const auto written = Document::parse(text).root().toJson();
        fuzz::require(Document::parse(written).root().toJson() == written);
        std::size_t elements = 0;
        Document::parseElements(text, "entry", [&](const auto& element) {
            fuzz::require(!element.toJson().empty());
            fuzz::require(element.path() == "/entry/" + std::to_string(elements++));
        });
    });
    return 0;
}
