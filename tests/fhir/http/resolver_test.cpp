#include "fhir/http/resolver.h"

#include <future>

#include "fhir/base/error.h"
#include "tests/support/thrown.h"

namespace resolver_test {

using Catch::Matchers::Contains;
using fhir::deadlineIn;
using fhir::ErrorKind;
using fhir::http::Resolver;
using test::thrown;
using namespace std::chrono_literals;
using Addresses = std::vector<std::string>;

TEST_CASE("resolver: gives what the look-up finds", "[fhir]") {
    Resolver resolver([](const std::string& host) {
        return host == "ehr.example" ? Addresses{"192.0.2.1", "2001:db8::1"} : Addresses{};
    });

    CHECK(resolver.resolve("ehr.example", deadlineIn(10s)) ==
          Addresses{"192.0.2.1", "2001:db8::1"});
    const auto error = thrown([&] { resolver.resolve("elsewhere.example", deadlineIn(10s)); });
    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains("elsewhere.example is not known"));
}

TEST_CASE("resolver: a numeric address is not looked up", "[fhir]") {
    Resolver resolver([](const std::string&) -> Addresses { return {"looked up"}; });
    const std::string address = GENERATE("127.0.0.1", "192.0.2.255", "::1", "2001:db8::1");

    CHECK(resolver.resolve(address, deadlineIn(0s)) == Addresses{address});
}

TEST_CASE("resolver: a look-up that hangs is given up at the deadline", "[fhir]") {
    std::promise<void> nameServerIsBack;
    const auto back = nameServerIsBack.get_future().share();
    Resolver resolver([back](const std::string&) {
        back.wait();
        return Addresses{"192.0.2.1"};
    });
    const auto start = std::chrono::steady_clock::now();

    const auto error = thrown([&] { resolver.resolve("ehr.example", deadlineIn(20ms)); });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains("ehr.example was not looked up"));
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    nameServerIsBack.set_value();
    CHECK(resolver.resolve("ehr.example", deadlineIn(10s)) == Addresses{"192.0.2.1"});
}

TEST_CASE("resolver: look-ups that hang are limited in number", "[fhir]") {
    std::promise<void> nameServerIsBack;
    const auto back = nameServerIsBack.get_future().share();
    Resolver resolver([back](const std::string&) {
        back.wait();
        return Addresses{"192.0.2.1"};
    });
    for (int i = 0; i < 32; ++i)
        CHECK_THAT(thrown([&] { resolver.resolve("a.example", deadlineIn(0s)); }).what(),
                   Contains("was not looked up"));

    const auto error = thrown([&] { resolver.resolve("a.example", deadlineIn(10s)); });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains("too many host names"));
    nameServerIsBack.set_value();
}

TEST_CASE("resolver: asks the system", "[fhir]") {
    Resolver resolver;

    const auto addresses = resolver.resolve("localhost", deadlineIn(10s));

    REQUIRE_FALSE(addresses.empty());
    CHECK((addresses.front() == "127.0.0.1" || addresses.front() == "::1"));
}

}  // namespace resolver_test
