#include "fhir/base/error.h"

namespace error_test {

using fhir::Error;
using fhir::ErrorKind;
using fhir::ErrorOrigin;

TEST_CASE("error: retry, status, exit code and name by kind", "[fhir]") {
    const auto [kind, retryable, status, code, name] =
        GENERATE(table<ErrorKind, bool, int, int, std::string>({
            {ErrorKind::InvalidInput, false, 400, 2, "invalid-input"},
            {ErrorKind::Unauthorized, false, 401, 1, "unauthorized"},
            {ErrorKind::Forbidden, false, 403, 1, "forbidden"},
            {ErrorKind::NotFound, false, 404, 1, "not-found"},
            {ErrorKind::Conflict, false, 409, 1, "conflict"},
            {ErrorKind::Refused, false, 502, 1, "refused"},
            {ErrorKind::BadReply, true, 502, 1, "bad-reply"},
            {ErrorKind::Unavailable, true, 503, 3, "unavailable"},
            {ErrorKind::Internal, false, 500, 4, "internal"},
        }));

    CHECK(isRetryable(kind) == retryable);
    CHECK(httpStatus(kind) == status);
    CHECK(exitCode(kind) == code);
    CHECK(toString(kind) == name);
}

TEST_CASE("error: tells whose it is, by its kind or as it is told", "[fhir]") {
    const auto [kind, origin] = GENERATE(table<ErrorKind, ErrorOrigin>({
        {ErrorKind::InvalidInput, ErrorOrigin::Caller},
        {ErrorKind::Unauthorized, ErrorOrigin::Caller},
        {ErrorKind::Forbidden, ErrorOrigin::Caller},
        {ErrorKind::NotFound, ErrorOrigin::Caller},
        {ErrorKind::Conflict, ErrorOrigin::Caller},
        {ErrorKind::Internal, ErrorOrigin::Caller},
        {ErrorKind::Refused, ErrorOrigin::Ehr},
        {ErrorKind::BadReply, ErrorOrigin::Ehr},
        {ErrorKind::Unavailable, ErrorOrigin::Ehr},
    }));

    CHECK(Error(kind, "x").origin() == origin);
    CHECK(Error(kind, "x", ErrorOrigin::Store).in("sync").origin() == ErrorOrigin::Store);
}

TEST_CASE("error: words before it keep everything else", "[fhir]") {
    const auto error = Error(ErrorKind::Unavailable, "throttled", "/a/b")
                           .withStatus(429)
                           .withRetryAfter(std::chrono::seconds(7));

    const auto told = error.in("connection general").in("sync");

    CHECK(told.kind() == ErrorKind::Unavailable);
    CHECK(std::string(told.what()) == "sync: connection general: throttled");
    CHECK(told.path() == "/a/b");
    CHECK(told.status() == 429);
    CHECK(told.retryAfter() == std::chrono::seconds(7));
}

TEST_CASE("error: has no status and no wait of its own", "[fhir]") {
    const Error error(ErrorKind::Internal, "x");

    CHECK(error.status() == 0);
    CHECK_FALSE(error.retryAfter());
    CHECK(error.path().empty());
}

}  // namespace error_test
