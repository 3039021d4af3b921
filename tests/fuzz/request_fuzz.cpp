// What a connection sends is the same requests, however it is cut into pieces, or refused.
#include <algorithm>
#include <string>
#include <vector>

#include "plugin/http_server/request_reader.h"
#include "tests/fuzz/fuzz.h"

namespace {

using plugin::http_server::RequestReader;

struct Heard {
    std::vector<std::string> requests;
    bool isRefused = false;
};

Heard read(std::string_view text, std::size_t piece) {
    static const plugin::http_server::RequestLimits kLimits{
        .headBytes = 2048, .targetBytes = 512, .fields = 16, .bodyBytes = 1024};
    RequestReader reader(kLimits);
    Heard heard;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        auto state = reader.take(text.substr(at, piece));
        while (state == RequestReader::State::Whole) {
            const auto request = reader.takeRequest();
            fuzz::require(request.body.size() <= kLimits.bodyBytes);
            fuzz::require(request.path.starts_with('/') || request.path == "*");
            heard.requests.push_back(request.method + " " + request.path + "?" + request.query +
                                     "@" + request.host + "\n" + request.body);
            if (!reader.keepsAlive()) return heard;
            state = reader.take({});
        }
        if (state == RequestReader::State::Refused) {
            heard.isRefused = true;
            return heard;
        }
    }
    return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = data[0] % 16 + std::size_t{1};
    const auto text = fuzz::textOf(data + 1, size - 1);
    const auto whole = read(text, std::max<std::size_t>(text.size(), 1));
    const auto pieces = read(text, piece);
    // A limit may be met earlier or later; what is a request is the same one.
    const auto& less = whole.requests.size() < pieces.requests.size() ? whole : pieces;
    const auto& more = &less == &whole ? pieces : whole;
    fuzz::require(std::equal(less.requests.begin(), less.requests.end(), more.requests.begin()));
    fuzz::require(less.requests.size() == more.requests.size() || less.isRefused);
    return 0;
}
