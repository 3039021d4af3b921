#include "tests/support/hospital_fixture.h"

namespace registry_test {

TEST_CASE("registry: an unknown protocol is refused with those there are", "[adapters]") {
    auto profile = adapters::vendorProfile("generic");
    profile.protocol = "smoke-signals";

    const auto error = test::thrown(
        [&] { test::Scripted([](const auto&) { return test::answer(404); }, profile); });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK_THAT(error.what(), Catch::Contains("fhir-r4"));
}

}  // namespace registry_test
