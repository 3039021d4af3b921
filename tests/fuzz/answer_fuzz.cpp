// An HTTP answer, however it is cut into pieces, is read under its limits or refused.
#include <algorithm>

#include "fhir/http/answer_reader.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = data[0] + std::size_t{1};
    const auto text = fuzz::textOf(data + 1, size - 1);
    std::size_t at = 0;
    const auto source = [&](char* buffer, std::size_t room) {
        const auto count = std::min({room, piece, text.size() - at});
        std::copy_n(text.data() + at, count, buffer);
        at += count;
        return count;
    };
    fhir::http::TransportOptions limits;
    limits.bodyBytesMax = 4096;
    fhir::http::AnswerReader reader(source, limits);
    fuzz::mayRefuse([&] {
        const auto answer = reader.read(false);
        fuzz::require(!answer || answer->body.size() <= limits.bodyBytesMax);
    });
    return 0;
}
