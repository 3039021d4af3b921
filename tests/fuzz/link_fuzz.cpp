// Links of a bundle, Location headers and queries: what comes out may be requested as it is.
#include "fhir/base/url.h"
#include "fhir/client/reply.h"
#include "fhir/r4/datatypes.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::textOf(data, size);
    const auto base = fhir::Url::parse("https://ehr.example:8443/fhir/R4?x=1");
    const auto check = [](const fhir::Url& url) {
        fuzz::require(url.port != 0 && url.path.starts_with('/'));
        fuzz::require(fhir::Url::parse(url.text()).text() == url.text());
    };
    fuzz::mayRefuse([&] { check(fhir::Url::parse(text)); });
    fuzz::mayRefuse([&] { check(base.resolve(text)); });
    fuzz::mayRefuse([&] {
        const auto query = fhir::Query::parse(text).text();
        fuzz::require(fhir::Query::parse(query).text() == query);
    });
    const auto local = fhir::resourceFromLocation(text, "Observation");
    fuzz::require(local.empty() || fhir::parseReference(local)->type == "Observation");
    return 0;
}
