// Whatever a server says when it refuses becomes an Error of one line, of bounded length.
#include "fhir/client/reply.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    fhir::http::Response response;
    response.status = 300 + data[0];
    if (data[1] % 2 == 0) response.headers.set("Content-Type", "application/fhir+json");
    response.body = fuzz::textOf(data + 2, size - 2);
    const std::string text = fhir::errorFromReply("read Patient", response).what();
    fuzz::require(text.size() < 2'000 && text.find('\n') == std::string::npos);
    fuzz::mayRefuse([&] { fhir::jsonFromReply("read Patient", response); });
    return 0;
}
