#include "tests/service/service_fixture.h"

namespace service_published_keys_test {

using namespace test;

TEST_CASE("published keys: anybody may read them, for a quarter of an hour (SMART 302, 303)",
          "[service]") {
    ServiceFixture fixture;
    const auto response = fixture.get("/.well-known/jwks.json");

    CHECK(response.status == 200);
    CHECK(response.body == R"({"keys":[]})");
    CHECK(response.headers.find("Content-Type") == "application/json");
    CHECK(response.headers.find("Cache-Control") == "max-age=900");
}

}  // namespace service_published_keys_test
