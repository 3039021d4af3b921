#include "fhir/http/transport.h"

#include "fhir/base/error.h"

TEST_CASE("transport: a port where nothing listens is unavailable", "[fhir]") {
    const auto transport = fhir::http::makeTransport();
    const fhir::http::Request request{"GET", fhir::Url::parse("http://127.0.0.1:9/"), {}, {}};

    try {
        transport->send(request, fhir::deadlineIn(std::chrono::seconds(2)));
        FAIL("an answer from nowhere");
    } catch (const fhir::Error& error) {
        CHECK(error.kind() == fhir::ErrorKind::Unavailable);
    }
}
